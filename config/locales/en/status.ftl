## Names of the command
cmd-status-name = status
cmd-status-description = See whether the sources of this server's topics work

## /status in short
time-just-now = just now
status-none = This server isn't subscribed to any topics yet. Start with /subscribe.
status-all-ok = 🟢 { $count ->
    [one] The topic is OK
   *[other] All { $count } topics are OK
}, checked { $last }.
status-some-ok = 🟢 { $count ->
    [one] 1 topic is OK
   *[other] { $count } topics are OK
}, checked { $last }.
status-some-unwell = 🟡 { $count ->
    [one] 1 topic needs attention:
   *[other] { $count } topics need attention:
}
status-some-unchecked = ⚪ { $count ->
    [one] 1 topic hasn't been checked yet.
   *[other] { $count } topics haven't been checked yet.
}
status-off = ⚪ **{ $source }** is switched off by the bot's operator, so { $count ->
    [one] 1 topic isn't checked there.
   *[other] { $count } topics aren't checked there.
}
status-waiting = { $waiting ->
    [one] 1 alert is waiting to be sent.
   *[other] { $waiting } alerts are waiting to be sent.
}
status-uncertain = { $uncertain ->
    [one] For 1 message it isn't known whether it arrived.
   *[other] For { $uncertain } messages it isn't known whether they arrived.
} See /deliveries.
status-button-details = Details
status-button-brief = Summary

## /status in detail
status-title = Status
status-source = { $mark } **{ $source }** · { $topics ->
    [0] no topics here
    [one] 1 topic
   *[other] { $topics } topics
}{ $degraded ->
    [0] {""}
   *[other] , partly working: { $degraded }
}{ $down ->
    [0] {""}
   *[other] , not responding: { $down }
}{ $unchecked ->
    [0] {""}
   *[other] , not checked yet: { $unchecked }
}
status-source-quiet = Unusually quiet topics: { $count }
status-health-ok = OK
status-health-degraded = Partly working
status-health-down = Not responding
status-health-quiet = Unusually quiet
status-health-unfit = Can't be looked up there
status-since = { $health } since { $since }
status-checked = Last checked: { $last }
status-unchecked = Not checked yet
status-next = next check { $next }
status-unwell-title = Topics that need attention
status-unchecked-title = Topics not checked yet
status-ok-title = Topics that are OK
status-backup = Last copy of the database: { $last }
status-backup-none = No copy of the database yet
status-backup-failed = The last try to copy the database failed (see the log)
status-processes-title = Processes of the bot
status-shards = shards { $shards }
status-seen = last report { $last }
status-more = … and { $count } more
status-queue = Waiting to be sent: { $waiting } · being sent: { $sealed } · unconfirmed: { $uncertain }
status-bot = Kawaraban { $version }
status-started = started { $time }
status-latency = Discord answers in { $ms } ms
status-spent = Today: { $spent } of at most { $limit } reads (UTC day).
