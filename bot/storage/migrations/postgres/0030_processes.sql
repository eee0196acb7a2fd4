-- Processes that run beside each other over one database, as they last reported themselves; no row for one that
-- stopped by itself. roles: names between commas. shards: JSON list of the shards of a gateway; empty: all.
-- ahead_us: microseconds by which the server's clock is ahead of the process's; NULL: not measured.
CREATE TABLE processes (
  holder TEXT COLLATE "C" PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  roles TEXT COLLATE "C" NOT NULL,
  shards TEXT COLLATE "C" NOT NULL,
  shard_count BIGINT,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ahead_us BIGINT
);
