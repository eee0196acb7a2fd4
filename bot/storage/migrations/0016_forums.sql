-- Forum channels with a subscription or digest. posts_by: one forum post for each topic, or for each story.
CREATE TABLE forums (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  posts_by TEXT NOT NULL
) STRICT;

-- Forum post for the alerts of a topic, while it exists.
CREATE TABLE forum_posts (
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  PRIMARY KEY (channel_id, topic_key)
) STRICT, WITHOUT ROWID;

-- posts_by: the mode when the message was sealed, NULL where its channel is no forum. thread_id: the forum post
-- that holds the message, or is to hold it.
ALTER TABLE messages ADD COLUMN posts_by TEXT;
ALTER TABLE messages ADD COLUMN thread_id INTEGER;
