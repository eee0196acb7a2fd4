-- Names by which the entries of a feed are recognised: hashes of id, link, headline, time and summary, the kind in
-- the lowest three bits. They outlive their post's row while the entry is on its page.
CREATE TABLE entry_names (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  post_key TEXT NOT NULL,
  name INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (watch_id, post_key, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_names_by_name ON entry_names (watch_id, name);
