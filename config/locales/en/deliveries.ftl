## Names of the commands
cmd-deliveries-name = deliveries
cmd-deliveries-description = See alerts that are waiting, unconfirmed or failed, and decide what to do

## What a delivery hangs on
reason-unknown = The reason isn't known.
reason-deleted = It arrived, and then somebody deleted it in the channel.
reason-hidden = All of its posts were hidden before it was sent.
reason-stuck = Discord answers this one message with an error every time, while others arrive. It may be too large for Discord. There is nothing you can do about it here.
reason-server-away = This server is unavailable on Discord right now.
reason-not-found = The message can't be found in its channel any more.
reason-history = The bot needs the permission "{ perm-read-message-history }" in this channel to check whether it arrived.
reason-crowded = Too much was posted in the channel since then to check whether it arrived.
reason-headless = Somebody deleted the first message of a post in this forum, so the bot can't check whether it arrived.
reason-no-forum = This channel isn't a forum any more.
reason-login = Discord doesn't accept the bot's token. The bot's operator needs to fix this.
reason-forbidden = The bot doesn't have permission to post in this channel.
reason-timed-out = A moderator of this server has timed the bot out. It continues when the time-out is over.
reason-channel-gone = The channel, or the message in it, no longer exists.
reason-busy = Discord asked the bot to wait.
reason-discord = Discord had problems.
reason-filtered = This server's AutoMod, or Discord itself, doesn't let through what a post says or links to.
reason-refused = Discord didn't accept the message.
reason-unreachable = Discord couldn't be reached, or didn't respond in time.

## /deliveries
deliveries-title = Deliveries
deliveries-none = ✅ All good: nothing is waiting, and nothing failed.
deliveries-count-waiting = Waiting: { $count }
deliveries-count-on-the-way = Sending: { $count }
deliveries-count-uncertain = Unconfirmed: { $count }
deliveries-count-given-up = Failed: { $count }
deliveries-count-take-downs = Not removed: { $count }
deliveries-section-uncertain = ❓ May or may not have arrived
deliveries-section-given-up = ⛔ Couldn't be sent
deliveries-section-take-downs = 🧹 Hidden posts that couldn't be removed
deliveries-section-on-the-way = 📨 Sending
deliveries-section-waiting = 🕒 Waiting
deliveries-uncertain-hint = -# Please check the channel. If the message is there and you send it again, it will appear twice.
deliveries-deleted-hint = -# If you try again, the deleted message will be sent once more.
deliveries-empty = All of its posts are hidden now, so there is nothing left to send.
deliveries-take-down-hint = -# Please restore the bot's permissions, or delete the message yourself: { $link }
deliveries-tries = Attempts so far: { $count }
deliveries-next = Next attempt: { $time }
deliveries-more = … and { $count } more
deliveries-summary = { $count ->
    [one] 1 more post
   *[other] { $count } more posts
} in one line
deliveries-notice = A notice about the status of this source
deliveries-queue = { $channel }: { $count ->
    [one] 1 alert
   *[other] { $count } alerts
} (oldest: { $since })
deliveries-queue-held = { $channel }: { $count ->
    [one] 1 alert
   *[other] { $count } alerts
} (oldest: { $since }), waiting until { $until } (quiet hours or the hourly limit)
deliveries-button-arrived = It arrived
deliveries-button-again = Send again
deliveries-button-retry = Try again
deliveries-button-reload = Refresh
deliveries-done-arrived = ✅ Marked as arrived. It won't be sent again.
deliveries-done-again = ✅ Sending it again.
deliveries-channel-gone = The bot can't find this channel, so nothing can be sent there.
deliveries-settled = This has been taken care of meanwhile. Open /deliveries again to see the current state.

deliveries-answer = Answer to /trend
deliveries-button-take-downs = Try removing again
deliveries-done-take-downs = ✅ Trying to remove the hidden posts again.
