## Names of the command
cmd-trend-name = trend
cmd-trend-description = See what people are posting about a topic right now
opt-trend-topic-name = topic
opt-trend-topic-description = What to look up (for example: data center)
opt-trend-source-name = source
opt-trend-source-description = Where to look (all sources if left out)
opt-trend-sort-name = sort
opt-trend-sort-description = Order of the posts (most reposts first if left out)
opt-trend-private-name = private
opt-trend-private-description = Only you can see the answer
choice-sort-rp = Most reposts first
choice-sort-new = Newest first

## How it is talked about
trend-volume = { $count ->
    [one] 1 post
   *[other] { $count } posts
}
trend-given = { $count ->
    [one] 1 post found
   *[other] { $count } posts found
}
trend-given-articles = { $count ->
    [one] 1 article
   *[other] { $count } articles
}
trend-source-given = { $source }: { $count }
trend-gender = Men { $male }% { $bar } Women { $female }%
trend-group = Mostly { $group }
trend-group-people = { $whom ->
    [both] { trend-group-gender } in { $ages }
    [age] people in { $ages }
   *[gender] { trend-group-gender }
}
trend-group-gender = { $gender ->
    [male] men
    [female] women
   *[any] people
}
trend-group-age = their { $bound ->
    [early] early{" "}
    [late] late{" "}
   *[none] {""}
}{ $age ->
    [10] teens
   *[other] { $age }s
}{ $bound ->
    [up] {" "}or older
    [down] {" "}or younger
   *[none] {""}
}
trend-group-ages = their { $age ->
    [10] teens
   *[other] { $age }s
} to { $to }s
trend-group-between = { " · " }
trend-trouble = This may be out of date or incomplete.
trend-failed = ⚠️ **{ $source }**: { $why }
trend-observed = Checked { $age }
trend-central = { $mark } says most of the rising words
rising-words = 📈 Rising words: { $words }
summary-by-model = Written by a language model. The numbers are those of the posts.
card-sentence-by-model = Written by a language model. Each number opens its post.
trend-rp-of = { $rp } (as of { $age })
trend-as-of = RP = reposts, as of { $time }
trend-caution = { rp-caution } ({ $time })
trend-span = { " – " }
trend-withheld = Sensitive posts with media that aren't shown in this channel: { $count }
trend-one-author = ⚠️ Most posts of the last hour here are by one author: { $who } ({ $count } of { $total })
trend-one-site = ⚠️ Most posts of the last hour here link to one site: { $who } ({ $count } of { $total })
trend-nothing = No posts found for this topic.
trend-nothing-partly = No posts found in the sources that could be read.
trend-all-failed = None of the sources can be read right now.
trend-similar = { $count ->
    [one] Did you mean this?
   *[other] Did you mean one of these?
}
trend-anyway = You can also subscribe now and get alerts once there are posts.
trend-feed-found = This is a page, not a feed. It links to its feed ({ $host }).

## Buttons
trend-all-sources = All sources
trend-button-sort-rp = Most reposts
trend-button-sort-new = Newest
trend-button-subscribe = Subscribe
trend-button-anyway = Subscribe anyway
trend-button-subscribed = Subscribed · Edit
trend-button-feed = Show that feed
trend-button-subscribe-feed = Subscribe to that feed
trend-button-page = Open { $source }
trend-sources-more = { $count ->
    [one] and { $count } more source
   *[other] and { $count } more sources
}
