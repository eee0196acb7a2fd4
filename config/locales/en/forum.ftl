## Titles of posts in a forum
forum-title-story = { $topic }: { $words }
forum-title-digest = { $name } · { $day }
forum-title-notice = About the sources of this forum's topics
forum-title-none = Post

## How posts are created in a forum, chosen at /subscribe
opt-sub-forum-name = forum
opt-sub-forum-description = What gets its own post in a forum (if left out, as before, or each topic in a new forum)
choice-forum-topic = Each topic, with its alerts in it
choice-forum-story = Each alert
forum-posts-by-topic = In this forum, each topic gets one post, with its alerts as messages in it.
forum-posts-by-story = In this forum, each alert gets a post of its own.
forum-changed-topic = You're already subscribed to this topic. From now on, each topic in { $channel } gets one post, with its alerts as messages in it.
forum-changed-story = You're already subscribed to this topic. From now on, each alert in { $channel } gets a post of its own.
error-no-forum = The option "forum" only works in forum channels. Leave it out for other channels.
error-forum-tags = Posts in this forum need a tag, but there is none the bot can use. Add a tag that isn't limited to moderators, or allow the bot "{ perm-manage-threads }".
perm-create-posts = Create Posts
