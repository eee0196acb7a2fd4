## Names of the commands
cmd-quiet-name = quiet
cmd-quiet-description = Hours in which a channel is told nothing: set, see or end them
cmd-quiet-set-name = set
cmd-quiet-set-description = Set quiet hours; alerts of that time come together when they end
cmd-quiet-show-name = show
cmd-quiet-show-description = See this server's quiet hours
cmd-quiet-off-name = off
cmd-quiet-off-description = End a channel's quiet hours
opt-quiet-start-name = start
opt-quiet-start-description = When it becomes quiet (for example 22:00 or 10pm)
opt-quiet-end-name = end
opt-quiet-end-description = When quiet ends (for example 7:00; earlier than the start is the next day)
opt-quiet-timezone-name = timezone
opt-quiet-timezone-description = Whose clock (for example Tokyo or New York)
opt-quiet-weekdays-name = weekdays
opt-quiet-weekdays-description = On which days it begins (for example weekdays or mon,wed; left out: every day)
opt-quiet-channel-name = channel
opt-quiet-channel-description = The channel to keep quiet (left out: this channel)
opt-quiet-show-channel-description = Show only this channel's quiet hours

## Quiet hours
quiet-set-heading = Quiet hours set
quiet-off-heading = Quiet hours ended
quiet-list-heading = Quiet hours
quiet-list-empty = No channel has quiet hours. Set them with /quiet set.
quiet-list-more = There are { $count } more channels. Name a channel to see its hours.
quiet-hours = { $channel }: { $days } { $start }–{ $end }, { $zone }
quiet-hours-overnight = { $channel }: { $days } { $start }–{ $end } the next day, { $zone }
quiet-now = It is quiet now, until { $end }.
quiet-next = Next from { $begin } to { $end }.
quiet-held = { $count ->
    [0] No alerts are waiting yet.
    [one] One alert is waiting now.
   *[other] { $count } alerts are waiting now.
 } What is decided meanwhile comes together when quiet ends.
quiet-held-later = Nothing is lost: alerts of that time come together when quiet ends.
quiet-off-text = { $channel } hears of posts at any time again.{ $count ->
    [0] {""}
    [one] {" "}One waiting alert is sent now.
   *[other] {" "}{ $count } waiting alerts are sent now.
}
quiet-days-all = every day
quiet-days-work = weekdays (Mon–Fri)
quiet-days-weekend = weekends (Sat, Sun)
quiet-days-some = { $days }
quiet-days-between = {", "}
quiet-day-0 = Mon
quiet-day-1 = Tue
quiet-day-2 = Wed
quiet-day-3 = Thu
quiet-day-4 = Fri
quiet-day-5 = Sat
quiet-day-6 = Sun

## When something cannot be done
quiet-time-unclear = This time is not clear. Write it like 22:00, 7 or 10pm, from 0:00 to 24:00.
quiet-weekdays-unclear = These days are not clear. Write "every day", "weekdays", "weekends" or days like "mon,wed".
zone-unknown = This time zone is not clear. Pick one of the suggestions while typing, or write it like "Tokyo" or "Asia/Tokyo".
zone-missing = Please pick the time zone whose clock is meant (for example New York or Tokyo).
quiet-endless = Quiet would never end like this. Please choose different times for start and end, or fewer days.
quiet-none = This channel has no quiet hours.
error-thread-closed = The bot is not in this private thread. Mention the bot there to bring it in, then try again.
perm-manage-threads = Manage Threads

## Resuming what was stopped
state-paused-removed = Stopped: the bot had been removed from the server. It can be resumed.
resume-done = Resumed in { $channel }: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. Posts from now on are told.
resume-nothing = There is nothing left to resume in this channel.
resume-needs = The bot still lacks the permission "{ $permissions }" in { $channel }. Please allow it, then press the button again.
resume-hidden = The bot cannot see the channel ({ $channel }). Please allow "{ perm-view-channel }", then press the button again.
resume-left = The bot is no longer in that server.
resume-stranger = Only members of that server can resume.
