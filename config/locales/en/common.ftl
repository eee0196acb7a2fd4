## Numbers and where they come from
number-unknown = unknown
rp-caution = Repost counts are as of the time shown

## A post of which little is known
post-on = { $network ->
    [x] Post on X
    [bluesky] Post on Bluesky
    [fediverse] Post on the fediverse
   *[web] Article without a title
}
post-only-media = Images or video only

## A source that does not answer
source-error-unreachable = It isn't responding. Please try again later.
source-error-refused = Can't read this site right now, because it doesn't let the bot in.
source-error-challenge = Can't read this site: instead of an answer, it sends a check that only a person with a browser can pass. Its owner can let feed readers in, or there may be a feed at another address.
source-error-redirects = Can't read this address, because it keeps redirecting without end. Some sites do this to programs that don't keep cookies. Please try the address that your browser ends up at.
source-error-missing = There is no page at this address (404). Please check it for typos.
source-error-host = There is no site with this name. Please check the address for typos.
source-error-robots = This site asks bots not to read this address (robots.txt). If the site has agreed, the bot's operator can allow it (`http.robots_ignored_hosts`).
source-error-busy = It's busy right now. Please wait a moment and try again.
source-error-budget = Today's limit of reads is used up. Please try again after 00:00 UTC.
source-error-budget-share = This server's share of today's reads is used up for now. The rest is kept for other servers, so please try again later.
source-error-changed = Can't read this page. It seems to have changed.
source-error-packing = Can't read this site: its data is compressed in a way the bot doesn't support (such as Brotli). The bot's operator can see which one in the log.
source-error-no-feed = There is no feed at this address. Please check the address.
source-error-too-large = Can't read this site: it sends more data than the bot can read.
source-error-too-dear = Can't read this site: its data takes too long to process.
source-error-address = This address can't be used. Please use a public http or https address.
source-error-not-listed = This bot reads only the sites its operator has listed, and this isn't one of them.
source-error-other = It can't be read right now. Please try again later.
source-error-topic = This topic can't be looked up there.
source-error-subscribers-only = This source can only be used for topics that somebody here is subscribed to.

## When something went wrong
error-unexpected = Something went wrong. Please try again. If it keeps happening, give the bot's operator this reference: { $reference }
error-busy = The bot is busy right now. Please wait a moment and try again. (Reference: { $reference })
error-bot-timed-out = A moderator has timed the bot out. It can post again { $when }.
error-filtered = This server's AutoMod, or Discord itself, doesn't let this answer through, because of a word or a link in it.
error-took-too-long = That takes too long to look up. Please choose one channel or one topic, give the link to the message itself, or try again in a moment.
error-cooldown = You're doing that too often. Please try again { $when }.
error-you-need = You need the permission "{ $permissions }" to do this.
error-bot-needs = The bot needs the permission "{ $permissions }" in this channel. Please allow it in the channel settings.
error-guild-only = This command only works in a server.
error-topic-empty = Please enter a topic with letters or numbers (for example data center).
error-topic-address = A topic that contains an address would show that address to everybody here. To subscribe to a feed, enter only its address, starting with `https://`.
error-topic-long = A topic can be up to { $limit } characters long.
error-source-off = { $source } isn't available on this bot. Available sources: { $available }
error-address-forgotten = The bot doesn't remember this address any more. Please enter the whole address again.
error-message-unknown = There is no record of this post any more.
error-command-changed = This command was just updated. Please try again in a moment.
form-busy = The bot is so busy right now that it couldn't open the form in time. Please wait a moment and press the button again.
form-late = Nothing was changed, because this form was open for more than 30 minutes or the bot restarted meanwhile. What you entered is still here: open the form again and submit it.
form-late-options = Nothing was changed, because this form was open for more than 30 minutes or the bot restarted meanwhile. What you entered in the form is still here, but options of your command that have no field in it are lost. Open the form again and submit it without them, or enter the command again.
form-forgotten = What you entered with the command is no longer known: it is kept for 15 minutes, only for the person who entered it, and only until they enter another command or form that is refused. Please enter the command again.
button-form-again = Open the form again

## Lists
list-comma = {", "}
sentence-space = {" "}
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
perm-kick-members = Kick Members
perm-ban-members = Ban Members
perm-manage-roles = Manage Roles
perm-manage-nicknames = Manage Nicknames
perm-manage-events = Manage Events
perm-manage-expressions = Manage Expressions
perm-create-expressions = Create Expressions
perm-moderate-members = Timeout Members
perm-mute-members = Mute Members
perm-deafen-members = Deafen Members
perm-move-members = Move Members
perm-view-audit-log = View Audit Log
perm-bypass-slowmode = Bypass Slowmode
perm-view-guild-insights = View Server Insights
perm-priority-speaker = Priority Speaker
perm-pin-messages = Pin Messages
