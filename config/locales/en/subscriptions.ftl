## Names of the commands
cmd-subscribe-name = subscribe
cmd-subscribe-description = Follow a topic: posts that grow big are told in this channel
cmd-subscriptions-name = subscriptions
cmd-subscriptions-description = See this server's subscriptions; change, pause or remove them
cmd-unsubscribe-name = unsubscribe
cmd-unsubscribe-description = Stop following a topic (can be undone)
opt-sub-topic-name = topic
opt-sub-topic-description = The words to follow (for example データセンター)
opt-sub-channel-name = channel
opt-sub-channel-description = Where posts are told (left out: this channel)
opt-sub-min-rp-name = min_rp
opt-sub-min-rp-description = Only posts that reach this RP (number of reposts) are told
opt-sub-role-name = role
opt-sub-role-description = The role to mention with every alert
opt-sub-include-name = include
opt-sub-include-description = Only posts with one of these words, separated by commas; /…/ is a regular expression
opt-sub-exclude-name = exclude
opt-sub-exclude-description = No posts with any of these words, separated by commas; /…/ is a regular expression
opt-sub-source-name = source
opt-sub-source-description = Where to look for posts (left out: everywhere)
opt-sub-language-name = language
opt-sub-language-description = The language of the alerts in the channel (left out: yours)
opt-sub-people-only-name = people_only
opt-sub-people-only-description = Leave out posts by accounts that say they are bots (yes if left out)
opt-subs-channel-description = Show only this channel's subscriptions
opt-unsub-topic-description = The topic to stop following
opt-unsub-channel-description = The channel that follows it (left out: this channel)
choice-language-ja = 日本語
choice-language-en = English

## After subscribing
subscribed-heading = Now following "{ $topic }"
subscribed-where = From now on { $channel } is told of every post that meets these conditions, once each.
subscribed-asked = { $source }: { $bar } (looks at: { $asked })
subscribed-failed = { $source } could not be checked just now. { $why } You are subscribed; it is looked at again by itself.
subscribed-top = Top posts right now
rule-bar = RP { $count } and up
rule-every = at any RP
rule-source-bar = { $source }: { $bar }
rule-include = With one of: { $words }
rule-exclude = Without: { $words }
rule-role = Mentions: { $role }
rule-role-gone = Mentions nobody: its role was deleted
rule-language = Language of the alerts: { $language }
rule-languages = Posts in: { $languages }
rule-no-sensitive = Without sensitive posts
rule-bots-too = Bots' posts as well
rule-authors = Muted authors: { $handles }
day-stopped = Stopped: { $rules }.
day-stopped-below-min-rp = { $count } below the min RP
day-stopped-rp-unknown = { $count } of unknown RP
day-stopped-excluded = { $count } by excluded words
day-stopped-not-included = { $count } without a wanted word
day-stopped-other-language = { $count } in other languages
day-stopped-author-muted = { $count } of muted authors
day-stopped-sensitive = { $count } sensitive
day-stopped-by-bot = { $count } by bots
day-none = No posts of the last 24 hours are known yet. You will hear of new ones.
day-passing = { $known ->
    [one] One post of the last 24 hours is known
   *[other] { $known } posts of the last 24 hours are known
}; with these rules { $passing ->
    [0] none would have been sent.
    [one] one would have been sent.
   *[other] { $passing } would have been sent.
}
warn-no-data = No posts about this topic were found yet. Please check the spelling.
warn-out-of-reach = { $source }: no post seems to reach a min RP of { $bar } (largest in the last 24 hours: { $largest }).
warn-rp-unknown = { $source }: none of the last 24 hours' posts has a known RP. A min RP of 0 lets them through.
post-no-author = Unknown author

## List and details
list-heading = Subscriptions
list-count = { $first }–{ $last } of { $count }
list-empty = No subscriptions yet. Start with /subscribe.
list-pick = Pick a subscription to change it
state-active = Active
state-muted = Muted until { $when }
state-paused-by-user = Paused
state-paused-forbidden = Stopped: the bot may not post in this channel. Fix the permissions, then resume.
state-paused-refused = Stopped: the channel refused several messages in a row. Check what kind of channel it is, then resume.
state-paused-not-found = Stopped: the channel cannot be found.
state-paused-too-dear = Stopped: its regular expressions take too long. Edit it to make them simpler, then resume.
detail-address = Address: { $address }
detail-channel = Channel: { $channel }
detail-made = Subscribed by { $user } on { $when }
removed-heading = No longer following "{ $topic }"
removed-text = Alerts waiting for { $channel } were dropped too. You can undo this for 30 days.
sample-none = No post about "{ $topic }" is known yet, so there is nothing to show. Please try again once there is one.

