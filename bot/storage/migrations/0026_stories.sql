-- Alert of the channel in which the post is counted, for a post that says the same (held = 'story').
ALTER TABLE alerts ADD COLUMN lead_key TEXT;
CREATE INDEX alerts_of_story ON alerts (channel_id, lead_key) WHERE lead_key IS NOT NULL;

-- Posts that channels were sent in the last 72 hours: what new posts are compared with. Their texts are in
-- post_bodies. A number is never used again.
CREATE TABLE story_posts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  post_key TEXT NOT NULL UNIQUE,
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX story_posts_at ON story_posts (at);
CREATE INDEX story_posts_of_watch ON story_posts (watch_id);

-- Posts of which a person said that they do not say what the alert lead_key says.
CREATE TABLE story_splits (
  channel_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  lead_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (channel_id, post_key, lead_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_splits_at ON story_splits (at);
