## Numbers and where they come from
number-unknown = unknown
rp-caution = Repost counts are as of the time shown
source-trendpage = Trend page
source-mastodon = Mastodon
source-misskey = Misskey
source-bluesky = Bluesky
source-x = X
source-feed = Feed

## A post of which little is known
post-on = { $network ->
    [x] Post on X
    [bluesky] Post on Bluesky
    [fediverse] Post on the fediverse
   *[web] Article without a title
}
post-only-media = Images or video only

## A source that does not answer
source-error-unreachable = No answer. Please try again later.
source-error-refused = It refused to show this.
source-error-robots = This site asks robots not to read this address. The bot's operator can have it read all the same, where the site has agreed (`http.robots_ignored_hosts`).
source-error-busy = It is busy. Please wait a little and try again.
source-error-budget = What it may cost today is spent; it is read again from 00:00 UTC.
source-error-budget-share = What this server may spend there for now is spent; the rest of today's budget is kept for other servers.
source-error-changed = The page seems to have changed its form and could not be read.
source-error-packing = This site packs its answers in a way the bot did not ask for and cannot read (such as Brotli). The bot's operator can see which in the log.
source-error-no-feed = There is no feed at this address.
source-error-too-large = The answer was too large.
source-error-too-dear = The answer took too long to process.
source-error-address = This address cannot be used (public http/https addresses only).
source-error-not-listed = This bot reads only the sites its operator has listed, and this isn't one of them.
source-error-other = It could not be read.
source-error-topic = This topic cannot be looked up there.
source-error-followed-only = This source is only asked for topics somebody here is subscribed to.

## When something went wrong
error-unexpected = Something unexpected happened. Please try again. If it goes on, tell the bot's operator the reference { $reference }.
error-busy = The bot's memory is busy right now. Please wait a moment and try again. (reference { $reference })
error-took-too-long = That would take too long to look up. Please ask for less, such as one channel, one topic, or a link to the message itself, or try again in a moment.
error-cooldown = That was a lot in a short time. Please try again { $when }.
error-you-need = You need the permission "{ $permissions }" for this.
error-bot-needs = The bot lacks the permission "{ $permissions }" in this channel. Please allow it in the channel's settings.
error-guild-only = This command works inside a server.
error-topic-empty = Please type a topic that can be seen (for example データセンター).
error-topic-address = A topic with an address in it would show that address to everybody here. To follow a feed, give its address alone, beginning with `https://`.
error-topic-long = A topic can be up to { $limit } characters long.
error-source-off = { $source } is not available on this bot. Available: { $available }
error-address-forgotten = This address is no longer known here. Please give it in full again.
error-message-unknown = The record of this post is no longer kept.
error-command-changed = This command was just updated. Please try again in a moment.
form-busy = It is so busy right now that the form could not be opened in time. Please wait a moment and press again.
form-late = This form was open for more than 30 minutes, or the bot was restarted meanwhile, so nothing was changed. What you typed is still here: open the form again and send it off.
button-form-again = Open the form again

## Lists
list-comma = {", "}
list-none = none

## Permissions, as Discord's settings call them
perm-view-channel = View Channel
perm-connect = Connect
perm-read-messages = View Channel
perm-send-messages = Send Messages
perm-send-messages-in-threads = Send Messages in Threads
perm-read-message-history = Read Message History
perm-embed-links = Embed Links
perm-attach-files = Attach Files
perm-mention-everyone = Mention @everyone, @here, and All Roles
perm-manage-channels = Manage Channels
perm-manage-messages = Manage Messages
perm-manage-guild = Manage Server
perm-manage-webhooks = Manage Webhooks
perm-administrator = Administrator
