-- Scheduled digests: due times, topics, watches, and sent editions.

-- next_at NULL: paused. sources: JSON, the sources polled for topics without a subscription. version: raised by
-- every change a person makes. removed_at: undone by restore for 30 days, then pruned.
CREATE TABLE digests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  recurrence TEXT NOT NULL,
  cron TEXT NOT NULL,
  zone TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  language TEXT NOT NULL,
  anchor INTEGER NOT NULL,
  top INTEGER NOT NULL,
  min_rp INTEGER NOT NULL,
  role_id INTEGER,
  replaces_alerts INTEGER NOT NULL,
  sources TEXT NOT NULL,
  paused TEXT,
  next_at INTEGER,
  told_at INTEGER,
  claim TEXT,
  claimed_until INTEGER,
  version INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER
) STRICT;

CREATE INDEX digests_due ON digests (next_at) WHERE next_at IS NOT NULL AND paused IS NULL AND removed_at IS NULL;
CREATE INDEX digests_of_guild ON digests (guild_id) WHERE removed_at IS NULL;
CREATE INDEX digests_of_channel ON digests (channel_id) WHERE removed_at IS NULL;
CREATE INDEX digests_removed ON digests (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX digests_for_alerts ON digests (channel_id)
  WHERE replaces_alerts = 1 AND paused IS NULL AND removed_at IS NULL;

-- A digest without topics covers all topics that its channel is subscribed to.
CREATE TABLE digest_topics (
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  position INTEGER NOT NULL,
  PRIMARY KEY (digest_id, topic_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_topics_of_topic ON digest_topics (topic_key);

CREATE TABLE digest_watches (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  PRIMARY KEY (watch_id, digest_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX watches_of_digest ON digest_watches (digest_id);

-- The key ensures that a digest is sent once for each due time (invariant 2).
CREATE TABLE digest_issues (
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  due_at INTEGER NOT NULL,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (digest_id, due_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_issues_of_entry ON digest_issues (entry_id) WHERE entry_id IS NOT NULL;

-- Entries that show a post, so that it can be taken out of them.
CREATE TABLE digest_posts (
  post_key TEXT NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_posts_of_entry ON digest_posts (entry_id);
