-- "Also on …": told posts that were found somewhere else as well.

-- found_at: JSON of FoundAt, where the telling watch found it; NULL for what was told before this was kept.
ALTER TABLE alerts ADD COLUMN found_at TEXT;

-- A post that was found (found_at) after the channel was told of it: as itself, or as told_key, of which it is
-- another face: a feed's link to it, for example. What stands here counts as told.
CREATE TABLE echoes (
  channel_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  found_at TEXT NOT NULL,
  told_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, post_key, found_at),
  FOREIGN KEY (channel_id, told_key) REFERENCES alerts (channel_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX echoes_of_told ON echoes (channel_id, told_key, at);

-- Under which addresses a told post stands on the web, as hashes (see core/addresses.py).
CREATE TABLE told_addresses (
  channel_id INTEGER NOT NULL,
  address_hash TEXT NOT NULL,
  told_key TEXT NOT NULL,
  PRIMARY KEY (channel_id, address_hash),
  FOREIGN KEY (channel_id, told_key) REFERENCES alerts (channel_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX told_addresses_of_told ON told_addresses (channel_id, told_key);