## Buttons
button-sample = See a sample
button-edit = Edit
button-pause = Pause
button-resume = Resume
button-mute-hour = Mute 1 hour
button-mute-day = Mute 1 day
button-unmute = Unmute
button-hear-authors = Unmute authors
button-filters = Filters
button-remove = Unsubscribe
button-undo = Undo
button-list = To the list
button-previous = Back
button-next = Next

## The edit form
edit-title = Edit the subscription
edit-min-rp = Min RP
edit-min-rp-hint = Empty: stays as it is ({ $bars })
edit-include = With one of these words (/…/: RE2 pattern)
edit-exclude = Without these words (/…/: RE2 pattern)
edit-words-hint = Separated by commas or new lines
edit-language = Language of the alerts
edit-role = Role to mention
edit-role-gone = The role chosen before was deleted: nobody is mentioned.
filters-title = What is let through
filters-languages = Languages of the posts
filters-languages-hint = None chosen: every language. A post of unknown language passes.
filters-sources = Sources
filters-sensitive = Sensitive posts
filters-sensitive-yes = Behind a spoiler
filters-sensitive-no = Not at all
filters-bots = Posts by bots
filters-bots-hint = Accounts on Mastodon, Misskey and Bluesky that call themselves bots.
filters-bots-no = Not at all (people only)
filters-bots-yes = As well
filters-authors = Muted authors
filters-authors-hint = Whoever is not chosen is heard again.

## When something cannot be done
subscribe-exists = This channel already follows that topic. You can change it in /subscriptions.
subscription-gone = This subscription no longer exists.
subscription-restore-late = This can no longer be undone. Please start again with /subscribe.
unsubscribe-none = No such subscription was found. Pick one of the suggestions while typing, or name the channel.
error-no-source = No source is available right now. Please ask the bot's operator to check the sources.
error-feed-quieter = A feed has no RP count that a bar could be raised for. Choose words in /subscriptions, or mute it.
error-no-source-left = Please leave at least one source.
error-address-login = An address with a name or password before its host cannot be followed: it would be sent, and everybody who manages this channel would see it. Please use an address without one.
error-feed-elsewhere = This is a page, not a feed. Its feed is { $feed }: please subscribe to that.
error-feed-address = No search for feeds is set up here, so a feed needs its address (`https://…`) as the topic.
error-address-is-feed = An address can only be followed as a feed: leave the source out.
error-words-many = Up to { $limit } words are possible (there were { $count }).
error-word-long = A word can be up to { $limit } characters long. Separate words by commas.
error-patterns-many = Up to { $limit } regular expressions are possible (there were { $count }).
error-pattern-long = A regular expression can be up to { $limit } characters long (this one has { $count }).
error-patterns-dear = These regular expressions would take too long to check against every post. Use fewer of them, or smaller repeat counts.
error-pattern = { $pattern } does not work: { $flaw ->
    [look-around] look-around ({ $part }) is not supported.
    [escape] { $part } is no known escape. Write a backslash as \\.
    [open] a bracket is opened and never closed.
    [closed] a bracket is closed that was never opened.
    [repeat] there is nothing for { $part } to repeat.
    [range] { $part } is no range of characters.
    [too-large] it is too large.
    [everything] it matches every text.
   *[other] it is not a regular expression (RE2).
}
error-min-rp = Min RP must be a whole number from 0 to { $limit }.
error-quota-server = This server can have up to { $limit } subscriptions. Please remove one you no longer need.
error-quota-channel = This channel can have up to { $limit } subscriptions. Please remove one you no longer need, or use another channel.
error-role-not-yours = You may not mention this role in that channel, so the bot does not do it for you either. Leave the role out, pick one that everybody can mention, or ask somebody with the permission "{ perm-mention-everyone }".
error-role-everyone = @everyone cannot be mentioned. Please pick a role of those who want to know.
error-channel-kind = Alerts can only go to text, announcement and forum channels, threads, and the text chats of voice and stage channels.
