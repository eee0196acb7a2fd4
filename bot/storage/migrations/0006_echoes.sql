-- "Also on …": alerted posts that were found at another endpoint as well.

-- found_at: JSON of FoundAt, the endpoint at which the watch of the alert found the post. NULL for older alerts.
ALTER TABLE alerts ADD COLUMN found_at TEXT;

-- A post found (found_at) after the channel's alert for it: as itself, or as another identity of told_key, such as
-- a feed's link to it. A post in this table counts as alerted.
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

-- Web addresses of an alerted post, as hashes (core/identity/urls.py).
CREATE TABLE told_addresses (
  channel_id INTEGER NOT NULL,
  address_hash TEXT NOT NULL,
  told_key TEXT NOT NULL,
  PRIMARY KEY (channel_id, address_hash),
  FOREIGN KEY (channel_id, told_key) REFERENCES alerts (channel_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX told_addresses_of_told ON told_addresses (channel_id, told_key);
