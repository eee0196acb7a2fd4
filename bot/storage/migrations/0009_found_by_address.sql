-- Index for posts that people name by their address.

-- The index is on the expression that SQLite evaluates on the JSON, so that a wiped body leaves it as well.
CREATE INDEX post_bodies_at ON post_bodies (json_extract(body, '$.url'));
CREATE INDEX entries_at ON entries (json_extract(content, '$.post.url')) WHERE kind = 'alert';

-- A digest shows many posts. Each one's address is stored beside its key until the post is hidden.
ALTER TABLE digest_posts ADD COLUMN url TEXT;

UPDATE digest_posts SET url = (
  SELECT json_extract(told.value, '$.post.url')
  FROM entries e, json_each(e.content, '$.topics') topic, json_each(topic.value, '$.posts') told
  WHERE e.id = digest_posts.entry_id
    AND json_extract(told.value, '$.post.network') || ':' || json_extract(told.value, '$.post.canonical_id')
        = digest_posts.post_key
    AND coalesce(json_extract(told.value, '$.hidden'), 0) = 0
  LIMIT 1);

CREATE INDEX digest_posts_at ON digest_posts (url) WHERE url IS NOT NULL;

CREATE INDEX messages_at_discord ON messages (discord_message_id) WHERE discord_message_id IS NOT NULL;
CREATE INDEX messages_on_the_way ON messages (guild_id, sealed_at) WHERE state = 'sealed';
CREATE INDEX redraws_given_up ON redraws (ended_at) WHERE ended_at IS NOT NULL AND urgent = 1;
