## The list of subscriptions
opt-subs-search-name = search
opt-subs-search-description = Part of a topic's or channel's name
list-sent = { $sent ->
    [0] No alerts in the last 24 hours
    [one] 1 alert in the last 24 hours
   *[other] { $sent } alerts in the last 24 hours
} · last alert { $last }
list-never-sent = No alerts yet
list-searched = Search: "{ $search }"
list-search-none = No subscription's topic or channel matches.
list-search-title = Search subscriptions
list-search-label = Part of a topic's or channel's name
list-and-more = { $names } and { $count } more
button-search = Search…
button-several = Select several…
button-show-all = Show all

## Several at once
several-hint = Choose subscriptions, then what to do with them. Only those in channels that you manage are listed.
several-chosen = { $count ->
    [one] 1 chosen. What do you want to do with it?
   *[other] { $count } chosen. What do you want to do with them?
}
several-placeholder = Choose subscriptions
several-none = None of the subscriptions here is in a channel that you manage.
several-done-pause = ⏸️ Paused { $count }: { $topics }
several-done-resume = 🟢 Resumed { $count }: { $topics }
several-done-mute-day = 🔕 Muted { $count }: { $topics }. Alerts will be sent again { $time }.
several-done-remove = ✅ Unsubscribed from { $count }: { $topics }
several-skipped-pause = Paused already: { $topics }
several-skipped-resume = Not paused: { $topics }
several-left-out = ⚠️ **{ $topic }** is unchanged. { $why }
several-undone = ↩️ Undone for { $count }: { $topics }
several-later-pause = To resume one later, pick it from the list.
several-later-resume = To pause one later, pick it from the list.
several-later-mute-day = To unmute one later, pick it from the list.
several-later-remove = You can undo this for 30 days. After that, use /subscribe.
several-nothing-chosen = Nothing is chosen. Please open the list again.
several-subscription = A subscription

## The list of digests
list-digest-next = next { $next }
list-digest-sent = Last sent { $last }
