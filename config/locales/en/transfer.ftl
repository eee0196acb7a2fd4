# Settings of servers as a file: export and import, in Discord and on the command line.

transfer-exported = Wrote { $path }: { $servers ->
    [one] { $servers } server
   *[other] { $servers } servers
 }, { $subscriptions ->
    [one] 1 subscription
   *[other] { $subscriptions } subscriptions
 }, { $digests ->
    [one] 1 digest
   *[other] { $digests } digests
 }. Addresses of feeds in it are secrets of their server: only this user can read it.
transfer-unwritten = { $path } can't be written: { $why }. Name a file in a folder that you may write to.
transfer-unread = { $path } can't be read: { $why }. Name a file that `kawaraban export` wrote, or an OPML file.
transfer-large = The file is larger than { $limit } MB. Export one server at a time with --guild.
transfer-no-channel = A list of feeds needs the channel that is to get them: --channel ID.
transfer-no-guild = Nothing is known of this channel yet. Name its server too: --guild ID.
transfer-no-feed = { $url } isn't the address of a feed.
transfer-other-server = The file has no server { $guild }. Channels of one server aren't another's: use /import in that server, which finds channels by their names.
transfer-wrong-file = Nothing was changed. The file has { $count ->
    [one] a mistake
   *[other] { $count } mistakes
 }:
transfer-flaw = Line { $line }, { $where }: { $what }
transfer-flaw-line = Line { $line }: { $what }
transfer-more = … and { $count } more.
transfer-dry = Nothing was changed. It would be: { $added } added, { $changed } changed, { $removed } removed.
transfer-done = Done: { $added } added, { $changed } changed, { $removed } removed.

transfer-added = + { $channel }: { $what }
transfer-changed = ~ { $channel }: { $what } ({ $fields })
transfer-removed = − { $channel }: { $what }
transfer-subscription = subscription to { $name }
transfer-digest = digest { $name }
transfer-hours = quiet hours
transfer-forum = how the forum gets alerts
transfer-blocked-topic = blocked topic { $name }
transfer-notify-role = role of the "Notify me" button
transfer-hidden = hidden post { $post }…
transfer-settings = the server's settings

transfer-not-text = The file isn't text in UTF-8. Save it as UTF-8, or export it again.
transfer-not-toml = This isn't TOML ({ $why }). Text stands in "quotes", a table begins with [[servers.subscriptions]].
transfer-text-long = This may have { $limit } characters. Shorten it.
transfer-no-id = { $value } isn't an id. Copy it from Discord.
transfer-no-topic-key = This key of a topic isn't one. Enter the topic = "its name" instead.
transfer-no-line = This must be one line of text that can be seen.
transfer-words = These words would be read otherwise. Enter each as it stands in a field of /subscribe, without quotes.
transfer-names-many = { $limit } names can be entered here, and these are { $count }.
transfer-paid-source = Topics of digests aren't looked up where each post costs money. Remove "x" from its sources.
transfer-weekdays = Quiet hours need times from "00:00" to "23:59" and weekdays from 0 (Monday) to 6 (Sunday).
transfer-no-version = The first line that counts must be `version = { $known }`. Is this a file that Kawaraban exported?
transfer-newer = The file is of version { $version }, and this Kawaraban reads up to { $known }. Update it first.
transfer-unknown-key = There is no key "{ $key }". Its name may be misspelt, or it may stand in the wrong table.
transfer-missing-key = The key "{ $key }" is missing.
transfer-no-table = This must be a list of tables such as [[servers.subscriptions]].
transfer-no-time = "{ $value }" isn't a time. Enter it like "23:00".
transfer-no-choice = "{ $value }" can't be chosen here. The possible values are in docs/operations/settings-file.md.
transfer-wrong-kind = This must be { $expected ->
    [int] a whole number, without quotes
    [str] text in "quotes"
    [bool] true or false
    [array] a list in [brackets]
    [object] a table
    [datetime] a time like 2026-11-29T03:15:00Z
   *[other] { $expected }
 }.
transfer-wrong = Can't use this: { $why }.
transfer-no-zone = The time needs a zone. Enter it like 2026-11-29T03:15:00Z.
transfer-no-blocked-topic = This isn't a topic that can be blocked. Enter its name as /trending shows it, without #.
transfer-no-hash = A hidden post is 32 digits and letters from a to f.
transfer-address-differs = The address isn't that of the topic. Leave out the key of the topic.
transfer-no-address = A feed needs its address = "https://…".
transfer-language = "{ $language }" isn't a language of Kawaraban. Enter "en" or "ja".
transfer-velocity = The velocity must be from 0 to { $limit }.
transfer-quota-subscriptions = That would be { $count } subscriptions, and a server may have { $limit }.
transfer-quota-digests = That would be { $count } digests, and a server may have { $limit }.
transfer-hidden-many = That would be { $count } hidden posts, and a file can add some up to { $limit } only.
transfer-opml-broken = This OPML can't be read (line { $line }: { $why }). Export it again from your feed reader.
transfer-opml-none = This isn't OPML. Export the list of feeds from your feed reader as OPML.
transfer-opml-empty = There are no feeds in this list (no outline has an xmlUrl).
transfer-opml-long = The list has more than { $limit } feeds. Import it in parts.
transfer-opml-entity = The list defines entities, which no feed reader needs. Remove its DOCTYPE.

cmd-export-name = export
cmd-export-description = Get this server's subscriptions, digests and settings as a file
cmd-import-name = import
cmd-import-description = Bring subscriptions, digests and settings back from a file
cmd-import-file = file
cmd-import-file-description = A file from /export, edited or not
cmd-import-remove = remove
cmd-import-remove-description = Also remove what the file doesn't have (keeps it if left out)
transfer-export = The settings of this server: { $subscriptions ->
    [one] 1 subscription
   *[other] { $subscriptions } subscriptions
 }, { $digests ->
    [one] 1 digest
   *[other] { $digests } digests
 }, as far as you may manage their channels. Addresses of feeds in it are secrets of this server. Edit the file if you like, and bring it back with /import
transfer-button-apply = Import
transfer-left-out = { $count } more are left out: in channels that you can't manage, or hidden posts, which take Manage Messages.
transfer-too-large = The file is larger than { $limit } KB. Leave out what isn't needed.
transfer-forgotten = This import is no longer known. Use /import again.
transfer-not-yours = You can't manage all of its channels any more. Use /import again.
transfer-changed-since = Something was changed by others since. Use /import again, which shows what is now.
transfer-status-channel = You see no channel { $channel } here for notices. Change status_channel in the file, or remove it.
transfer-several-servers = This server isn't in the file, which has { $count } servers. Leave one of them in it.
transfer-channel-unknown = { $count ->
    [0] There is no channel called "{ $name }" here. Create or rename one, or leave it out of the file.
   *[other] { $count } channels are called "{ $name }" here. Rename one of them.
 }
transfer-role-unknown = There is no role { $role } here. Remove its role_id from the file.
transfer-no-forum = Channel { $channel } isn't a forum. Remove it from "forums" in the file.
