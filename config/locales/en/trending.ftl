## Names of the command
cmd-trending-name = trending
cmd-trending-description = See what is rising, among this server's topics and elsewhere
opt-trending-source-name = source
opt-trending-source-description = Where to look for topics elsewhere (all sources if left out)
source-google = Google Trends

## This server's topics
trending-title = ### 📈 What is rising
trending-own = **Topics of this server**
trending-own-times = **{ $topic }**: { $people ->
    [yes] { $times } times as many people as usual at this hour
   *[no] { $times } times as many posts as usual at this hour
}
trending-own-least = **{ $topic }**: { $people ->
    [yes] at least { $times } times as many people as usual at this hour
   *[no] at least { $times } times as many posts as usual at this hour
}
trending-own-counts = { $people ->
    [yes] { $shown } people in the last hour, usually about { $usual }
   *[no] { $shown } in the last hour, usually about { $usual }
}
trending-usual = As usual: { $topics }
trending-unknown = Not known yet what is usual: { $topics }
trending-own-none = None of them is rising right now.
trending-own-empty = You can see no channel here that is subscribed to a topic. Subscribe to one with /subscribe.

## Topics at the sources
trending-elsewhere = **Topics elsewhere**
trending-elsewhere-none = No source names a topic that is rising right now.
trending-no-sources = The bot's operator has switched off the sources for this.
trending-people = { $count ->
    [one] { $shown } person
   *[other] { $shown } people
}
trending-posts = { $count ->
    [one] { $shown } post
   *[other] { $shown } posts
}
trending-searches = { $shown }+ searches
trending-times = { $times } times as many as before
trending-since = since { $age }
trending-hot = marked as hot
trending-ranks-nothing = { $source } names no topics right now.
trending-failed = ⚠️ { $source }: { $why }

## What to do with a topic
trending-pick-see = Show a topic
trending-pick-subscribe = Subscribe to a topic here
trending-pick-block = Block a topic here
trending-pick-unblock = Unblock a topic
trending-button-blocked = Blocked topics ({ $count })
trending-button-back = Back
trending-button-undo = Undo
trending-done-blocked = ✅ **{ $topic }** is blocked: /trending doesn't show it in this server any more.
trending-done-unblocked = ✅ **{ $topic }** is unblocked: /trending can show it in this server again.
trending-blocked-title = Blocked topics ({ $count })
trending-blocked-text = /trending and digests don't show them as rising in this server.
trending-blocked-none = No topic is blocked in this server.
error-blocked-full = A server can block up to { $limit } topics. Unblock one first: press "Blocked topics" under /trending.
error-ranking-unknown = This source can't be asked what is rising there. Available sources: { $available }
