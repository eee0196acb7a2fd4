## The card of an alert
alert-dot = {" · "}
alert-head = ### { $topic } · { $why }
alert-why-new = new, RP { $rp }
alert-why-new-unknown = new
alert-why-new-entry = new in the feed
alert-why-rose = reached RP { $bar }
alert-rp = RP { $rp }
alert-rp-rise = RP { $before } → { $now }
alert-rp-grown = RP { $now } (+{ $more } since told)
score-bookmarks = { $count } bookmarks
score-searches = { $count }+ searches
alert-born = posted { $age }
alert-born-day = posted { $day }
alert-as-of = { $source } · as of { $time }
alert-also = { $more ->
    [0] also on { $places }
   *[other] also on { $places } and { $more } more
}
alert-sensitive = ⚠️ Marked as sensitive
alert-warning = ⚠️ Sensitive: { $warning }
alert-withheld = 🔞 A sensitive post with media, RP { $rp }. Not shown in this channel.
alert-button-open = Open post
alert-button-trend = Trend
alert-button-held = Show
alert-sample = -# This is a sample, not a real alert.

## The summary line
alert-summary-ceiling = **{ $topic }** · { $count ->
    [one] 1 more post
   *[other] { $count } more posts
 } above this hour's limit
alert-summary-catch-up = **{ $topic }** · { $count ->
    [one] 1 post
   *[other] { $count } posts
 } that had piled up

## What a summary counted
alert-held-title = ### { $topic } · { $count ->
    [one] 1 post
   *[other] { $count } posts
 } in summary
alert-held-page = Page { $page } of { $pages }
alert-held-empty = These posts are no longer kept.
alert-held-previous = Back
alert-held-next = Next

## The ⋯ menu
alert-menu-title = ### Alerts for { $topic }
alert-menu-bars = Told now: { $bars }
alert-menu-bar = { $source } from RP { $bar }
alert-menu-all = { $source }: everything
alert-menu-until = Resting until { $time }.
alert-menu-quieter = Quieter
alert-menu-mute-hour = Mute 1 hour
alert-menu-mute-day = Mute 1 day
alert-menu-author = Mute this author
alert-menu-stop = Unsubscribe
alert-menu-hide = Hide this post…
alert-menu-undo = Undo
alert-done-quieter = Quieter from now on: { $bars }
alert-done-muted = **{ $topic }** rests until { $time }. Posts from that time will not be told later either.
alert-done-author = Posts by { $handle } are no longer told for **{ $topic }**.
alert-done-stopped = Unsubscribed from **{ $topic }**. You can undo this for 30 days.
alert-undone-muted = **{ $topic }** is told again.
alert-undone-stopped = You are subscribed to **{ $topic }** again.

## A channel that was lost
paused-forbidden = I may no longer write in { $channel }, so what comes here rests: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. Give the permission back, then press the button, or resume it in /subscriptions and /digest list.
paused-not-found = The channel { $channel } is gone, so what comes here rests: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. See /subscriptions and /digest list.
