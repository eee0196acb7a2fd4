## Titles of posts in a forum
forum-title-story = { $topic }: { $words }
forum-title-digest = { $name } · { $day }
forum-title-notice = About the sources of this forum's topics
forum-title-none = A post

## How a forum is told, chosen at /subscribe
opt-sub-forum-name = forum
opt-sub-forum-description = In a forum channel: what gets a post of its own (left out: as before, at first each topic)
choice-forum-topic = Each topic, with its alerts in it
choice-forum-story = Each alert
forum-told-topic = In this forum each topic has one post; its alerts are messages in it.
forum-told-story = In this forum each alert opens a post of its own.
forum-changed-topic = The topic was followed already. From now on each topic of { $channel } has one post, and its alerts are messages in it.
forum-changed-story = The topic was followed already. From now on each alert of { $channel } opens a post of its own.
error-no-forum = The option "forum" is for forum channels. Please leave it out for other channels.
error-forum-tags = Posts of this forum must have a tag, and there is none that the bot may set. Please add a tag that is not moderated, or allow the bot "{ perm-manage-threads }".
perm-create-posts = Create Posts
