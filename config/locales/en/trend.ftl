## Names of the command
cmd-trend-name = trend
cmd-trend-description = See what a topic is talking about right now
opt-trend-topic-name = topic
opt-trend-topic-description = The word to look up (for example データセンター)
opt-trend-source-name = source
opt-trend-source-description = Where to look (all of them if left out)
opt-trend-sort-name = sort
opt-trend-sort-description = The order of the posts (most RP first if left out)
opt-trend-private-name = private
opt-trend-private-description = Show the answer only to you
choice-sort-rp = Most RP first
choice-sort-new = Newest first

## How it is talked about
trend-volume = { $count } posts
trend-given = { $count } posts found
trend-gender = Men { $male }% { $bar } Women { $female }%
trend-group = Mostly { $group }
trend-trouble = This may be out of date, or not all of it.
trend-observed = Observed { $age }
trend-rp-of = { $rp } (read { $age })
trend-caution = { rp-caution } ({ $time })
trend-span = { " – " }
trend-withheld = Sensitive posts with media that are not shown in this channel: { $count }
trend-one-author = ⚠️ Most posts of the last hour here are by one author: { $who } ({ $count } of { $total })
trend-one-site = ⚠️ Most posts of the last hour here link to one site: { $who } ({ $count } of { $total })
trend-nothing = No posts were found for this topic.
trend-nothing-partly = No posts were found where the sources could be read.
trend-all-failed = None of the sources could answer just now.
trend-similar = Did you mean one of these?

## Buttons
trend-all-sources = All sources
trend-button-sort-rp = Most RP first
trend-button-sort-new = Newest first
trend-button-subscribe = Subscribe to this topic
trend-button-page = Open { $source }
trend-sources-more = { $count ->
    [one] and { $count } more place
   *[other] and { $count } more places
}
