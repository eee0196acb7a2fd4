## What is wrong with a source
health-place = { $source } ({ $host })
health-unreachable = It does not answer.
health-refused = It refuses to answer.
health-robots = Its robots.txt asks robots not to read this address; the bot's operator can have it read all the same, where the site has agreed.
health-busy = It is overloaded, or has a fault of its own.
health-budget = What it may cost today is spent. It is read again from 00:00 UTC.
health-budget-share = What this server may spend there for now is spent. The rest of today's budget is kept for other servers, and what they leave is shared out in the course of the day.
health-changed = It answers in a form that cannot be read.
health-packing = Its answers are packed in a way the bot did not ask for and cannot read (such as Brotli).
health-no-feed = There is no feed at its address any more.
health-too-large = Its answer is too large.
health-too-dear = Its answer takes too long to process.
health-address = Its address cannot be used.
health-not-listed = It isn't on the operator's list of sites.
health-topic = This topic cannot be looked up there.
health-other = It cannot be read.
health-no-posts = It shows no posts any more.
health-no-rp = It shows no RP counts any more, so no post can pass a min RP.
health-no-ids = It no longer says where its posts can be found.
health-no-times = It no longer says when its posts were written.
health-no-authors = It no longer says who wrote its posts.
health-no-volume = It no longer counts the posts of a topic.
health-turns-over = So much of what it shows is new at each look that some posts are missed.
health-gap = All of its entries were new { $hours ->
    [0] at the last looks
    [one] { $hours } hour ago
   *[other] { $hours } hours ago
}: some may have come and gone unseen. It is looked at sooner now.
health-silent = Nothing new for { $hours } h; usually something comes within about { $usual } h.

## What a channel is told of it
notice-all = ⚠️ **{ $source }** cannot be read properly.
notice-some = ⚠️ **{ $source }** cannot be read properly for some topics.
notice-topics = Affected since { $since }, { $count ->
    [one] one topic
   *[other] { $count } topics
 }: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 }
notice-hint = -# Alerts may be missing meanwhile. You are told when it is well again.
notice-partly = ✅ **{ $source }** can be read again, but not yet for { $topics }{ $more ->
    [0] .
   *[other] {" "}and { $more } more.
 }
notice-well = ✅ **{ $source }** can be read again.
notice-silent = 🔇 Nothing new from { $topics }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 } for ten times as long as usual.
notice-too-dear = ⏸️ **{ $topic }** is stopped: checking its regular expressions takes too long. Nothing comes until somebody makes them simpler and resumes it in /subscriptions.
notice-button = Status
