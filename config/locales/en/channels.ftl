## Names of the commands
cmd-quiet-name = quiet
cmd-quiet-description = Quiet hours: times when a channel gets no alerts
cmd-quiet-set-name = set
cmd-quiet-set-description = Set quiet hours for a channel (alerts from that time are sent when they end)
cmd-quiet-show-name = show
cmd-quiet-show-description = See this server's quiet hours
cmd-quiet-off-name = off
cmd-quiet-off-description = Turn off a channel's quiet hours
opt-quiet-start-name = start
opt-quiet-start-description = When quiet hours start (for example 22:00 or 10pm)
opt-quiet-end-name = end
opt-quiet-end-description = When quiet hours end (for example 7:00, on the next day if that is before the start)
opt-quiet-timezone-name = timezone
opt-quiet-timezone-description = Your time zone (for example Tokyo or New York, always needed)
opt-quiet-weekdays-name = weekdays
opt-quiet-weekdays-description = Days on which quiet hours start (for example weekdays or mon,wed, every day if left out)
opt-quiet-channel-name = channel
opt-quiet-channel-description = The channel that gets quiet hours (this channel if left out)
opt-quiet-show-channel-description = Show only this channel's quiet hours

## Quiet hours
quiet-form-title = Quiet hours
quiet-form-start = Start
quiet-form-end = End
quiet-form-timezone = Time zone
quiet-form-weekdays = Days
quiet-set-heading = Quiet hours set
quiet-off-heading = Quiet hours turned off
quiet-list-heading = Quiet hours
quiet-list-empty = No channel has quiet hours. Set some with /quiet set.
quiet-list-more = { $count ->
    [one] 1 more channel has quiet hours.
   *[other] { $count } more channels have quiet hours.
 } Choose a channel to see its quiet hours.
quiet-hours = { $channel }: { $days } { $start }–{ $end }, { $zone }
quiet-hours-overnight = { $channel }: { $days } { $start }–{ $end } the next day, { $zone }
quiet-now = On now, until { $end }.
quiet-next = Next: { $begin } to { $end }.
quiet-held = { $count ->
    [0] No alerts are waiting yet.
    [one] 1 alert is waiting now.
   *[other] { $count } alerts are waiting now.
 } Alerts from this time are sent when quiet hours end.
quiet-held-later = No alerts are lost: those from that time are sent when quiet hours end.
quiet-off-text = { $channel } can get alerts at any time again.{ $count ->
    [0] {""}
    [one] {" "}1 waiting alert is being sent now.
   *[other] {" "}{ $count } waiting alerts are being sent now.
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
quiet-time-unclear = Can't read this time. Enter it like 22:00, 7 or 10pm, from 0:00 to 24:00.
quiet-weekdays-unclear = Can't read these days. Enter "every day", "weekdays", "weekends" or days like "mon,wed".
zone-unknown = Can't find this time zone. Pick one of the suggestions while typing, or enter it like "Tokyo" or "Asia/Tokyo".
zone-missing = Please choose a time zone (for example New York or Tokyo).
quiet-endless = These quiet hours would never end. Choose different times for start and end, or fewer days.
quiet-none = This channel has no quiet hours. Set some with /quiet set.
error-thread-closed = The bot isn't in this private thread. Mention the bot in the thread to add it, then try again.
perm-manage-threads = Manage Threads

## Resuming what was paused
state-paused-removed = Paused: the bot was removed from this server. You can resume it.
resume-done = ✅ Resumed in { $channel }: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. New posts will be sent from now on.
resume-nothing = There is nothing left to resume in this channel.
resume-needs = The bot still needs the permission "{ $permissions }" in { $channel }. Please allow it, then press the button again.
resume-hidden = The bot can't see { $channel }. Please allow it "{ perm-view-channel }" there, then press the button again.
resume-left = The bot isn't in that server any more. Invite it again first.
resume-stranger = Only members of that server can resume this.
