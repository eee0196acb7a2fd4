-- Who caused what was spent of a day's budget: one row a server (guild 0: the operator). waits: 1 since it was refused
-- something of its share, until it is granted something.
CREATE TABLE spend_shares (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  guild_id INTEGER NOT NULL,
  reads INTEGER NOT NULL DEFAULT 0 CHECK (reads >= 0),
  waits INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, day, guild_id)
) STRICT, WITHOUT ROWID;
