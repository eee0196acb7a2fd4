-- Shares of a day's budget: one row for each server (guild 0: the operator). waits: 1 from a refusal of reads
-- until reads are granted.
CREATE TABLE spend_shares (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  guild_id INTEGER NOT NULL,
  reads INTEGER NOT NULL DEFAULT 0 CHECK (reads >= 0),
  waits INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, day, guild_id)
) STRICT, WITHOUT ROWID;
