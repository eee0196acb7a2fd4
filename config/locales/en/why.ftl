## Names of the command
cmd-why-name = why
cmd-why-description = See why a post was or wasn't sent to a channel
opt-why-post-name = post
opt-why-post-description = The link or ID of the post
opt-why-channel-name = channel
opt-why-channel-description = The channel to look at (this channel if left out)

## The answer
why-answer-sent-at = ✅ **Sent to { $channel }** on { $at }: [see the message]({ $link })
why-answer-sent = ✅ **Sent to { $channel }.**
why-answer-sent-counted = ✅ **Sent to { $channel }**, counted among "more posts".
why-answer-sent-story = ✅ **Sent to { $channel }**, in the alert of another post.
why-answer-not-sent = ❌ **Not sent to { $channel }.**
why-answer-not-yet = 🕒 **Not sent to { $channel } yet.**
why-answer-unknown = ❓ **It isn't known whether this was sent to { $channel }.**
why-answer-hidden = 🙈 **Hidden.**
why-answer-of = { $route }:
why-ways = { $count ->
    [one] 1 other topic or source: see the details.
   *[other] { $count } other topics or sources: see the details.
}
why-button-details = Details
why-details = In detail

## What is no post
why-post-empty = Please enter the link or the ID of a post.
why-is-channel = That's a channel, not a post. Please enter the link or the ID of a post. To ask about another channel, name it in `channel`.
why-is-topic = "{ $topic }" is a topic, not a post. To see its posts, use /trend. To ask about one of them, enter its link or ID.
why-is-text = "{ $topic }" is neither a link nor an ID. Please enter the link or the ID of a post. To see posts about a topic, use /trend.
why-is-surge = { $topic } was talked about { $times } times as much as usual: { $shown } { $people ->
    [yes] people
   *[no] posts
} in an hour instead of about { $usual } at this time. To ask about a post, enter its link or ID.
why-is-message = There is no post of this bot in that message. Please enter the link or the ID of a post.

## Each step
why-reposts = { $rp ->
    [one] 1 repost
   *[other] { $rp } reposts
}
why-reposts-unknown = repost count unknown
why-nowhere = No source has shown this post for the topics of { $channel }.
why-no-topics = { $channel } isn't subscribed to any topics.
why-unseen = Where it wasn't found
why-unseen-line = { $route }: { $last }
why-more = -# … and { $count } more
why-topic-unknown = A topic no longer on record
why-not-polled = not checked yet
why-not-seen = last checked { $polled }
why-not-read = last checked { $polled }, the source can't be read right now
why-never-read = the source couldn't be read so far
why-space = {" "}
why-seen-with = Found on { $at } with { $reposts }.
why-seen = Found on { $at }.
why-rp-first = { $reposts } at first (as of { $at }).
why-rp-now = { $reposts } as of { $at }.
why-rp-now-unknown = Repost count unknown as of { $at }.
why-rp-highest = Highest: { $reposts }.
why-gone = The source no longer has it (as of { $at }).
why-by-person = somebody with Manage Messages
why-by-operator = the bot's operator
why-by-source = its source, where it was deleted
why-hidden-here = It was hidden in this server on { $at } by { $by }, so it won't be sent again.
why-hidden-everywhere = It was hidden in all servers on { $at } by { $by }, so it won't be sent again.
why-sent-by-other = The channel got it through { $route }. Each post is sent once.
why-paused-by-user = The subscription is paused.
why-paused-forbidden = The subscription is paused because the bot can't send messages in the channel.
why-paused-refused = The subscription is paused because the channel refused several messages in a row.
why-paused-not-found = The subscription is paused because the channel couldn't be found.
why-paused-removed = The subscription is paused because the bot was removed from the server.
why-paused-too-dear = The subscription is paused because its regular expressions take too long.
why-baseline-first-look = It was already there at the first check ({ $at }), so it counts as old.
why-baseline-subscribed = It was already there when the channel subscribed ({ $at }), so it counts as old.
why-baseline-resumed = It was already there when the subscription was resumed ({ $at }), so it counts as old.
why-baseline-rule-changed = It was already there when the subscription was edited ({ $at }), so it counts as old.
why-baseline-muted = The subscription was muted ({ $at }), so it won't be sent later either.
why-baseline-digest = A digest stood in for alerts of this topic ({ $at }), so it was left to the digest.
why-will-be-first-look = It meets the conditions but counts as old: nothing is sent at the first check.
why-will-be-muted = It meets the conditions, but the subscription is muted, so it won't be sent later either.
why-will-be-digest = It meets the conditions, but a digest stands in for alerts of this topic, so it is left to the digest.
why-below = It has { $reposts }, and the minimum is { $minimum }.
why-below-pace = It has { $reposts }. At { $at }, { $minimum } were needed to be among the alerts of today ({ $sent } of about { $pace } sent).
why-pace-spent = The alerts of today were already sent ({ $sent } of about { $pace }).
why-needed = { $minimum } were needed then.
why-rp-unknown = Its repost count is unknown, so it can't reach the minimum of { $minimum }.
why-excluded = It contains an excluded word: { $words }
why-not-included = It contains none of the words to include: { $words }
why-other-language = It isn't in one of the chosen languages: { $words }
why-author-muted = Its author is muted for this subscription.
why-sensitive = It's marked as sensitive, and the subscription leaves such posts out.
why-by-bot = Its author is a bot, and the subscription takes people only.
why-below-velocity = It gained at most { $peak ->
    [one] { $peak } repost
   *[other] { $peak } reposts
} an hour so far, and the subscription asks for at least { $minimum }.
why-velocity-unknown = How fast it spreads isn't known, because its reposts weren't counted twice within 90 minutes. The subscription asks for at least { $minimum } an hour.
why-too-old = It was more than { $hours } hours old when it met the conditions (posted { $published }), so it isn't sent as new.
why-passes = Nothing stops it: it will be sent when the next check finds it.
why-decided-new = It met the conditions on { $at }, as a new post ({ $reposts }).
why-decided-rose = It met the conditions on { $at }, when it passed the minimum ({ $reposts }).
why-held-ceiling = The hourly limit was reached, so it was counted among "more posts".
why-held-catch-up = Many posts came at once, so it was counted among "more posts".
why-held-story = It says the same as another post, so it was counted in that post's alert.
why-same-story = Same story as: { $post }
why-waits = It's waiting for its turn.
why-waits-until = It's waiting until { $until }: "more posts" are sent an hour apart.
why-waits-quiet = It's waiting for the quiet hours to end ({ $until }).
why-on-the-way = It's being sent (tries so far: { $count }).
why-unclear = { $reason } Somebody with Manage Channels can decide in /deliveries.
why-given-up = It couldn't be sent. { $reason } Somebody with Manage Channels can try again in /deliveries.
why-sent = Sent on { $at }: [see the message]({ $link })
why-sent-said = It arrived ({ $at }), as somebody said in /deliveries.
why-sent-removed = Sent on { $at }. The message was removed on { $removed }.
why-at-unknown = time unknown
why-dropped = It was canceled before it was sent.
why-dropped-hidden = The post was hidden before it was sent.
why-dropped-paused = The subscription was paused before it was sent.
why-dropped-unsubscribed = The channel unsubscribed before it was sent.
why-forgotten = What happened to it is no longer on record.
