-- First schema. Times are microseconds since 1970-01-01 UTC, Discord ids 64-bit integers, unknown is NULL.

CREATE TABLE topics (
  topic_key TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- target '' means none: NULLs would not collide in the UNIQUE key.
-- next_poll_at NULL: inactive, without a listener and not added by an operator.
-- Ids are never reused (AUTOINCREMENT): alerts and buttons in Discord outlive rows.
CREATE TABLE watches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  target TEXT NOT NULL DEFAULT '',
  operator INTEGER NOT NULL DEFAULT 0,
  enabled INTEGER NOT NULL DEFAULT 1,
  cursor TEXT,
  etag TEXT,
  last_modified TEXT,
  next_poll_at INTEGER,
  last_ok_at INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  health TEXT NOT NULL DEFAULT 'ok',
  health_note TEXT,
  claim TEXT,
  claimed_until INTEGER,
  rules_version INTEGER NOT NULL DEFAULT 0,
  post_count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, topic_key, target)
) STRICT;

CREATE INDEX watches_due ON watches (next_poll_at) WHERE enabled = 1 AND next_poll_at IS NOT NULL;
CREATE INDEX watches_of_topic ON watches (topic_key);

-- Sources without a row are enabled.
CREATE TABLE disabled_sources (
  source TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Columns of a post that a poll reads and that change with every poll. Clustered by watch: a poll touches a few
-- neighbouring pages.
CREATE TABLE posts (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  post_key TEXT NOT NULL,
  rp INTEGER,
  rp_at INTEGER NOT NULL,
  max_rp INTEGER,
  likes INTEGER,
  replies INTEGER,
  score INTEGER,
  created_at INTEGER,
  first_seen_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  relook_at INTEGER,
  source_id TEXT,
  digest TEXT NOT NULL,
  PRIMARY KEY (watch_id, post_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX posts_relook ON posts (watch_id, relook_at) WHERE relook_at IS NOT NULL;

-- Fields of a post that seldom change (text, author, links), as JSON: kept apart so that a new count rewrites 100
-- bytes, not 1,000.
CREATE TABLE post_bodies (
  watch_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (watch_id, post_key),
  FOREIGN KEY (watch_id, post_key) REFERENCES posts (watch_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE samples (
  watch_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  rp INTEGER NOT NULL,
  PRIMARY KEY (watch_id, post_key, at),
  FOREIGN KEY (watch_id, post_key) REFERENCES posts (watch_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  observed_at INTEGER NOT NULL,
  volume INTEGER,
  male_pct INTEGER,
  female_pct INTEGER,
  audience_group TEXT,
  PRIMARY KEY (watch_id, observed_at)
) STRICT, WITHOUT ROWID;

-- removed_at: undone by restore for 30 days, then pruned. target: a feed's URL.
CREATE TABLE subscriptions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  target TEXT,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  language TEXT NOT NULL,
  rules TEXT NOT NULL,
  role_id INTEGER,
  paused TEXT,
  muted_until INTEGER,
  removed_at INTEGER
) STRICT;

CREATE UNIQUE INDEX subscriptions_one_a_topic ON subscriptions (channel_id, topic_key) WHERE removed_at IS NULL;
CREATE INDEX subscriptions_of_guild ON subscriptions (guild_id) WHERE removed_at IS NULL;
CREATE INDEX subscriptions_of_topic ON subscriptions (topic_key) WHERE removed_at IS NULL;
CREATE INDEX subscriptions_removed ON subscriptions (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE subscription_watches (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  min_rp INTEGER NOT NULL,
  PRIMARY KEY (watch_id, subscription_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX watches_of_subscription ON subscription_watches (subscription_id);

CREATE TABLE baselines (
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  post_key TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, post_key)
) STRICT, WITHOUT ROWID;

-- guild 0: hidden in all servers.
CREATE TABLE hidden (
  guild_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  hidden_at INTEGER NOT NULL,
  PRIMARY KEY (guild_id, post_key)
) STRICT, WITHOUT ROWID;

-- Sealed once. Every try sends exactly this content.
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  first_try_at INTEGER,
  next_try_at INTEGER,
  claim TEXT,
  claimed_until INTEGER,
  discord_message_id INTEGER,
  sent_at INTEGER,
  ended_at INTEGER,
  error TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_unfinished ON messages (channel_id, sealed_at) WHERE state = 'sealed';

-- state: waiting, sealed, sent, given_up, dropped. why: the hold reason of a summary.
-- subscription_id is no foreign key: a sent alert stays on record after its subscription is removed.
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  subscription_id INTEGER,
  why TEXT,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  ended_at INTEGER,
  message_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER
) STRICT;

CREATE INDEX entries_waiting ON entries (channel_id, not_before) WHERE state = 'waiting';
CREATE INDEX entries_waiting_of_subscription ON entries (subscription_id) WHERE state = 'waiting';
CREATE UNIQUE INDEX entries_open_summary ON entries (subscription_id, why)
  WHERE kind = 'summary' AND state = 'waiting';
CREATE INDEX entries_summaries ON entries (subscription_id, why, not_before) WHERE kind = 'summary';
CREATE INDEX entries_of_message ON entries (message_id) WHERE message_id IS NOT NULL;

-- The key ensures that a channel gets one alert for each post (invariant 2). held: counted in a summary instead,
-- and why.
CREATE TABLE alerts (
  channel_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  subscription_id INTEGER NOT NULL,
  watch_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  held TEXT,
  rp INTEGER,
  decided_at INTEGER NOT NULL,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (channel_id, post_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX alerts_told ON alerts (subscription_id, decided_at) WHERE held IS NULL;
CREATE INDEX alerts_of_entry ON alerts (entry_id);

CREATE TABLE notes (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
