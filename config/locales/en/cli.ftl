# What the command line says. Its helps are in cli_help.ftl, the doctor's lines in cli_doctor.ftl.

cli-note = note: { $text }

# A command line that is wrong
cli-usage-see = `{ $command }` shows how.
cli-usage-no-command = There is no command "{ $name }".
cli-usage-no-option = There is no option { $name }.
cli-usage-no-source = There is no source "{ $name }".
cli-usage-maybe = Did you mean { $guess }?
cli-usage-there-are = There are { $known }.
cli-usage-missing = { $name } is missing.
cli-usage-no-value = { $name } takes a value.
cli-usage-extra = Too many words: { $words }.
cli-usage-quotes = Put quotes around words that belong together.
cli-usage-choice = it takes one of { $choices }
cli-usage-range = it takes a number from { $least } to { $most }
cli-usage-at-least = it takes a number from { $least } on
cli-usage-value = this is not a value it takes
cli-usage-quote = Put quotes around a topic of several words: "{ $topic }".
cli-colon = {": "}

# Columns of tables
cli-column-source = source
cli-column-topic = topic
cli-column-state = status
cli-column-topics = topics
cli-column-degraded = partly working
cli-column-down = not responding
cli-column-quiet = quiet
cli-column-since = since (UTC)
cli-column-next-poll = next check (UTC)
cli-column-note = note
cli-column-rp = RP
cli-column-written = posted (UTC)
cli-column-author = author
cli-column-text = text
cli-column-gained = gained
cli-column-id = id
cli-column-name = name
cli-column-server = server
cli-column-channel = channel
cli-column-schedule = schedule
cli-column-next = next (UTC)
cli-column-time = time (UTC)
cli-column-action = action
cli-column-by = by
cli-column-post = post
cli-column-reason = reason
cli-column-role = role
cli-column-process = process
cli-column-shards = shards
cli-column-seen = last report (UTC)

# Status
cli-health-ok = OK
cli-health-degraded = Partly working
cli-health-down = Not responding
cli-health-quiet = Unusually quiet
cli-health-unfit = Can't be looked up there
cli-health-none = No topics
cli-health-unknown = Not checked yet
cli-status-watch-terminal = --watch draws in a terminal, without --json.
cli-status-no-sources = No source is on.
cli-status-unwell = { $name }: { $state }{ $since }: { $why }
cli-status-since = {" "}since { $at } UTC
cli-status-why = { $why } ({ $note })
cli-status-more = … and { $more } more (see `kawaraban watch list`)
cli-status-reads = Reads of { $source } today: { $spent } of at most { $limit } (UTC day)
cli-status-waiting = Waiting to be sent: { $waiting }
cli-process-all = all
cli-process-running = running
cli-process-active = sending
cli-process-standby = standing by
cli-process-lost = lost
cli-process-no-gateway = No gateway is running: nobody answers commands.
cli-process-no-poller = No poller is running: no source is checked.
cli-process-no-sender = No sender is active: nothing is sent.
cli-process-no-shards = No gateway has shards { $shards }: their servers get no answers to commands.
cli-process-clock = The clock of { $name } differs by { $seconds } s from the database server's.
cli-room-limit = The database uses { $used } MB, more than database.soft_limit_mb = { $limit }. Posts are kept for less long.
cli-room-disk = Only { $free } MB are free on the database's disk. Posts are kept for less long.

# Sources
cli-no-source = No source is on that can check this. `kawaraban doctor` says how to switch one on.
cli-source-off = Source { $source } is off: { $how }

# fetch
cli-fetch-title = { $topic }  ({ $source }, posts counted: { $counted })
cli-fetch-unknown = unknown
cli-fetch-none = No posts.
cli-fetch-not-modified = it answered "not modified" although nothing was known
cli-fetch-paid = { $source } isn't checked, because each read costs money. To check it, add --source { $source }

# poll
cli-poll-progress = checking
cli-poll-until = Checks topics until stopped (Ctrl-C). A line a minute says what was done.
cli-poll-polled = checked: { $n }
cli-poll-new-posts = new posts: { $n }
cli-poll-changed-posts = changed posts: { $n }
cli-poll-not-modified = not modified: { $n }
cli-poll-failed = failed: { $n }
cli-poll-alerts = alerts: { $n }

