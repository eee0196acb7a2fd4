## Names of the commands
cmd-deliveries-name = deliveries
cmd-deliveries-description = See what is waiting, uncertain or given up, and decide what becomes of it
cmd-why-name = why
cmd-why-description = See why a post was told in a channel, or why it was not
opt-why-post-name = post
opt-why-post-description = The link to the post, or its id
opt-why-channel-name = channel
opt-why-channel-description = The channel it is about (left out: this channel)

## What a delivery hangs on
reason-unknown = The reason is not known.
reason-deleted = It had arrived, and somebody deleted it in the channel.
reason-hidden = All of its posts were taken down before it was sent.
reason-stuck = Discord answers this one message with an error each time, while others arrive. It may be too heavy for Discord; nothing can be done about it here.
reason-server-away = Discord does not answer for this server right now.
reason-not-found = The message cannot be found in its channel any more.
reason-history = The bot may not read this channel's message history, so it cannot tell whether it arrived.
reason-crowded = So much was written in the channel since that the bot cannot tell whether it arrived.
reason-login = Discord does not accept the bot's token. That is for the bot's operator to mend.
reason-forbidden = The bot may not post in this channel.
reason-channel-gone = The channel, or the message in it, no longer exists.
reason-busy = Discord asked the bot to wait.
reason-discord = Discord had trouble of its own.
reason-refused = Discord did not accept the message.
reason-unreachable = Discord could not be reached, or did not answer in time.

## /deliveries
deliveries-title = Deliveries
deliveries-none = Nothing is waiting, and nothing went wrong.
deliveries-count-waiting = Waiting: { $count }
deliveries-count-on-the-way = On the way: { $count }
deliveries-count-uncertain = Uncertain: { $count }
deliveries-count-given-up = Given up: { $count }
deliveries-count-take-downs = Not taken down: { $count }
deliveries-section-uncertain = ❓ Nobody knows whether these arrived
deliveries-section-given-up = ⛔ Given up
deliveries-section-take-downs = 🧹 Could not be taken down
deliveries-section-on-the-way = 📨 On the way
deliveries-section-waiting = 🕒 Waiting
deliveries-uncertain-hint = -# Please look in the channel. If it is there and you send it again, it will stand there twice.
deliveries-deleted-hint = -# Trying again brings back what was deleted.
deliveries-empty = All of its posts were taken down, so there is nothing left to send.
deliveries-take-down-hint = -# Please give the bot its permissions back, or delete the message by hand: { $link }
deliveries-tries = Tries so far: { $count }
deliveries-next = Next try: { $time }
deliveries-more = … and { $count } more
deliveries-summary = A summary line of { $count ->
    [one] one post
   *[other] { $count } posts
}
deliveries-notice = A notice of how this source is doing
deliveries-queue = { $channel }: { $count ->
    [one] one alert
   *[other] { $count } alerts
} (oldest: { $since })
deliveries-queue-held = { $channel }: { $count ->
    [one] one alert
   *[other] { $count } alerts
} (oldest: { $since }), held until { $until } (quiet hours, or the time between summaries)
deliveries-button-arrived = It arrived
deliveries-button-again = Send again
deliveries-button-retry = Try again
deliveries-button-look = Refresh
deliveries-done-arrived = ✅ Noted: it arrived. It will not be sent again.
deliveries-done-again = ✅ It is being sent again.
deliveries-channel-gone = The bot cannot find this channel, so nothing can be sent there.
deliveries-settled = This was settled meanwhile. Please open /deliveries again to see how things stand.

