# Helps of the command line. The first line of a command's is what a list of commands shows.

cli-help = Kawaraban sends a Discord channel an alert when a post on one of its topics takes off.
    { "" }
    `kawaraban demo` shows it in the browser, `kawaraban doctor` says what a bot of your own still needs.
cli-help-usage = Usage: { $command }
cli-help-choices = { $meaning } One of { $choices }.
cli-help-usage-options = [OPTIONS]
cli-help-usage-command = COMMAND …
cli-help-arguments = Arguments:
cli-help-options = Options:
cli-help-commands = Commands:
cli-help-default = [default: { $value }]

cli-help-run = Run the bot (needs DISCORD_TOKEN).
    { "" }
    Without --role one process does everything. On PostgreSQL several processes can share the work, each with a role: gateway (answers commands), poller (checks topics), sender (sends messages and digests).
cli-help-demo = Show the bot in the browser.
    { "" }
    A simulated Discord with the real bot in it: no token, no network.
cli-help-fetch = Check a topic once and show its posts.
    { "" }
    All sources that are on are checked, except X, which costs money. Nothing is stored but what it cost. Of several servers, those that answer are shown.
cli-help-poll = Check the topics that are due, without Discord.
    { "" }
    Checks topics until stopped (Ctrl-C or SIGTERM), or with --once those that are due now. Alerts wait for `kawaraban run`, which checks topics as well.
cli-help-watch = Topics that are checked whether or not a channel is subscribed.
cli-help-watch-add = Check a topic from now on.
    { "" }
    Without a source, at all that are on and cost nothing. An address is a feed's, or a trend page's where its host is. `kawaraban watch add mastodon TOPIC` names one, --source several.
cli-help-watch-list = Show all watches and how they are doing.
cli-help-watch-remove = Stop checking a topic, unless a channel is subscribed to it.
cli-help-watch-import = Add many watches from a file.
    { "" }
    A topic a line, or a table with tabs or commas: source, then topic. A first line that names the columns may put them in another order. An empty source means all that are on. "# " begins a comment. If a line can't be used, nothing is added.
cli-help-digest = Scheduled digests.
cli-help-digest-list = Show all digests and when they are due.
cli-help-digest-preview = Show what a digest would say now. Nothing is sent or stored.
cli-help-healthcheck = Ask a running bot whether it is alive, for containers and service managers.
cli-help-reload = Ask the running bot to read its settings again, and say what needs a restart.
    { "" }
    Needs http_server.enabled. Ends with 0 if the bot answers, else with 1.
cli-help-status = Show how sources are doing, and how much waits to be sent.
cli-help-hide = Hide a post, in every server or in one.
    { "" }
    It vanishes from messages already sent as soon as the bot runs, and is not sent again.
cli-help-unhide = Let a hidden post be seen again.
    { "" }
    What vanished from sent messages does not come back.
cli-help-hidden = Show who hid or unhid what, when and why, newest first.
cli-help-doctor = Check that all is well, or say what to do.
    { "" }
    Settings, token, permissions in each server, commands, database, sources, clock and fonts. Shows the address that invites the bot. Nothing is changed. Ends with 1 where something needs you.
cli-help-migrate = Create the database, bring it to this version, or copy it to another place.
    { "" }
    The bot does so by itself when it starts. A copy of the old file is kept beside it.
cli-help-backup = Copy the database to a file, also while the bot runs.
    { "" }
    The copy is complete and checked before it gets its name, and only this user can read it. An existing file is replaced only with --force. On PostgreSQL: shows the pg_dump command.

cli-help-restore = Put a copy in the place of the database, with the bot stopped.
    { "" }
    The copy is checked before anything is touched, and the old file is kept beside it. When the bot starts, it reads what its channels hold since the copy before it sends anything, so that nothing is sent twice. On PostgreSQL: shows the commands to run, one after the other.

cli-help-check = Look for faults in the database, and repair them with --mend.
    { "" }
    Checks the file's pages and indexes, rows that refer to missing ones, and what the bot relies on. Changes nothing without --mend, which needs the bot stopped and keeps a copy from before. Ends with 1 if anything is left to repair.

cli-help-export = Write the settings of servers to a file that a person can read and edit.
    { "" }
    Subscriptions, digests, quiet hours, settings and hidden posts, as TOML (docs/operations/settings-file.md). Without a file to standard output. Addresses of feeds in it are secrets of their server.
cli-help-import = Bring settings of servers back from a file.
    { "" }
    Adds and changes what the file has. With --remove it also removes what it doesn't have. A file with mistakes changes nothing, and each is named with its line. Each server is changed at once or not at all. A list of feeds (OPML) needs --channel.

cli-param-help = Show this help.
cli-param-version = Show the version.
cli-param-language = The language of the command line (the setting cli.language if left out, else the system's).
cli-param-install-completion = Install completion of words for this shell.
cli-param-show-completion = Show the completion script for this shell.
cli-param-as-json = Print JSON, in English (docs/commands.md).
cli-param-topic = A keyword, or the address of a feed or a trend page.
cli-param-words = A keyword or an address, after a source if you like.
cli-param-source = Only this source (can be given several times).
cli-param-post = The post's link or id.
cli-param-unhide-post = The post's link, id or hash.
cli-param-guild = Only in the server with this id.
cli-param-reason = A reason for the record.
cli-param-name = The digest's name or id.
cli-param-file = The list, or - for standard input.
cli-param-dry-run = Show what would be added and write nothing.
cli-param-addresses = Show whole addresses, which may hold keys.
cli-param-ready = Also ask whether it is ready: connected, checking topics on time, sending.
cli-param-watch = Draw it again every two seconds until Ctrl-C.
cli-param-once = Check what is due now, then stop.
cli-param-role = What this process does (all if left out, can be given several times).
cli-param-shard-ids = This gateway's shards, for example 0,1 (all if left out).
cli-param-shard-count = Number of all shards (as many as Discord recommends if left out).
cli-param-demo-language = The demo's language (the command line's if left out).
cli-param-backup-file = The file of the copy.
cli-param-restore-file = The copy to go back to (of --keep-hidden and --note: the file of hidden posts).
cli-param-note = Note that the database was restored by other means, such as pg_restore. With a file of --keep-hidden: its posts are hidden again.
cli-param-keep-hidden = Before a restore by other means, write the hidden posts to a file.
cli-param-export-file = The file (standard output if left out).
cli-param-opml = Write the feeds alone, as a list for feed readers (OPML).
cli-param-import-file = The file, or - for standard input.
cli-param-import-dry-run = Show what would change and write nothing.
cli-param-remove = Also remove what the file doesn't have.
cli-param-channel = The channel that gets the feeds of an OPML list.
cli-param-mend = Repair what can be repaired.
cli-param-force = Replace an existing file.
cli-param-to = Copy the database to this address instead, empty until now: postgresql://user@host/name or sqlite:////path/file.db.
cli-param-port = Port of the page (0 takes a free one).
cli-param-seconds = End by itself after so many seconds.
cli-param-speed = How many times as fast time passes in the demo (1 to 60).
cli-param-browser = Open the page in a browser.
