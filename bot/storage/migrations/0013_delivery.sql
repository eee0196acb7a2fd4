-- Time at which a message or an edit was put off. A time in the future was written while the clock was ahead, and
-- the row is due now.
ALTER TABLE messages ADD COLUMN put_off_at INTEGER;
ALTER TABLE redraws ADD COLUMN put_off_at INTEGER;

-- A message that keeps failing while later messages of its channel are sent.
ALTER TABLE messages ADD COLUMN aside_at INTEGER;

-- 1: sent in a message of its own, because the message it was in always failed.
ALTER TABLE entries ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;

-- Refusals of a channel since it last accepted a message. lost_since: first report that the channel is unknown.
-- refusals: messages in a row that it refused.
CREATE TABLE channel_troubles (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  lost_since INTEGER,
  refusals INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX channel_troubles_of_guild ON channel_troubles (guild_id);

-- Notices due to people whose subscriptions or digests in a channel were paused, with the reason.
CREATE TABLE pause_notices (
  user_id INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  why TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (user_id, guild_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pause_notices_of_guild ON pause_notices (guild_id);

-- Index of take-down edits that Discord refused: given up, or tried again.
CREATE INDEX redraws_refused ON redraws (error) WHERE urgent = 1 AND error IS NOT NULL;
DROP INDEX redraws_given_up;
