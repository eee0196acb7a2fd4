## Names of the commands
cmd-deliveries-name = deliveries
cmd-deliveries-description = See what is waiting, uncertain or given up, and decide what becomes of it

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

deliveries-answer = an answer to /trend
deliveries-button-take-downs = Try take-downs again now
deliveries-done-take-downs = The take-downs are being tried again.
