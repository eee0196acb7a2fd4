-- When a message or an edit was put off: one put off in the future was so by a clock that was ahead, and goes now.
ALTER TABLE messages ADD COLUMN put_off_at INTEGER;
ALTER TABLE redraws ADD COLUMN put_off_at INTEGER;

-- A message that fails by itself while its channel goes on behind it.
ALTER TABLE messages ADD COLUMN aside_at INTEGER;

-- 1: goes by itself, because the message it was in always failed.
ALTER TABLE entries ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;

-- What Discord said of a channel since it last took a message. lost_since: when it first said that it cannot be
-- written to. refusals: messages in a row that it refused.
CREATE TABLE channel_troubles (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  lost_since INTEGER,
  refusals INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX channel_troubles_of_guild ON channel_troubles (guild_id);

-- Who is still to be told that what they made in a channel rests, and why.
CREATE TABLE pause_notices (
  user_id INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  why TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (user_id, guild_id, channel_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pause_notices_of_guild ON pause_notices (guild_id);

-- Take-downs that Discord refused: given up, or tried again.
CREATE INDEX redraws_refused ON redraws (error) WHERE urgent = 1 AND error IS NOT NULL;
DROP INDEX redraws_given_up;
