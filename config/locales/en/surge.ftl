## The card of a surge
surge-head = ### 📈 { $people ->
    [yes] { $times } times as many people as usual post about { $topic }
   *[no] { $topic }: { $times } times as many posts as usual
}
surge-head-least = ### 📈 { $people ->
    [yes] At least { $times } times as many people as usual post about { $topic }
   *[no] { $topic }: at least { $times } times as many posts as usual
}
surge-over = ### { $topic }: the surge is over
surge-was = It reached { $times } times the usual amount, from { $began } to { $ended }.
surge-counts-posts = { $count ->
    [one] { $shown } post
   *[other] { $shown } posts
} in the last hour, usually about { $usual } at this time
surge-counts-people = { $count ->
    [one] { $shown } person
   *[other] { $shown } people
} in the last hour, usually about { $usual } at this time
surge-since = Since { $began }
surge-peak = highest: { $times } times
surge-before = last this high: { $when }
surge-rising = Words on the rise: { $words }
surge-grew = 📈 **{ $topic }** keeps rising: { $people ->
    [yes] now { $times } times as many people as usual
   *[no] now { $times } times as many posts as usual
}
surge-line = Surge: { $times } times the usual amount
surge-title = { $topic }: surge

## Surges of a subscription
surge-off = Off
surge-every = Every clear surge
surge-unusual = Unusual (2 or 3 a month)
surge-rare = Only the largest
surge-subscription = Surges: { $which }
surge-not-detectable-learning = ⏳ Surges: the bot is still learning what is usual for { $topic }. The first can be recognized after about a day.
surge-not-detectable-too-few = Surges: { $topic } has only a few posts an hour, so only very large surges can be recognized.
surge-not-detectable-rounded = Surges: the page about { $topic } shows rounded counts, so only large surges can be recognized. More can be recognized with another source for this topic.
surge-not-detectable-seldom = Surges: the page about { $topic } is read less often than every 3 hours, too seldom to recognize any. Fewer topics, or another source for this one, can help.
surge-not-detectable-no-counts = Surges can't be recognized at these sources: they don't show how much is posted.

## The ⋯ menu of a surge
surge-why = Sent because there were { $times } times as many { $people ->
    [yes] people
   *[no] posts
} as usual at this time: { $shown } in an hour instead of about { $usual }. This channel is sent: { $which }.
alert-menu-surge-fewer = Fewer surges
alert-done-surge-fewer = ✅ **{ $topic }**: surges are now set to "{ $which }".
alert-undone-surge-fewer = ✅ **{ $topic }**: surges are set to "{ $which }" again.
alert-later-surge-fewer = You can change this in /subscriptions.
error-surge-off = Surges of this topic are already off.
error-surge-feed = A feed shows no surges: it doesn't say how much is posted. Use a topic instead of an address.

## The option of /subscribe, and changes
opt-sub-surge-name = surge
opt-sub-surge-description = Alerts when the topic is talked about far more than usual (unusual surges if left out)
change-surge = Surges: { $before } → { $after }
