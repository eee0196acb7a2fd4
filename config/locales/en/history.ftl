## Names of the commands
cmd-history-name = history
cmd-history-description = See how much was posted about a topic over time
opt-history-topic-name = topic
opt-history-topic-description = A topic that is subscribed to here
opt-history-period-name = period
opt-history-period-description = 24h, 7d, 30d or 90d (7 days if left out)
cmd-compare-name = compare
cmd-compare-description = See how much was posted about two to five topics in one chart
opt-compare-topics-name = topics
opt-compare-topics-description = Two to five topics, separated by commas (for example: AI, robots)

## The chart and its words
history-period = { $period ->
    [h24] Last 24 hours
    [d7] Last 7 days
    [d30] Last 30 days
   *[d90] Last 90 days
}
history-period-choice = { $period ->
    [h24] 24 hours
    [d7] 7 days
    [d30] 30 days
   *[d90] 90 days
}
history-unit = { $unit ->
    [hour] Posts an hour
   *[day] Posts a day
}
history-about = { $what } on { $source } · { $period }
history-reposts = Reposts of the top posts · { $period }
history-rate = { $unit ->
    [hour] { $count ->
        [one] { $rate } post an hour
       *[other] { $rate } posts an hour
    }
   *[day] { $count ->
        [one] { $rate } post a day
       *[other] { $rate } posts a day
    }
}
history-latest = Latest: { $rate } ({ $time })
history-latest-usual = Latest: { $rate } ({ $time }), usually { $low } to { $high }
history-highest = Highest: { $rate } ({ $time })
history-surges = { $count ->
    [one] 1 surge
   *[other] { $count } surges
}
history-alerts = { $count ->
    [one] 1 alert
   *[other] { $count } alerts
}
history-legend-usual = Band: usual range
history-legend-surge = ▲ surge ({ $count })
history-legend-alert = ● alert sent here ({ $count })
history-legend-mean = line: mean of { $count } { $unit ->
    [minute] minutes
    [hour] hours
   *[day] days
}
history-legend-gap = dark: not checked
history-at-least = Some counts are minimums, because there was more than the bot could read.
history-zone = Times in the chart: { $zone }
history-zone-utc-days = Times in the chart: { $zone } (days begin at 0:00 UTC)
history-line = **{ $number }.** { $topic }: { $figures }
history-line-none = **{ $number }.** { $topic }: nothing was counted on { $source } in this period
history-scale-orders = Each step of the scale is ten times as much.
history-reading = { $reposts } ({ $time })
history-none = Nothing was counted about this topic in this period. Counts begin when a channel here subscribes to it, and sources without counts (feeds) have none.
history-no-reposts = No reposts were read in this period.
history-compare-none = Nothing was counted about these topics in this period.

## The ⋯ menu of an alert
alert-menu-curve = Reposts over time

## Choices
history-view-posts = Posts on { $source }
history-view-volume = Posts over time
history-view-reposts = Reposts of the top posts
history-view-placeholder = What to show

## Alternative texts: what the picture shows, in a sentence
history-alt-volume = { $what } about { $topic } on { $source }, { $begin } to { $end } ({ $zone }): highest { $highest } on { $highest_at }, latest { $latest }{ $usual ->
    [yes] , usually { $low } to { $high }
   *[no] {""}
}. { $surges }, { $alerts }.{ $gaps ->
    [none] {""}
   *[some] {" "}{ $gap_hours }
}
history-alt-gaps = { $count ->
    [one] 1 hour wasn't checked.
   *[other] { $count } hours weren't checked.
}
history-alt-empty = Nothing is known about { $topic } from { $begin } to { $end }.
history-alt-reposts = Reposts of { $count ->
    [one] 1 post
   *[other] { $count } posts
} about { $topic }, { $begin } to { $end } ({ $zone }): { $posts }.
history-alt-post = { $number }: { $first } to { $last }
history-alt-compare = { $what } on { $source }, { $begin } to { $end } ({ $zone }): { $topics }.
history-alt-topic = { $number } ({ $topic }): highest { $highest }, latest { $latest }
history-alt-topic-none = { $number } ({ $topic }): nothing counted
history-alt-between = {", "}

## What can't be drawn
error-history-period = Can't show this period. Enter one of these: { $periods }.
error-history-unknown-feed = Nothing is kept about this feed here yet. Subscribe to it with /subscribe, and its history begins.
error-history-unknown = Nothing is kept about **{ $topic }** here yet. Subscribe to it with /subscribe, and its history begins.
error-compare-few = A comparison needs { $least } to { $most } topics. Enter them like this: AI, robots.
error-compare-many = A comparison shows at most { $most } topics, and these are { $count }. Leave some out.
error-compare-unknown = { $count ->
    [one] Nothing is kept about this topic here yet: { $topics }. Subscribe to it with /subscribe, or leave it out.
   *[other] Nothing is kept about these topics here yet: { $topics }. Subscribe to them with /subscribe, or leave them out.
}
error-compare-gone = One of these topics is no longer subscribed to where you can see it. Use /compare again.