## /why
why-title = What became of this post
why-post-empty = Please give the link to a post, or its id.
why-nowhere = No source has shown this post for the topics of { $channel }.
why-no-topics = { $channel } follows no topics, so no posts are told there.
why-unseen = Where it has not been seen
why-more = -# … and { $count } more
why-topic-unknown = A topic no longer on record
why-not-looked = not looked at yet
why-not-seen = last looked { $look }
why-not-read = last read { $look }; the source cannot be read right now
why-never-read = the source could not be read so far
why-space = {" "}
why-seen-with = Seen on { $at } with RP { $rp }.
why-seen = Seen on { $at }.
why-rp-first = RP { $rp } at first ({ $at }).
why-rp-now = RP { $rp } at last ({ $at }).
why-rp-highest = Highest: { $rp }.
why-gone = The source no longer has it ({ $at }).
why-by-person = somebody with Manage Messages
why-by-operator = the bot's operator
why-by-source = its source, where it was deleted
why-hidden-here = Taken down in this server on { $at } by { $by }. It will not be told again.
why-hidden-everywhere = Taken down in all servers on { $at } by { $by }. It will not be told again.
why-told-by-other = The channel was told of it through: { $way }. It is told once only.
why-resting-by-user = The subscription is paused, so nothing is told for it.
why-resting-forbidden = The subscription is stopped, because the bot may not post in the channel.
why-resting-refused = The subscription is stopped, because the channel refused several messages in a row.
why-resting-not-found = The subscription is stopped, because the channel could not be found.
why-resting-removed = The subscription is stopped, because the bot was removed from the server.
why-resting-too-dear = The subscription is stopped, because its regular expressions take too long.
why-baseline-first-look = It was there already at the first look ({ $at }), so it counts as old.
why-baseline-subscribed = It was there already when the topic was subscribed to ({ $at }), so it counts as old.
why-baseline-resumed = It was there already when the subscription went on after a rest ({ $at }), so it counts as old.
why-baseline-rule-changed = It was there already when the subscription's rules were changed ({ $at }), so it counts as old.
why-baseline-muted = The subscription was muted at the time ({ $at }), so it is not told later either.
why-baseline-digest = A digest stood in for the alerts of this topic at the time ({ $at }), so it was left to the digest.
why-will-be-first-look = It passes, but will count as old: the first look tells nothing.
why-will-be-muted = It passes, but the subscription is muted, so it is not told, later either.
why-will-be-digest = It passes, but a digest stands in for the alerts of this topic, so it is left to the digest.
why-below = Below min RP: { $rp } of { $bar }.
why-rp-unknown = Its RP is unknown, so it cannot pass the min RP of { $bar }.
why-excluded = Excluded by the word: { $words }
why-not-included = It has none of the words asked for: { $words }
why-other-language = It is in another language than those asked for: { $words }
why-author-muted = Its author is muted for this subscription.
why-sensitive = It is sensitive, and the subscription leaves such posts out.
why-by-bot = Its author is a bot, and the subscription tells of people's posts only.
why-too-old = Older than { $hours } h when it passed ({ $born }), so it is not told as new.
why-passes = Nothing stands in its way: it is told when the next look finds it.
why-decided-new = On { $at } it was decided to tell it as new (RP { $rp }).
why-decided-rose = On { $at } it was decided to tell it, because it had risen to the min RP (RP { $rp }).
why-held-ceiling = More came in that hour than the ceiling allows, so it is counted in a summary line.
why-held-catch-up = Much had piled up and came at once, so it is counted in a summary line.
why-waits = It waits for its turn.
why-waits-until = It waits until { $until }, because summary lines come an hour apart.
why-waits-quiet = It waits for the quiet hours to end: { $until }.
why-on-the-way = It is on its way (tries so far: { $count }).
why-unclear = Nobody knows whether it arrived. { $reason } Somebody can decide in /deliveries.
why-given-up = It was given up. { $reason } Somebody can have it tried again in /deliveries.
why-told = Told on { $at }: { $link }
why-told-said = It arrived ({ $at }), as somebody said in /deliveries.
why-told-removed = Told on { $at }; the message was taken away on { $removed }.
why-at-unknown = time unknown
why-dropped = It was dropped before it was sent.
why-dropped-hidden = It was not sent, because the post was taken down before.
why-dropped-paused = It was dropped before it was sent, because the subscription was paused.
why-dropped-unsubscribed = It was dropped before it was sent, because the topic was unsubscribed.
why-forgotten = What became of it then is no longer on record.
deliveries-answer = an answer to /trend
deliveries-button-take-downs = Try take-downs again now
deliveries-done-take-downs = The take-downs are being tried again.
