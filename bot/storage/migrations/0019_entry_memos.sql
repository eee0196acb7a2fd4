-- Which entries a feed's page had when it was last read (core/models/watches.py, EntryMemo), so that those that come
-- again unchanged are taken from posts. Hashes, ids, links and times; no text, and nobody's name.
CREATE TABLE entry_memos (
  watch_id INTEGER PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  full_at INTEGER NOT NULL,
  context BLOB NOT NULL,
  entries BLOB NOT NULL
) STRICT;
