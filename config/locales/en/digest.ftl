## Names of the commands
cmd-digest-name = digest
cmd-digest-description = Scheduled summaries of a channel's topics
cmd-digest-create-name = create
cmd-digest-create-description = Have a summary of topics sent at fixed times
cmd-digest-list-name = list
cmd-digest-list-description = See this server's digests
cmd-digest-edit-name = edit
cmd-digest-edit-description = Change a digest (nothing but the digest given: opens a form)
cmd-digest-pause-name = pause
cmd-digest-pause-description = Pause a digest, or let a paused one go on
cmd-digest-delete-name = delete
cmd-digest-delete-description = Delete a digest (can be undone)
cmd-digest-preview-name = preview
cmd-digest-preview-description = See what a digest would say now, only for you
cmd-digest-now-name = now
cmd-digest-now-description = Send a digest to its channel now; its schedule stays as it is
opt-digest-digest-name = digest
opt-digest-digest-description = Which digest (pick one of the suggestions)
opt-digest-schedule-name = schedule
opt-digest-schedule-description = How often it comes
opt-digest-time-name = time
opt-digest-time-description = For example 8:00, hourly :15, weekly "mon 9:00", custom cron "0 8 * * 1-5" (left out: 8:00)
opt-digest-timezone-name = timezone
opt-digest-timezone-description = Whose clock (for example Tokyo or New York)
opt-digest-channel-name = channel
opt-digest-channel-description = Where the digest goes (left out: this channel)
opt-digest-list-channel-description = Show only this channel's digests
opt-digest-topics-name = topics
opt-digest-topics-description = Topics separated by commas (left out: all this channel is subscribed to)
opt-digest-top-name = top
opt-digest-top-description = How many posts a topic (1 to 10; left out: 5)
opt-digest-min-rp-name = min_rp
opt-digest-min-rp-description = Only posts that reach this RP (number of reposts)
opt-digest-role-name = role
opt-digest-role-description = The role to mention with every digest
opt-digest-alerts-name = alerts
opt-digest-alerts-description = Whether this channel still gets single alerts of these topics (left out: on)
opt-digest-name-name = name
opt-digest-name-description = What the digest is called (for example Morning paper)
opt-digest-language-name = language
opt-digest-language-description = The language of the digest (left out: yours)
choice-recurrence-hourly = Every hour
choice-recurrence-daily = Every day
choice-recurrence-weekdays = Monday to Friday
choice-recurrence-weekly = Once a week
choice-recurrence-custom = Custom (cron)
choice-digest-alerts-on = On: alerts and digest
choice-digest-alerts-off = Off: only the digest

## A schedule in words, and names of digests
digest-schedule-hourly = every hour { $minute ->
    [0] on the hour
    [one] at 1 minute past
   *[other] at { $minute } minutes past
 }
digest-schedule-daily = every day at { $time } ({ $city })
digest-schedule-weekdays = Monday to Friday at { $time } ({ $city })
digest-schedule-weekly = every { $day } at { $time } ({ $city })
digest-schedule-custom = cron `{ $cron }` ({ $city })
digest-name-morning = Morning paper
digest-name-noon = Midday paper
digest-name-evening = Evening paper
digest-name-hourly = Hourly paper
digest-name-weekly = Weekly paper
digest-name-custom = Digest
digest-name-of = { $topic } · { $paper }

## The digest in its channel
digest-period = { $start } – { $end }
digest-head-small = { $zone } · ended { $age }
digest-late = ⏰ This is the digest for { $time }. The bot was away then, so it comes late.
digest-preview = -# This is a preview for you alone. Nothing was sent.
digest-all-quiet = 🍃 A calm time: nothing new on any topic.
digest-no-topic-now = 🍃 There is no topic to tell of: this channel is subscribed to none. Start with /subscribe.
digest-quiet = **{ $topic }** · nothing new
digest-none-passes = **{ $topic }** · no new post that passes
digest-awaited = **{ $topic }** · not looked at yet; the first look is soon
digest-broken = **{ $topic }** · ⚠️ could not be read, so nothing is known of what is new
digest-nothing-shown = Nothing of it can be shown here.
digest-trouble = ⚠️ { $place }: { $why }
digest-troubles-more = ⚠️ and { $count } more { $count ->
    [one] place
   *[other] places
 } that could not be read properly
digest-volume = { $count } ({ $change }) · { $source }
digest-change = { $change } vs. before
digest-change-unknown = before: unknown
digest-new = { $count ->
    [one] 1 new post
   *[other] { $count } new posts
 }
