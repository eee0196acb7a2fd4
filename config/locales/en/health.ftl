## What is wrong with a source
health-endpoint = { $source } ({ $host })
health-unreachable = It isn't responding.
health-refused = It doesn't let the bot read this.
health-challenge = Instead of an answer, it sends a check that only a person with a browser can pass. Its owner can let feed readers in, or there may be a feed at another address.
health-redirects = Its address keeps redirecting without end. Some sites do this to programs that don't keep cookies. It may work at another address.
health-missing = There is no page at its address (404).
health-host = Its host name can't be found.
health-robots = Its robots.txt asks bots not to read this address. If the site has agreed, the bot's operator can allow it in the settings.
health-busy = It's overloaded, or has problems of its own.
health-budget = Today's limit of reads is used up. It will be checked again from 00:00 UTC.
health-budget-share = This server's share of today's reads is used up for now. The rest is kept for other servers, and what they don't use is shared out during the day.
health-changed = Its pages seem to have changed, and the bot can't read them.
health-packing = Its data is compressed in a way the bot can't read (such as Brotli).
health-no-feed = There is no feed at its address any more.
health-too-large = It sends more data than the bot can read.
health-too-dear = Its data takes too long to process.
health-address = Its address can't be used.
health-not-listed = It isn't on the operator's list of sites.
health-topic = This topic can't be looked up there.
health-subscribers-only = It's only checked for topics that somebody is subscribed to.
health-other = It can't be read right now.
health-no-posts = It doesn't show any posts any more.
health-no-rp = It doesn't show repost counts any more, so no post can pass a minimum.
health-no-ids = It doesn't link to its posts any more.
health-no-times = It doesn't say when its posts were written any more.
health-no-authors = It doesn't say who wrote its posts any more.
health-no-volume = It doesn't count the posts of a topic any more.
health-turns-over = So many posts are new each time it's checked that some may be missed.
health-gap = All of its articles were new { $hours ->
    [0] at the last checks
    [one] { $hours } hour ago
   *[other] { $hours } hours ago
}, so some may have been missed. It's checked more often now.
health-silent = No new posts for { $hours } h. Usually something comes within about { $usual } h.

## What a channel is told of it
notice-all = ⚠️ **{ $source }** can't be read properly right now.
notice-some = ⚠️ **{ $source }** can't be read properly for some topics right now.
notice-topics = { $count ->
    [one] 1 topic
   *[other] { $count } topics
 } affected since { $since }: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 }
notice-topics-count = { $count ->
    [one] 1 topic
   *[other] { $count } topics
 } affected since { $since }.
notice-partly-count = ✅ **{ $source }** can be read again, but not yet for { $count ->
    [one] 1 topic.
   *[other] { $count } topics.
 }
notice-hint = -# Some alerts may be missing until then. You'll get a message here when it works again.
notice-partly = ✅ **{ $source }** can be read again, but not yet for { $topics }{ $more ->
    [0] .
   *[other] {" "}and { $more } more.
 }
notice-well = ✅ **{ $source }** can be read again.
notice-silent = 🔇 No new posts for ten times as long as usual: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 }
notice-too-dear = ⏸️ **{ $topic }** is paused, because its regular expressions take too long to check. Simplify them, then resume it in /subscriptions.
notice-button = Status
