# What `kawaraban doctor` says. A detail is a line, an advice what to do.

cli-doctor-line = { $mark } { $title }: { $detail }
cli-doctor-end = { $wrong ->
    [0] Nothing needs you.
    [one] One thing needs you (✗).
   *[other] { $wrong } things need you (✗).
 }

cli-doctor-title-settings = Settings
cli-doctor-title-token = Token
cli-doctor-title-application = Application
cli-doctor-title-invite = Invite
cli-doctor-title-intents = Intents
cli-doctor-title-servers = Servers
cli-doctor-title-server = Server
cli-doctor-title-commands = Commands
cli-doctor-title-database = Database
cli-doctor-title-backups = Copies
cli-doctor-title-postgres = PostgreSQL
cli-doctor-title-processes = Processes
cli-doctor-title-files = Files
cli-doctor-title-topics = Topics at
cli-doctor-title-source = Source
cli-doctor-title-sources = Sources
cli-doctor-title-clock = Clock
cli-doctor-title-fonts = Fonts
cli-doctor-title-words = Words

cli-doctor-settings = version { $version }, read { $file }
cli-doctor-no-settings = version { $version }, no { $name } here: environment and defaults only
cli-doctor-token-none = not set (`kawaraban demo` runs without one)
cli-doctor-token-none-advice = Create an application at https://discord.com/developers/applications, copy the token from its Bot page and put it into DISCORD_TOKEN or .env.
cli-doctor-token-form = it does not have the form of a bot token
cli-doctor-token-form-advice = A bot token has three parts joined by dots. Copy it again from the Bot page (not the client secret).
cli-doctor-token-ok = Discord accepts it: { $application }
cli-doctor-token-refused = Discord refuses it: it is wrong or was reset
cli-doctor-token-refused-advice = Reset it on the Bot page of https://discord.com/developers/applications, copy the new one into DISCORD_TOKEN or .env and start the bot again.
cli-doctor-token-unasked = it has the form of a bot token, but it wasn't checked: { $why }
cli-doctor-discord-unreached = no connection to Discord ({ $facts })
cli-doctor-discord-answered = Discord's answer can't be used ({ $facts })
cli-doctor-application-other = discord.application_id names another application than the token's ({ $id })
cli-doctor-application-grant = "Requires OAuth2 Code Grant" is on, so nobody can invite the bot: switch it off on the Bot page
cli-doctor-application-private = "Public Bot" is off: only the application's owner can invite it
cli-doctor-invite-none = its address is shown here once a token is set
cli-doctor-intents = no privileged intent is needed
cli-doctor-not-asked = not checked: { $why }
cli-doctor-servers-none = the bot is in no server yet
cli-doctor-servers-none-advice = Open the invite address above as somebody who manages a server.
cli-doctor-servers = in { $servers ->
    [one] 1 server
   *[other] { $servers } servers
 }, { $well ->
    [one] 1 gives
   *[other] { $well } give
 } the bot all it needs
cli-doctor-servers-rest = { $rest } servers were not looked into (100 at a time)
cli-doctor-missing = { $server }: the bot lacks { $permissions }, unless a channel gives it
cli-doctor-channels-blocked = { $server }: alerts can't be sent to { $channels }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 }
cli-doctor-channels-blocked-advice = Give the bot's role these permissions in the channel, or unsubscribe there.
cli-doctor-channel-closed = #{ $name } (lacks { $permissions })
cli-doctor-channel-gone = channel { $id } (it is gone, or the bot may not see it)
cli-doctor-commands-ok = { $count } at Discord, as this bot sent them
cli-doctor-commands-untold = { $count } at Discord, this database's bot hasn't sent its own yet (`kawaraban run` does)
cli-doctor-commands-other = { $count } at Discord are not this bot's: another program of the application wrote them
cli-doctor-commands-other-advice = Stop that program, or give it an application of its own. `kawaraban run` restores the commands.

