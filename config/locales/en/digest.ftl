## Names of the commands
cmd-digest-name = digest
cmd-digest-description = Get the top posts of your topics at set times
cmd-digest-create-name = create
cmd-digest-create-description = Create a digest: the top posts of your topics, sent at set times
cmd-digest-list-name = list
cmd-digest-list-description = See this server's digests
cmd-digest-edit-name = edit
cmd-digest-edit-description = Edit a digest (choose only the digest to open a form)
cmd-digest-pause-name = pause
cmd-digest-pause-description = Pause a digest, or resume a paused one
cmd-digest-delete-name = delete
cmd-digest-delete-description = Delete a digest (you can undo this)
cmd-digest-preview-name = preview
cmd-digest-preview-description = See what a digest would show now (only you will see it)
cmd-digest-now-name = now
cmd-digest-now-description = Send a digest to its channel now (its schedule stays the same)
opt-digest-digest-name = digest
opt-digest-digest-description = Which digest (pick one of the suggestions)
opt-digest-schedule-name = schedule
opt-digest-schedule-description = How often it is sent
opt-digest-time-name = time
opt-digest-time-description = For example 8:00, hourly :15, weekly "mon 9:00", custom cron "0 8 * * 1-5" (8:00 if left out)
opt-digest-timezone-name = timezone
opt-digest-timezone-description = Your time zone (for example Tokyo or New York, needed for a new digest)
opt-digest-channel-name = channel
opt-digest-channel-description = Where the digest is sent (this channel if left out)
opt-digest-list-channel-description = Show only this channel's digests
opt-digest-topics-name = topics
opt-digest-topics-description = Topics separated by commas (if left out, all that this channel is subscribed to)
opt-digest-top-name = top
opt-digest-top-description = Posts per topic (1 to 10, the server's default if left out)
opt-digest-min-rp-name = min_rp
opt-digest-min-rp-description = Only posts with at least this many reposts
opt-digest-role-name = role
opt-digest-role-description = The role to mention with every digest
opt-digest-alerts-name = alerts
opt-digest-alerts-description = Whether this channel still gets alerts for these topics (the server's default if left out)
opt-digest-name-name = name
opt-digest-name-description = What the digest is called (for example Morning digest)
opt-digest-language-name = language
opt-digest-language-description = The language of the digest (if left out, the server's, else yours)
choice-recurrence-hourly = Every hour
choice-recurrence-daily = Every day
choice-recurrence-weekdays = Monday to Friday
choice-recurrence-weekly = Once a week
choice-recurrence-custom = Custom (cron)
opt-digest-rising-name = rising
opt-digest-rising-description = Whether it also names topics that are rising elsewhere (off if left out)
choice-digest-rising-on = On: also name rising topics
choice-digest-rising-off = Off: only the digest's topics
choice-digest-alerts-on = On: alerts and digest
choice-digest-alerts-off = Off: digest only

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
digest-name-morning = Morning digest
digest-name-noon = Midday digest
digest-name-evening = Evening digest
digest-name-hourly = Hourly digest
digest-name-weekly = Weekly digest
digest-name-custom = Digest
digest-name-of = { $topic } · { $paper }

## The digest in its channel
digest-period = { $start } – { $end }
digest-head-small = { $zone } · until { $age }
digest-late = ⏰ This is the digest for { $time }. The bot was offline then, so it's late.
digest-preview = -# This is a preview. Only you can see it, and nothing was sent.
digest-all-quiet = 🍃 No new posts on any topic.
digest-no-topic-now = 🍃 This channel isn't subscribed to any topic, so there is nothing to show. Subscribe to one with /subscribe.
digest-quiet = **{ $topic }** · no new posts
digest-none-passes = **{ $topic }** · no new posts that match
digest-awaited = **{ $topic }** · not checked yet, the first check is coming soon
digest-broken = **{ $topic }** · ⚠️ can't be read right now, so new posts may be missing
digest-nothing-shown = These posts can't be shown in this channel.
digest-trouble = ⚠️ { $endpoint }: { $why }
digest-troubles-more = ⚠️ and { $count ->
    [one] 1 more source
   *[other] { $count } more sources
 } with problems
digest-volume = { $count } ({ $change }) · { $source }
digest-change = { $change } vs. the previous period
digest-change-unknown = previous period unknown
digest-new = { $count ->
    [one] 1 new post
   *[other] { $count } new posts
 }
digest-held = { $count } over the hourly limit
digest-order = Most new reposts first
digest-rp = { $rp } ({ $gained })
digest-rp-unknown = { $rp } (change unknown)
digest-alerted = ✅ sent as an alert
digest-rest = … and { $count } more
digest-beyond = { $count ->
    [one] 1 other new post
   *[other] { $count } other new posts
 }
digest-topics-rest = … and { $count ->
    [one] 1 more topic
   *[other] { $count } more topics
 }
digest-pick-topic = Choose a topic to open
digest-button-all = Show all ({ $count })
digest-button-change = Edit digest

## All posts of a digest
digest-page-title = { $name } · { $count ->
    [0] no posts
    [one] 1 post
   *[other] { $count } posts
 }
digest-page-empty = This digest has no posts left to show.

## A digest read back
digest-done-created = Digest created. It will be sent to { $channel }.
digest-done-changed = Digest updated.
digest-done-paused = Digest paused. It won't be sent until you resume it.
digest-done-resumed = Digest resumed. It will be sent to { $channel } again.
digest-done-sent = Sending this digest to { $channel } now. Its schedule stays the same.
digest-unmentioned = The role won't be mentioned this time, because you don't have permission to mention it in that channel.
digest-done-held = { $channel } has quiet hours now, so this digest will be sent at { $time }. Its schedule stays the same.
digest-done-restored = Digest restored. It will be sent to { $channel } again.
digest-upcoming = Next (in your time zone):
digest-upcoming-time = { $time } ({ $age })
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
digest-min-rp = Posts with { $count ->
    [one] 1 repost
   *[other] { $count } reposts
 } or more
digest-any-rp = Posts with any number of reposts
digest-alerts-on = Alerts for these topics: on
digest-alerts-off = Alerts for these topics: off (digest only)
digest-language = Language of the digest: { $language }
digest-made = Created by { $user } on { $when }
digest-deleted-heading = Digest "{ $name }" deleted
digest-deleted-text = Digests still waiting for { $channel } were canceled too. You can undo this for 30 days.
digest-list-heading = Digests
digest-list-empty = No digests yet. Create one with /digest create.
digest-list-pick = Choose a digest to view or edit
digest-rising-on = Also names topics that are rising elsewhere
digest-rising = 📈 Also rising: { $topics }
digest-rising-topic = **{ $topic }** ({ $source }{ $more ->
    [0] {""}
   *[other] {" "}+{ $more }
})
digest-button-rising-on = Add rising topics
digest-button-rising-off = No rising topics
digest-button-edit = Edit
digest-button-pause = Pause
digest-button-resume = Resume
digest-button-preview = Preview
digest-button-now = Send now
digest-button-delete = Delete
digest-button-restore = Undo
deliveries-digest = Digest for { $time }

## The form
digest-form-title = Edit digest
digest-form-title-new = New digest
digest-form-timezone = Time zone
digest-form-name = Name
digest-button-list = All digests
digest-form-recurrence = How often
digest-form-time = Time
digest-form-time-hint = 8:00, :15, mon 9:00, or cron like 0 8 * * 1-5. { $zone }
digest-form-topics = Topics
digest-form-topics-hint = Separated by commas. If empty, all that this channel is subscribed to
digest-form-numbers = Posts per topic, min RP
digest-form-numbers-hint = For example "5, 100": the top 5 posts with 100 or more reposts
digest-form-role = Role to mention

## When something cannot be done
digest-gone = This digest no longer exists. See /digest list.
digest-none = Can't find this digest. Pick one of the suggestions while typing, or see /digest list.
digest-several = Several digests have this name. Pick one of the suggestions while typing.
digest-quota-server = This server can have up to { $limit } digests. Delete one you no longer need, then try again.
digest-quota-channel = This channel can have up to { $limit } digests. Delete one you no longer need, or use another channel.
digest-no-topics = This channel isn't subscribed to any topic yet. Enter some in "topics" (for example "AI, data center"), or subscribe with /subscribe.
digest-topics-many = A digest can have up to { $limit } topics (you entered { $count }). Leave some out, or create a second digest.
digest-feed-unknown = A digest can only include feeds you're subscribed to. Subscribe to the feed's address with /subscribe first.
digest-top-range = Posts per topic must be a number from 1 to { $limit }, for example 5.
digest-numbers-unclear = Can't read these numbers. Enter posts per topic and min RP like "5, 100".
digest-time-unclear = Can't read this time. Enter it like 8:00, 7 or 10pm.
digest-minute-unclear = Can't read this minute. For an hourly digest, enter a minute from 0 to 59, like :15.
digest-weekday-unclear = Can't read this weekday. For a weekly digest, enter one day and a time, like "mon 9:00".
digest-name-long = A name can be up to { $limit } characters long, for example "Morning digest".
digest-is-paused = This digest is paused. Resume it with /digest pause first, or see it with /digest preview.
digest-restore-late = It's too late to undo this. Create the digest again with /digest create.
digest-busy = The posts of this digest are changing right now. Please try again in a moment.
