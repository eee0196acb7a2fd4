-- State of messages after sending: live counts, take-downs, quiet hours, servers that were left.

-- Hidden posts, kept without limit as a hash of their identity only. actor: user:<id>, operator, source:<name>.
DROP TABLE hidden;

CREATE TABLE hidden (
  guild_id INTEGER NOT NULL,
  post_hash TEXT NOT NULL,
  hidden_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  why TEXT,
  PRIMARY KEY (guild_id, post_hash)
) STRICT, WITHOUT ROWID;

-- Audit log: actor, action, post and reason. Rows are only ever added.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  post_hash TEXT NOT NULL,
  why TEXT
) STRICT;

CREATE INDEX audit_of_guild ON audit (guild_id, at);

-- gone_at: when the source first reported that the post no longer exists.
ALTER TABLE posts ADD COLUMN gone_at INTEGER;

-- live_rp: the count that the channel's message shows, or is about to show.
ALTER TABLE alerts ADD COLUMN live_rp INTEGER;
ALTER TABLE alerts ADD COLUMN live_rp_at INTEGER;
CREATE INDEX alerts_of_post ON alerts (post_key);

-- mentions: the roles this message may mention, decided when it was sealed.
ALTER TABLE messages ADD COLUMN mentions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE messages ADD COLUMN edited_at INTEGER;
ALTER TABLE messages ADD COLUMN removed_at INTEGER;
CREATE INDEX messages_in_trouble ON messages (guild_id, ended_at) WHERE state IN ('uncertain', 'given_up');

-- Requested edits of messages, one row for each message, however many reasons. version: raised with every reason,
-- so that finishing an edit leaves later reasons due. urgent: a take-down. ended_at: given up, with its error.
CREATE TABLE redraws (
  message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  urgent INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  attempts INTEGER NOT NULL DEFAULT 0,
  claim TEXT,
  claimed_until INTEGER,
  error TEXT,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX redraws_due ON redraws (urgent, due_at) WHERE ended_at IS NULL;

-- Only channels with settings of their own. quiet: JSON of QuietHours.
CREATE TABLE channels (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  quiet TEXT
) STRICT;

CREATE INDEX channels_of_guild ON channels (guild_id);

-- Time of the last mention of a role in a channel.
CREATE TABLE mentions (
  channel_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, role_id)
) STRICT, WITHOUT ROWID;

-- Servers the bot was removed from, and when. Their rows are erased after some days.
CREATE TABLE left_guilds (
  guild_id INTEGER PRIMARY KEY,
  left_at INTEGER NOT NULL
) STRICT;
