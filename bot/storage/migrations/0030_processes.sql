-- Processes that run beside each other over one database, as they last reported themselves; no row for one that
-- stopped by itself. roles: names between commas. shards: JSON list of the shards of a gateway; empty: all.
-- ahead_us: microseconds by which the server's clock is ahead of the process's; NULL: not measured.
CREATE TABLE processes (
  holder TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  shards TEXT NOT NULL,
  shard_count INTEGER,
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ahead_us INTEGER
) STRICT, WITHOUT ROWID;