# watch
cli-topic-empty = it takes a keyword or an address
cli-topic-too-long = a topic can be up to { $most } characters long
cli-topic-no-addresses = only these sources take an address: { $able }. { $source } takes a keyword
cli-topic-bad-address = this is no address that can be asked (it begins with http:// or https://, and nothing may stand before its host, such as a password)
cli-watch-added = Watching { $topic }: { $where }
cli-watch-known = It is watched already.
cli-watch-removed = No longer watching { $topic }: { $where }
cli-watch-no-such = There is no such watch: { $name } (see `kawaraban watch list`)
cli-watch-none = No topic is watched. Add one with `kawaraban watch add TOPIC`.
cli-watch-asleep = not needed
cli-watch-off = Source { $source } is off, so this isn't checked there: { $how }
cli-watch-nowhere = Source { $source } has nowhere to search for a keyword. Give it search_urls with {"{topic}"} (KAWARABAN_SOURCES__FEED__SEARCH_URLS), or an address instead of the keyword.
cli-import-progress = adding
cli-import-no-file = there is no file { $file }
cli-import-folder = { $file } is a folder
cli-import-unreadable = { $file } can't be read: { $why }
cli-import-wrong = Nothing was added. { $lines ->
    [one] This line
   *[other] These { $lines } lines
 } of { $file } can't be used:
cli-import-line = line { $number }: { $wrong }
cli-import-more = … and { $more } more
cli-import-not-utf8 = the text is not UTF-8 from here on. Save the file as UTF-8 (in Excel: CSV UTF-8)
cli-import-columns = it has more than two columns: source, then topic (a first line with "source" and "topic" says which ones count)
cli-import-order = The source comes first, then the topic.
cli-import-swapped = the source comes first, then the topic: put { $source } before it (a first line with "topic" and "source" allows this order)
cli-import-no-source = there is no source "{ $name }". There are { $known }. { $maybe }
cli-import-spaces = put a tab or a comma between { $source } and the topic, not spaces
cli-import-done = Added { $new }, known already { $known }.
cli-import-done-endpoints = Added { $new }, known already { $known } (lines: { $lines }, places: { $endpoints }).
cli-import-dry = Nothing was written. It would add { $new }, known already { $known }.
cli-import-dry-endpoints = Nothing was written. It would add { $new }, known already { $known } (lines: { $lines }, places: { $endpoints }).

# digest
cli-digest-none = No digests. They are created in Discord with /digest create.
cli-digest-paused = paused ({ $why })
cli-digest-no-such = There is no digest "{ $name }" (see `kawaraban digest list`).
cli-digest-several = "{ $name }" can mean several digests. Choose one by its id: { $ids }
cli-digest-title = { $name }  ({ $start } to { $end } UTC)
cli-digest-topic = { $topic }  ({ $state }, new posts: { $new }, held back: { $held }, posts counted: { $volume })
cli-digest-state-news = new posts
cli-digest-state-quiet = nothing new
cli-digest-state-awaited = not checked yet
cli-digest-state-broken = a source can't be read
cli-digest-sent = (sent before) { $text }
cli-digest-rising = Also rising: { $topics }
cli-digest-no-topics = No topics: its channel has no subscriptions.

# hide, unhide, hidden
cli-hide-done = Hidden: { $post }
cli-hide-again = Hidden: { $post } (it was hidden before)
cli-hide-counts = Messages to edit: { $messages }  Waiting alerts dropped: { $waiting }
cli-hide-undo = To undo: { $command }
cli-hide-unknown = "{ $post }" is no post the bot knows. Give its link or id, as alerts and /trend show it.
cli-hide-several = "{ $post }" can mean several posts. Choose one of { $keys }
cli-unhide-done = The post can be seen again.
cli-unhide-not-everywhere = "{ $post }" is not hidden in all servers (see `kawaraban hidden`).
cli-unhide-not = "{ $post }" is not hidden in server { $server } (see `kawaraban hidden`).
cli-hidden-none = No post was ever hidden.
cli-hidden-all = all
cli-action-hide = hide
cli-action-unhide = unhide

# migrate, demo
cli-migrate-nothing = Nothing to do: { $path } is at version { $version }.
cli-migrate-done = { $path } went from version { $before } to { $after }.
cli-copy-progress = Copying rows
cli-copy-table = { $name }: { $rows ->
    [one] 1 row
   *[other] { $rows } rows
  } copied and compared, checksum { $checksum }
cli-copy-done = Copied { $source } to { $target }: { $tables } tables, { $rows ->
    [one] 1 row
   *[other] { $rows } rows
  }, equal on both sides.
cli-copy-set = To use the copy, set KAWARABAN_DATABASE__URL={ $target } (or database.url in kawaraban.toml) and start the bot.
cli-copy-set-server = To use the copy, set KAWARABAN_DATABASE__URL={ $target } (or database.url in kawaraban.toml), with the password if it needs one, and start the bot.
cli-copy-kept = { $source } stays as it was. Changes made on one side don't reach the other, so run the bot on one of them only.
cli-copy-stopped = Stopped. Nothing of the copy is left in { $url }. Run the command again to copy from the start.
cli-copy-url = --to isn't the address of a database. Write postgresql://user@host:5432/name, or sqlite:////path/to/kawaraban.db for a file.
cli-copy-same = --to names the database that is already in use ({ $url }). Name another one.
cli-copy-target-filled = { $url } already holds data (table { $table }), and was left as it is. To copy anyway, create an empty database and name that one. If you no longer need the old one: DROP DATABASE, then CREATE DATABASE.
cli-copy-target-exists = There is already a file { $path }, and it was left as it is. Move it away, or name another file in --to.
cli-copy-other-schema = The table { $table } in { $side } doesn't have the columns of this version. Undo the changes made to it by hand, or go back to a copy of the database.
cli-copy-refused-rows = { $url } refused rows of the table { $table }: { $why }. Nothing of the copy is left there. Correct those rows in { $source }, then run the command again.
cli-copy-differs = The table { $table } wasn't the same in { $source } and { $url } after copying, so nothing of the copy was kept. Run the command again. If it happens again, check both disks.

# check
cli-check-ok = { $path }: no faults found.
cli-check-damaged = { $path } is damaged: { $why }
cli-check-damaged-advice = Stop the bot and go back to a copy of the database, or save what can still be read (sqlite3 OLD.db .recover | sqlite3 NEW.db).
cli-check-entry-open = { $rows ->
    [one] 1 entry of the outbox counts as being sent, but its message has ended.
   *[other] { $rows } entries of the outbox count as being sent, but their messages have ended.
 }
cli-check-entry-without-message = { $rows ->
    [one] 1 entry of the outbox has lost its message, so it is never sent. --mend marks it as failed, since it may have arrived.
   *[other] { $rows } entries of the outbox have lost their messages, so they are never sent. --mend marks them as failed, since they may have arrived.
 }
cli-check-message-without-entries = { $rows ->
    [one] 1 message has nothing in it and holds up its channel. --mend marks it as failed.
   *[other] { $rows } messages have nothing in them and hold up their channels. --mend marks them as failed.
 }
cli-check-post-count = { $rows ->
    [one] 1 topic has a wrong number of posts. --mend counts again.
   *[other] { $rows } topics have a wrong number of posts. --mend counts again.
 }
cli-check-reference = { $rows ->
    [one] 1 row of { $table } refers to a row of { $parent } that is missing.
   *[other] { $rows } rows of { $table } refer to rows of { $parent } that are missing.
 }{ $repairable ->
    [yes] {" "}--mend does what is done when such a row is deleted.
   *[no] {" "}This can't be repaired: go back to a copy of the database.
 }
cli-check-mend = `kawaraban check --mend` repairs what can be repaired, with the bot stopped.
cli-check-copied = A copy from before is at { $path }.
cli-check-mended = Repaired: { $count ->
    [one] 1 finding
   *[other] { $count } findings
 }. Left: { $left }.

# backup
cli-backup-progress = Copying
cli-backup-done = Copied the database to { $path } ({ $mb } MB, version { $version }) and checked the copy.
cli-backup-stopped = Stopped. No copy was made.
cli-backup-server = The database is on a PostgreSQL server, which makes its own copies: { $command }
cli-backup-elsewhere = { $file } isn't a file of this machine. Name one, and take it elsewhere afterwards (rsync, rclone, scp).
cli-backup-same = { $path } is the database itself. Name another file.
cli-backup-exists = There is already a file { $path }, and it was left as it is. Name another one, or add --force to replace it.
cli-backup-in-use = Beside { $path } lies { $beside }: a program has this database open, or left that file behind. Name another file.
cli-backup-folder = { $path } is a folder. Name a file in it, such as { $path }/kawaraban-copy.db
cli-backup-no-room = A copy at { $path } needs { $needed } MB, and { $free } MB are free there. Make room, or name a file on another disk.
cli-backup-last = Last copy of the database: { $at } UTC.
cli-backup-none = No copy of the database yet.
cli-backup-failed = The last try made none: { $why }
cli-backup-damaged = The copy at { $path } was faulty and not kept ({ $why }). Check the database with `kawaraban check`, and the disk.

# restore
cli-restore-progress = Restoring
cli-restore-done = { $path } is the copy now (version { $version }). It was checked first.
cli-restore-kept = The database from before is at { $path }. Delete it once you no longer need it.
cli-restore-next = When the bot starts, it reads each channel's messages since { $at } UTC before it sends anything there, so that nothing is sent twice. What people changed since then (subscriptions, digests, quiet hours, settings) is as it was in the copy.
cli-restore-hidden = { $count ->
    [one] { $count } post hidden since the copy stays hidden.
   *[other] { $count } posts hidden since the copy stay hidden.
}
cli-restore-hidden-unknown = It isn't known which posts were hidden since { $at } UTC: the database from before is missing, can't be read, or was replaced by other means. Before you start the bot, hide them again with `kawaraban hide`.
cli-restore-noted = Noted that { $path } was restored from a copy.
cli-restore-stopped = Stopped. The database is as it was.
cli-restore-no-file = Name the copy: kawaraban restore FILE
cli-restore-one-of-two = --keep-hidden is for before the database is replaced, --note for after it: give one of them.
cli-restore-server = The database is on a PostgreSQL server. With the bot stopped, run `kawaraban restore --keep-hidden hidden.json`, then `{ $command }`, then `kawaraban restore --note hidden.json`.
cli-restore-keep-where = Name the file to write to: kawaraban restore --keep-hidden FILE
cli-restore-keep-exists = There is already a file { $path }, and it was left as it was. Name another one.
cli-restore-keep-unwritten = { $path } can't be written: { $why }. Name a file in a folder that you may write to.
cli-restore-keep-unread = { $path } can't be read: { $why }. Name a file that `kawaraban restore --keep-hidden` wrote.
cli-restore-keep-not-one = { $path } isn't a complete file of `kawaraban restore --keep-hidden`. Write it again from the database from before. If that is gone, run `kawaraban restore --note` without a file and hide the posts again.
cli-restore-keep-done = { $count ->
    [one] { $count } hidden post is kept
   *[other] { $count } hidden posts are kept
} in { $path }. Leave the bot stopped, restore the database, then run `kawaraban restore --note { $file }`.
cli-restore-missing = There is no file { $path }. Name the copy to go back to.
cli-restore-folder = { $path } is a folder. Name the copy in it.
cli-restore-same = { $path } is the database itself. Name the copy to go back to.
cli-restore-in-use = Beside { $path } lies { $beside }: a program has this database open, or left that file behind. Make a copy of it with `kawaraban backup` first.
cli-restore-not-one = { $path } is no database. Name a file that `kawaraban backup` made.
cli-restore-not-ours = { $path } is a database, but not one of Kawaraban's. Name a file that `kawaraban backup` made.
cli-restore-newer = { $path } was made by a newer Kawaraban (version { $version }, this one knows { $newest }). Update Kawaraban, then restore it.
cli-restore-no-room = Restoring { $path } needs { $needed } MB beside the database, and { $free } MB are free there. Make room first.
cli-restore-damaged = { $path } is damaged or incomplete ({ $why }), and the database was left as it is. Use another copy.
cli-demo-port-taken = Port { NUMBER($port, useGrouping: 0) } is taken: choose another with --port, or 0 for a free one
cli-demo-needs = The demo needs { $name }, which comes with the extra `demo`. In the source folder run `uv run --extra demo kawaraban demo`. With a wheel, install `'FILE.whl[demo]'` in place of FILE.whl.
cli-demo-no-simcord = The demo needs SimCord with its preview ({ $why }). `uv sync --extra demo` installs it.
cli-demo-other-simcord = The installed SimCord is not the 3.2 that the demo was written for (missing: { $parts }). `uv sync --extra demo` installs it.
cli-completion-installed = Completion for { $shell } was installed in { $path }. It works once you open a new terminal.
cli-completion-unknown-shell = This shell isn't known. Completion can be installed for { $shells }.

# Databases that cannot be used
cli-database-made = created the database { $path }
cli-database-none = There is no database at { $path } yet. `kawaraban run`, `kawaraban watch add TOPIC` or `kawaraban migrate` creates it. Where it lies: database.url (KAWARABAN_DATABASE__URL).
cli-database-no-folder = There is no database at { $path }, nor a folder { $folder }. `kawaraban migrate` creates both. Where it lies: database.url (KAWARABAN_DATABASE__URL).
cli-database-folder-is-file = { $folder } is a file, so that { $path } can't be inside it. Name another place in { $setting }.
cli-database-is-folder = { $path } is a folder. Name a file in { $setting }, such as sqlite:///{ $path }/kawaraban.db
cli-database-folder-closed = Nothing can be written in { $folder }, so that { $path } can't be used. Give this user the right to write there, or name another place in { $setting }.
cli-database-read-only = { $path } lies on a disk that is mounted read-only. Mount it for writing, or name another place in { $setting }.
cli-database-closed = This user may not read and write { $path }. Run this as the user who runs the bot, or give the file to this one (chown).
cli-database-not-one = { $path } is not a database of Kawaraban, and was left as it is. Name another file in database.url (KAWARABAN_DATABASE__URL).
cli-database-newer = { $path } is a database of version { $current }, and this Kawaraban knows versions up to { $newest }. Update Kawaraban, or go back to a copy of the database from before the update.
cli-database-newer-copied = { $path } is a database of version { $current }, and this Kawaraban knows versions up to { $newest }. Update Kawaraban, or put { $copy }, the copy from before the update, in its place: what happened since then is lost.
cli-database-not-migrated = { $path } can't be brought to version { $newest }: step { $step } failed ({ $why }). The file is as it was. Run the version of Kawaraban that you had before, and report this line.
cli-database-no-copy-before = { $path } was not brought to version { $newest }, because no copy of it can be made in { $folder } first ({ $why }). The file is as it was. Give this user the right to write there.
cli-database-migration-full = The disk of { $path } is too full to bring the database to version { $newest }. The file is as it was. Make room for { $mb } MB, then start again.
cli-database-older = { $path } is at version { $current }, and this Kawaraban needs { $newest }. Stop the bot and start it again, or run `kawaraban migrate`. A copy is kept beside it.
cli-database-disk-full = The disk of { $path } is full. Make room.
cli-database-busy = { $path } can't be used right now: { $why }. Try again. If it stays so, look who else has it open.
cli-database-damaged = { $path } is damaged: { $why }. Go back to a copy of the database, or save what can still be read (sqlite3 OLD.db .recover | sqlite3 NEW.db).
cli-database-other = { $path } can't be used: { $why }

# A database server can't be used
cli-server-no-driver = { $url } needs the PostgreSQL driver. Install Kawaraban with its extra `postgres` (`uv sync --extra postgres` or `pip install '.[postgres]'` in the source folder, or `'FILE.whl[postgres]'` in place of a wheel).
cli-server-wrong-url = { $setting } isn't an address that PostgreSQL can read. It has the form postgresql://user:password@host:5432/name, where @ / : # ? in a password are written as %40 %2F %3A %23 %3F. After a ? only parameters of libpq may follow, such as sslmode=require.
cli-server-unreachable = No PostgreSQL server answers at { $url }: { $why }. Start it, or correct { $setting }.
cli-server-not-ready = The PostgreSQL server at { $url } takes no connections right now: { $why }. Try again in a minute.
cli-server-pooler = { $url } is a pooler that gives each transaction another session. Let it pool sessions (PgBouncer: pool_mode = session), or connect to PostgreSQL itself.
cli-server-full = The PostgreSQL server at { $url } has no connection left: { $why }. Raise max_connections there, or run fewer processes.
cli-server-login = The PostgreSQL server refused the login for { $url }: { $why }. Correct the user and the password in { $setting }.
cli-server-not-admitted = The PostgreSQL server at { $url } doesn't admit this user from this machine: { $why }. Add a line for it to pg_hba.conf there (your host may call it a network rule or an allow list).
cli-server-encryption = No encrypted connection to the PostgreSQL server at { $url }: { $why }. Correct sslmode or sslrootcert after the ? in { $setting }: sslmode=require encrypts, and sslmode=verify-full also checks the server's certificate, by the file sslrootcert names.
cli-server-certificate = The PostgreSQL server at { $url } wants a certificate of this client: { $why }. Name its files after the ? in { $setting }: sslcert=client.crt&sslkey=client.key. Only the user that runs Kawaraban may be able to read the key (chmod 600).
cli-server-option = The part after the ? in { $setting } can't be used ({ $url }): { $why }.
cli-server-read-only = The PostgreSQL server at { $url } takes no writes: { $why }. It is a standby, or its host made it read-only, which some do when its disk is nearly full. Name the primary in { $setting }, or make room there.
cli-server-disk-full = The disk of the PostgreSQL server at { $url } is full: { $why }. Make room there, then try again.
cli-server-left-behind = Another PostgreSQL server took the place of the one at { $url }, which takes writes all the same. Stop it, or make it a standby of the new one: what it holds is outdated.
cli-server-no-schema = None of the schemas in the search_path of { $url } exists: { $why }. Create one (CREATE SCHEMA … AUTHORIZATION …), or correct search_path.
cli-server-no-database = There is no database for { $url } on the PostgreSQL server yet. Create it there: CREATE DATABASE kawaraban ENCODING 'UTF8' TEMPLATE template0.
cli-server-forbidden = The PostgreSQL user of { $url } doesn't have the rights it needs: { $why }. Let it own the database (ALTER DATABASE … OWNER TO …), and the tables in it if others made them (REASSIGN OWNED BY … TO …).
cli-server-too-old = { $url } is PostgreSQL { $version }, and Kawaraban needs { $oldest } or newer. Update the server.
cli-server-encoding = { $url } is encoded in { $encoding }, and Kawaraban needs UTF8. Create another database there: CREATE DATABASE kawaraban ENCODING 'UTF8' TEMPLATE template0.
cli-server-clock = The clocks of this machine and of the PostgreSQL server at { $url } are { $seconds } s apart. Switch on time synchronization (NTP) on both.
cli-server-empty = { $url } has no tables of Kawaraban yet. `kawaraban run`, `kawaraban watch add TOPIC` or `kawaraban migrate` creates them.
cli-server-older = { $url } is at version { $current }, and this Kawaraban needs { $newest }. Make a copy ({ $backup }), then run `kawaraban migrate` or start the bot again.
cli-server-newer = { $url } was written by a newer Kawaraban. Update Kawaraban, or go back to a copy of the database from before the update.
cli-server-not-migrated = { $url } can't be brought to version { $newest }: step { $step } failed ({ $why }). The database is as it was. Run the version of Kawaraban that you had before, and report this line.
cli-server-migration-full = The disk of the PostgreSQL server at { $url } is too full to bring the database to version { $newest } ({ $why }). The database is as it was. Make room there, then start again.
cli-server-not-ours = { $url } holds tables of another program, and was left as it is. Give Kawaraban a database of its own in { $setting }.
cli-server-busy = { $url } can't be used right now: { $why }. Try again.
cli-server-other = { $url } can't be used: { $why }

# Why `run` ends
cli-refused-token = Discord refused the bot's token: it is wrong or was reset. Copy it again from the Bot page of the developer portal.
cli-refused-shard = Discord refused the number of a shard. Start the bot again, it asks Discord how many there are.
cli-refused-shards = Discord wants the bot to run in more shards than it did. Start it again, it asks Discord how many.
cli-refused-version = Discord no longer speaks this version of its gateway. Update the bot.
cli-refused-unknown-intent = Discord does not know an intent that the bot asks for. Update the bot.
cli-refused-intent = Discord does not allow this application an intent that the bot asks for. See the Bot page of the developer portal.
cli-refused-closed = Discord closed the gateway ({ $code }).
cli-alone-database = Another kawaraban runs on this database ({ $path }). Stop it first, or give this one a database and a token of its own.
cli-alone-token = Another kawaraban runs with this token on this machine. Stop it first, or give this one a token of its own.
cli-roles-need-server = A process with a role shares its database with others, which needs PostgreSQL: set database.url (KAWARABAN_DATABASE__URL) to postgresql://…, or run `kawaraban run` without --role.
cli-shards-wrong = Shards are numbered from 0 to one less than their count, each once. Name both, for example --shard-ids 0,1 --shard-count 4.
cli-shards-need-gateway = Only a gateway has shards: add --role gateway, or leave out discord.shard_ids and --shard-ids.
cli-alone-whole = A kawaraban without roles runs on this database ({ $path }). Stop it before you start processes with roles.
cli-alone-shard = Another gateway runs with one of these shards. Give each gateway shards of its own (--shard-ids).

cli-healthcheck-alive = The bot is alive.
cli-healthcheck-ready = The bot is ready.
cli-healthcheck-red = The bot isn't ready: { $causes }
cli-healthcheck-silent = Nothing answers at { $host }, port { $port } ({ $why }). Is `kawaraban run` running, with the same http_server settings?
cli-healthcheck-off = http_server.enabled is not set, so the bot can't be asked. Set it to true (or KAWARABAN_HTTP_SERVER__ENABLED=true).

# kawaraban reload
cli-reload-done = { $any ->
    [yes] { $process } read its settings again. Changed: { $changed }
   *[other] { $process } read its settings again. Nothing changed that can be changed while it runs.
  }
cli-reload-restart = Needs a restart: { $names }
cli-reload-error = { $process } left everything as it was: { $why }
cli-reload-silent = { $process } did not answer within { $seconds } seconds. Its log says why.
cli-reload-none = No bot is running over { $path }, so there is nothing to reload. `kawaraban run` starts it with the settings of now.
cli-reload-database = The database couldn't be asked: { $why }. Try again.
cli-reload-fault = That is a fault of Kawaraban. The log of the bot has the details.

# To the operator, by webhook and in the log
cli-operator-login = Kawaraban has stopped, because Discord refused it: { $why }
cli-operator-login-over = Kawaraban is connected to Discord again.
cli-operator-space = { $kind ->
    [limit] Kawaraban's database uses { $used } MB, more than database.soft_limit_mb ({ $limit }). Posts are kept for three days only. Raise the limit, or have fewer topics.
   *[disk] Only { $free } MB are free on the disk of Kawaraban's database. Posts are kept for three days only. Make room before it is full.
  }
cli-operator-space-over = Kawaraban's database has enough space again.
cli-operator-backup = Kawaraban can't copy its database: { $why }. It tries again every hour.
cli-operator-backup-over = Copies of Kawaraban's database are made again.
cli-operator-delivery = Kawaraban hasn't sent its messages to Discord for { $minutes } minutes. `kawaraban status` and the log say more.
cli-operator-delivery-over = Kawaraban sends messages again.
cli-operator-polls = { $count ->
    [one] 1 topic of Kawaraban has waited for a check for { $minutes } minutes.
   *[other] { $count } topics of Kawaraban have waited for a check, the first for { $minutes } minutes.
  } Is a poller running?
cli-operator-polls-over = Kawaraban checks its topics on time again.
cli-operator-budget = Kawaraban has read all { $most } posts that it may read from { $source } today. It goes on at midnight UTC.
cli-operator-budget-over = Kawaraban reads paid posts again.
cli-operator-source = Kawaraban can't read { $source } ({ $count ->
    [one] 1 topic
   *[other] { $count } topics
  }): { $why }.
cli-operator-source-over = { $partly ->
    [yes] Kawaraban can read { $source } again, but not yet for { $count ->
        [one] 1 topic.
       *[other] { $count } topics.
    }
   *[no] Kawaraban can read { $source } again.
  }