cli-doctor-database = { $path }, version { $current }: topics { $topics }, watches { $watches }, subscriptions { $subscriptions }, posts { $posts }, waiting to be sent { $waiting }
cli-doctor-database-new = { $path } will be created at the first start (version { $newest })
cli-doctor-database-old = { $path } is at version { $current } of { $newest }
cli-doctor-migrate = `kawaraban migrate` creates the database or brings it up to date, as does the next start of the bot. A copy is kept beside it.
cli-doctor-database-room = Give it room: a larger disk, a higher database.soft_limit_mb, or lower quotas.
cli-doctor-postgres = version { $version }, { $encoding }, answers in { $ms } ms, { $used } of { $most } connections open, clock within { $seconds } s of this machine's
cli-doctor-postgres-new = { $path } will get its tables at the first start (version { $newest })
cli-doctor-postgres-migrate = Make a copy ({ $backup }). Then `kawaraban migrate` brings the database up to date, as does the next start of the bot.
cli-doctor-postgres-unconfirmed = { $waiting ->
    [one] A commit waits
   *[other] { $waiting } commits wait
} for a standby that doesn't confirm. Until it does, nothing is saved or sent. Start the standby, or take it out of synchronous_standby_names and reload the server.
cli-doctor-postgres-crowded = Few connections are free. Raise max_connections of the server, or end other clients.
cli-doctor-postgres-backup = Back it up with `{ $backup }`.
cli-doctor-postgres-far = Polls wait for the server about seventeen times each. Run the bot closer to it.
cli-doctor-backups = { $last } { $kept ->
    [one] 1 copy is
   *[other] { $kept } copies are
 } kept in { $folder }.
cli-doctor-backups-overdue = A copy is due: `kawaraban run` makes it within a minute.
cli-doctor-backups-failed = { $last } The last try made none: { $why }
cli-doctor-backups-advice = Remove the cause, and the bot tries again within an hour. To try now: kawaraban backup FILE
cli-doctor-backups-off = no scheduled copies of the database are made
cli-doctor-backups-off-advice = Set backup.every_h (KAWARABAN_BACKUP__EVERY_H), for example to 24.
cli-doctor-processes = running: gateway { $gateways }, poller { $pollers }, sender { $senders }{ $lost ->
    [0] {""}
   *[other] , lost: { $lost }
 }.
cli-doctor-files-open = other users of this machine can read { $files }
cli-doctor-files-command = chmod 600 { $paths }
cli-doctor-files-were-open = other users could read { $files } until the database was opened just now
cli-doctor-file = { $path } (mode { $mode })
cli-doctor-files-ok = the database and the settings with keys are private, as far as there are any

cli-doctor-topics-unasked = { $topics ->
    [one] 1 topic
   *[other] { $topics } topics
 }, none checked yet
cli-doctor-topics-ok = { $topics ->
    [one] 1 topic
   *[other] { $topics } topics
 }, all OK{ $quiet }
cli-doctor-topics-ill = { $topics ->
    [one] 1 topic
   *[other] { $topics } topics
 }, { $degraded } partly working, { $down } not responding{ $quiet }, the first: { $first }
cli-doctor-topics-quiet = , { $quiet } unusually quiet ({ $names })
cli-doctor-topics-advice = `kawaraban status` names them.
cli-doctor-source-off = off
cli-doctor-no-source = none is on: no alert can be sent
cli-doctor-no-source-advice = Switch at least one on.
cli-doctor-source-by-address = on, asked only for addresses: `/subscribe topic:https://…`
cli-doctor-source-answers = { $asked } answers
cli-doctor-source-fails = { $asked }: { $why }
cli-doctor-source-advice = Check the address in the settings and whether this machine reaches it.
cli-doctor-paid-unasked = not asked: what it costs is counted in the database
cli-doctor-paid-no-count = not asked: { $why }
cli-doctor-paid-answers = { $asked } answers, { $spent } of today's { $limit } reads spent (UTC)
cli-doctor-paid-spent = { $spent } of today's { $limit } reads spent (UTC)
cli-doctor-paid-spent-advice = It is asked again from 00:00 UTC. The budget is posts_per_day.
cli-doctor-paid-fails = { $why }, { $spent } of today's { $limit } reads spent (UTC)

cli-doctor-clock-unknown = not compared with Discord's: { $why }
cli-doctor-clock-undated = not compared with Discord's, whose answer had no date
cli-doctor-clock-off = { $seconds } s off
cli-doctor-clock-advice = Switch on time synchronization (NTP).
cli-doctor-clock-ok = within { $seconds } s of Discord's
cli-doctor-fonts-unknown = not checked, as there is no fc-list (only the demo's page needs Japanese ones)
cli-doctor-fonts-ok = Japanese: { $font }
cli-doctor-fonts-none = no Japanese font
cli-doctor-fonts-advice = For the demo in a browser here: apt install fonts-noto-cjk
cli-doctor-words-sudachi = Japanese is cut into words by SudachiPy
cli-doctor-words-by-script = Japanese is cut into words by its script, which is coarser
cli-doctor-words-advice = For better rising words in Japanese, install Kawaraban with its extra `japanese` (120 MB): `uv sync --extra japanese` or `pip install '.[japanese]'` in the source folder, or `'FILE.whl[japanese]'` in place of a wheel.