digest-held = { $count } held back by the hourly cap
digest-rp = { $rp } ({ $gained })
digest-rp-unknown = { $rp } (gain unknown)
digest-told = ✅ told before
digest-rest = … and { $count } more
digest-beyond = { $count ->
    [one] 1 more new post
   *[other] { $count } more new posts
 } below these
digest-topics-rest = … and { $count ->
    [one] 1 more topic
   *[other] { $count } more topics
 }
digest-pick-topic = Open a topic
digest-button-all = Show all ({ $count })
digest-button-change = Change digest

## All posts of a digest
digest-page-title = { $name } · { $count ->
    [0] no posts
    [one] 1 post
   *[other] { $count } posts
 }
digest-page-empty = No post of this digest can be shown any more.

## A digest read back
digest-done-created = Made: the digest comes to { $channel } from now on.
digest-done-changed = Changed.
digest-done-paused = Paused. It comes again once you resume it.
digest-done-resumed = It comes to { $channel } again.
digest-done-sent = On its way to { $channel }. The schedule stays as it is.
digest-unmentioned = This time without its role: you may not mention it in that channel yourself.
digest-done-held = It is quiet in { $channel } now: it goes there at { $time }. The schedule stays as it is.
digest-done-restored = It is back, and comes to { $channel } again.
digest-upcoming = Next, on your clock:
digest-topics = Topics: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 }
digest-topics-all = All topics this channel is subscribed to, now: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
 }
digest-top = { $count ->
    [one] The top post of each topic
   *[other] The top { $count } posts of each topic
 }
digest-min-rp = Posts from RP { $count }
digest-any-rp = Posts at any RP
digest-alerts-on = Single alerts of these topics: on
digest-alerts-off = Single alerts of these topics: off, the digest stands in for them
digest-language = Language of the digest: { $language }
digest-made = Made by { $user } on { $when }
digest-deleted-heading = Deleted "{ $name }"
digest-deleted-text = What of it waited for { $channel } was dropped too. You can undo this for 30 days.
digest-list-heading = Digests
digest-list-empty = No digests yet. Make one with /digest create.
digest-list-pick = Pick a digest to see or change it
digest-button-edit = Edit
digest-button-pause = Pause
digest-button-resume = Resume
digest-button-preview = Preview
digest-button-now = Send now
digest-button-delete = Delete
digest-button-restore = Undo
deliveries-digest = The digest of { $time }

## The form
digest-form-title = Edit the digest
digest-form-recurrence = How often
digest-form-time = Time
digest-form-time-hint = 8:00, :15, mon 9:00, or cron like 0 8 * * 1-5. { $zone }
digest-form-topics = Topics
digest-form-topics-hint = Separated by commas. Empty: all this channel is subscribed to
digest-form-numbers = Posts a topic, min RP
digest-form-numbers-hint = For example "5, 100": the top 5 of the posts from RP 100
digest-form-role = Role to mention

## When something cannot be done
digest-gone = This digest no longer exists. /digest list shows what there is.
digest-none = No such digest was found. Pick one of the suggestions while typing, or see /digest list.
digest-quota-server = This server can have up to { $limit } digests. Please delete one you no longer need.
digest-quota-channel = This channel can have up to { $limit } digests. Please delete one you no longer need, or use another channel.
digest-no-topics = This channel is subscribed to no topic yet. Name some in "topics" (for example "AI, data center"), or start with /subscribe.
digest-topics-many = Up to { $limit } topics are possible (there were { $count }). Leave some out, or make a second digest.
digest-feed-unknown = A digest can only tell of a feed that is followed already. Follow its address with /subscribe first.
digest-top-range = The number of posts a topic goes from 1 to { $limit }, for example 5.
digest-numbers-unclear = These numbers are not clear. Write posts a topic and min RP like "5, 100".
digest-time-unclear = This time is not clear. Write it like 8:00, 7 or 10pm.
digest-minute-unclear = This minute is not clear. For an hourly digest write the minute from 0 to 59, like :15.
digest-weekday-unclear = This weekday is not clear. For a weekly digest write one day and a time, like "mon 9:00".
digest-name-long = A name can be up to { $limit } characters long, for example "Morning paper".
digest-is-paused = This digest is paused. Resume it first with /digest pause, or see it with /digest preview.
digest-restore-late = This can no longer be undone. Make it again with /digest create.
digest-busy = What this digest tells of is changing just now. Please try again in a moment.
