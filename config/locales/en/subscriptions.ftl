## Names of the commands
cmd-subscribe-name = subscribe
cmd-subscribe-description = Get an alert in this channel when a post about a topic takes off
cmd-subscriptions-name = subscriptions
cmd-subscriptions-description = See this server's subscriptions, edit or pause them, or unsubscribe
cmd-unsubscribe-name = unsubscribe
cmd-unsubscribe-description = Unsubscribe from a topic (can be undone)
opt-sub-topic-name = topic
opt-sub-topic-description = What to subscribe to: a keyword (for example: data center), or a feed's address
opt-sub-channel-name = channel
opt-sub-channel-description = Where alerts go (this channel if left out)
opt-sub-pace-name = pace
opt-sub-pace-description = About how many alerts a day, those with the most reposts (5 if you leave out min_rp too)
opt-sub-min-rp-name = min_rp
opt-sub-min-rp-description = Only posts with at least this many reposts
opt-sub-role-name = role
opt-sub-role-description = The role to mention with every alert
opt-sub-include-name = include
opt-sub-include-description = Only posts with one of these words (separate with commas, /…/ is a regular expression)
opt-sub-exclude-name = exclude
opt-sub-exclude-description = No posts with any of these words, separated by commas (/…/ is a regular expression)
opt-sub-source-name = source
opt-sub-source-description = Where posts come from (all sources if left out)
opt-sub-language-name = language
opt-sub-language-description = Language of the alerts (if left out, the server's, else yours)
opt-sub-people-only-name = people_only
opt-sub-people-only-description = Leave out posts by accounts that say they are bots (yes if left out)
opt-sub-fold-name = fold
opt-sub-fold-description = Count posts that say the same in one alert (the server's default if left out)
opt-sub-media-name = media
opt-sub-media-description = Pictures of the posts and of their authors (the server's default if left out)
opt-sub-velocity-name = velocity
opt-sub-velocity-description = Only posts that gain at least this many reposts an hour (any if left out)
opt-subs-channel-description = Show only this channel's subscriptions
opt-unsub-topic-description = The topic to unsubscribe from
opt-unsub-channel-description = The channel that gets its alerts (this channel if left out)
choice-language-ja = 日本語
choice-language-en = English

## After subscribing
subscribed-heading = Now following "{ $topic }"
subscribed-where = { $channel } will get each post that meets these conditions, once:
subscribed-pace = { $channel } will get about { $pace ->
    [one] { $pace } alert
   *[other] { $pace } alerts
} a day: the posts with the most reposts that meet these conditions, each once:
subscribed-asked = { $source }: { $minimum } (checks { $asked })
subscribed-failed = { $source } couldn't be checked just now. { $why } You're subscribed all the same, and it will be checked again.
subscribed-similar = { $count ->
    [one] Did you mean this? The button subscribes to it instead.
   *[other] Did you mean one of these? Each button subscribes to that topic instead.
}
subscribed-instead = Unsubscribed from "{ $topic }".
subscribed-top = Top posts right now (✅ meets the conditions)
top-passes = ✅
top-stopped = ▫️
rule-min-rp = { $count ->
    [one] at least { $count } repost
   *[other] at least { $count } reposts
}
rule-pace = { $pace ->
    [one] about { $pace } alert a day
   *[other] about { $pace } alerts a day
}
rule-every = any number of reposts
rule-source-min-rp = { $source }: { $minimum }
rule-include = Include: { $words }
rule-exclude = Exclude: { $words }
rule-role = Mentions { $role }
rule-role-gone = Mentions nobody: the role was deleted
rule-language = Alerts in { $language }
rule-languages = Posts in { $languages }
rule-no-sensitive = No sensitive posts
rule-bots-too = Bots' posts too
rule-unfolded = Posts that say the same: each sent on its own
rule-no-media = No pictures
rule-velocity = { $count ->
    [one] at least { $count } repost an hour
   *[other] at least { $count } reposts an hour
}
rule-authors = Muted authors: { $handles }
day-stopped = Left out: { $rules }.
day-stopped-below-min-rp = { $count } below the minimum
day-stopped-below-pace = { $count } beyond the alerts of a day
day-stopped-pace-spent = { $count } after the last alert of the day
day-stopped-rp-unknown = { $count } with an unknown repost count
day-stopped-excluded = { $count } by excluded words
day-stopped-not-included = { $count } without an included word
day-stopped-other-language = { $count } in other languages
day-stopped-author-muted = { $count } by muted authors
day-stopped-sensitive = { $count } sensitive
day-stopped-by-bot = { $count } by bots
day-stopped-below-velocity = { $count } too slow
day-stopped-velocity-unknown = { $count } of unknown velocity
day-none = No posts from the last 24 hours yet. You'll get an alert when new ones come in.
day-passing = In the last 24 hours, { $passing ->
    [0] none
   *[other] { $passing }
} of { $known ->
    [one] { $known } post
   *[other] { $known } posts
} would have been sent.
week-paces = { $days ->
    [one] The last day
   *[other] The last { $days } days
} would have brought: { $paces }.
week-pace = { $sent ->
    [one] { $sent } alert
   *[other] { $sent } alerts
} at { $pace } a day (from about { $minimum } reposts)
warn-no-data = No posts about this topic yet. Please check the spelling.
warn-out-of-reach = { $source }: the minimum of { $minimum } may never be met (most reposts in the last 24 hours: { $largest }).
warn-rp-unknown = { $source }: no post of the last 24 hours has a known repost count. A minimum of 0 lets them through.
post-no-author = Unknown author

## After a change
subscribe-exists-heading = Already subscribed to "{ $topic }"
subscribe-exists = { $channel } is subscribed to it, with just these settings.
subscribe-exists-other = { $channel } is subscribed to it. You can change it to what you asked for:
changed-heading = Subscription to "{ $topic }" changed
changed-nothing = Nothing changed: it has these settings already.
change-min-rp = { $source }: { $before } → { $after }
change-source-added = Add { $source } ({ $minimum })
change-source-removed = Remove { $source }
change-include = Include: { $before } → { $after }
change-exclude = Exclude: { $before } → { $after }
change-people-only = Bots' posts: { $before } → { $after }
change-bots-no = left out
change-bots-yes = sent
change-fold = Posts that say the same: { $before } → { $after }
change-fold-yes = in one alert
change-fold-no = each sent on its own
fold-subscription = Posts that say the same: { $which }
change-media = Pictures: { $before } → { $after }
change-media-yes = shown
change-media-no = not shown
change-pace = How many: { $before } → { $after }
change-velocity = Velocity: { $before } → { $after }
change-role = Mention: { $before } → { $after }
change-language = Alerts in: { $before } → { $after }
change-forgotten = This button is too old. Please edit the subscription in /subscriptions.
button-change = Change to these
button-pace = { $pace } a day
button-every-from = All from RP { $minimum }
button-min-rp = RP { $minimum }: { $count } a day

## List and details
list-heading = Subscriptions
list-count = { $first }–{ $last } of { $count }
list-empty = No subscriptions yet. Start with /subscribe.
list-pick = Pick a subscription to edit it
state-active = Active
state-muted = Muted until { $when }
state-paused-by-user = Paused
state-paused-forbidden = Paused: the bot isn't allowed to post in this channel. Fix the permissions, then resume.
state-paused-refused = Paused: the channel refused several messages in a row. Check what kind of channel it is, then resume.
state-paused-not-found = Paused: the channel can't be found.
state-paused-too-dear = Paused: its regular expressions take too long. Make them simpler with "Edit", then resume.
detail-address = Address: { $address }
detail-channel = Channel: { $channel }
detail-made = Subscribed by { $user } on { $when }
removed-heading = Unsubscribed from "{ $topic }"
removed-text = Alerts on their way to { $channel } were canceled too. You can undo this for 30 days.
sample-none = No posts about "{ $topic }" yet, so there's nothing to preview. Please try again once there is one.

## Buttons
button-sample = Preview
button-edit = Edit
button-pause = Pause
button-resume = Resume
button-mute-hour = Mute 1 hour
button-mute-day = Mute 1 day
button-unmute = Unmute
button-hear-authors = Unmute authors
button-filters = Filters
button-media-off = Hide pictures
button-media-on = Show pictures
button-remove = Unsubscribe
button-undo = Undo
button-list = All subscriptions
button-previous = Back
button-next = Next

## The edit form
edit-title = Edit subscription
edit-min-rp = Alerts a day, or minimum reposts
edit-pace = { $pace }/day
edit-velocity-hint = 5/day: about five a day. 100: all from 100 reposts. 100 +300/h: gaining 300 an hour too.
edit-min-rp-hint = Leave empty to keep it ({ $minimums })
edit-include = Include (/…/: RE2 pattern)
edit-exclude = Exclude (/…/: RE2 pattern)
edit-words-hint = Separated by commas or new lines
edit-language = Language of the alerts
edit-role = Role to mention
edit-role-gone = The role chosen before was deleted, so nobody is mentioned.
subscribe-form-title = New subscription
subscribe-form-topic = Topic
subscribe-form-source = Source
subscribe-form-source-all = All sources
filters-title = Filters
filters-languages = Languages of the posts
filters-languages-hint = Choose none for every language. Posts in an unknown language are always sent.
filters-sources = Sources
filters-sensitive = Sensitive posts
filters-sensitive-yes = Behind a spoiler
filters-sensitive-no = Not sent
filters-bots = Posts by bots
filters-bots-hint = Accounts on Mastodon, Misskey and Bluesky that say they are bots.
filters-bots-no = Not sent (people only)
filters-bots-yes = Sent
filters-authors = Muted authors
filters-authors-hint = Unselect an author to unmute them.

## When something cannot be done
error-address-scheme = Only `http://` and `https://` addresses can be used, not `{ $scheme }:`.
subscription-gone = This subscription no longer exists.
subscription-restore-late = This can no longer be undone. Please subscribe again with /subscribe.
unsubscribe-none = No such subscription found. Pick one of the suggestions while typing, or name the channel.
error-no-source = No source is available right now. Please ask the bot's operator to check the sources.
error-feed-no-reposts = A feed has no repost counts, so there is no minimum to raise. Include or exclude words in /subscriptions, or mute it.
error-no-source-left = Please keep at least one source.
error-address-login = An address with a name or password in it can't be used: it would be sent, and everyone who manages this channel would see it. Please use an address without one.
error-feed-elsewhere = This is a page, not a feed. Its feed is { $feed }
error-feed-address = No feed search is set up here. To subscribe to a feed, give its address (`https://…`) as the topic.
error-address-is-feed = An address can only be used as a feed. Please leave out the source.
error-words-many = You can give up to { $limit } words (there were { $count }).
error-word-long = A word can be up to { $limit } characters long. Separate words by commas.
error-patterns-many = You can give up to { $limit } regular expressions (there were { $count }).
error-pattern-long = A regular expression can be up to { $limit } characters long (this one has { $count }).
error-patterns-dear = These regular expressions would take too long to check against every post. Use fewer of them, or smaller repeat counts.
error-pattern = "{ $pattern }" doesn't work: { $flaw ->
    [look-around] look-around ({ $part }) isn't supported.
    [escape] { $part } isn't a known escape. Write a backslash as \\.
    [open] a bracket is opened and never closed.
    [closed] a bracket is closed that was never opened.
    [repeat] there's nothing for { $part } to repeat.
    [range] { $part } isn't a range of characters.
    [too-large] it's too large.
    [everything] it matches every text.
   *[other] it isn't a regular expression (RE2).
}
error-min-rp = Minimum reposts must be a whole number from 0 to { $limit }.
error-pace = Alerts a day must be a whole number from 1 to { $limit }, for example 5/day.
error-pace-feed-search = Articles found by a feed search have no repost counts to choose the best ones by. Leave out the pace, or pick another source.
error-pace-lowest = This is already the lowest: about one alert a day. To get fewer, include or exclude words in /subscriptions.
error-pace-highest = This is already the highest. To get every post from a minimum on, enter it in /subscriptions with Edit.
error-velocity = Reposts an hour must be a whole number from 0 to { $limit }, for example +300/h.
error-velocity-feed = Articles of a feed have no reposts, so velocity would let none of them through. Leave it out for a feed.
error-quota-server = This server can have up to { $limit } subscriptions. Please unsubscribe from one you no longer need.
error-quota-channel = This channel can have up to { $limit } subscriptions. Please unsubscribe from one you no longer need, or use another channel.
error-role-not-yours = You can't mention this role in that channel yourself, so the bot won't do it for you. Leave the role out, pick one that anyone can mention, or ask someone with the permission "{ perm-mention-everyone }".
error-role-everyone = @everyone can't be mentioned. Please pick a role of the people who want alerts.
error-channel-kind = Alerts can only go to text, announcement and forum channels, threads, and the text chats of voice and stage channels.
