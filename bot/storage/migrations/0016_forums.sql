-- Forum channels that hear of something; posts_by: a post for each topic, or for each story.
CREATE TABLE forums (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  posts_by TEXT NOT NULL
) STRICT;

-- The post of a forum that the alerts of a topic go into, while it is there.
CREATE TABLE forum_posts (
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  PRIMARY KEY (channel_id, topic_key)
) STRICT, WITHOUT ROWID;

-- posts_by: as it was when the message was sealed; none where its channel is no forum. thread_id: the post that it
-- stands in, or is to go into.
ALTER TABLE messages ADD COLUMN posts_by TEXT;
ALTER TABLE messages ADD COLUMN thread_id INTEGER;
