-- Entries of a feed's page at the last poll (EntryMemo), so that unchanged ones are taken from posts. Hashes, ids,
-- links and times, no texts and no names of people.
CREATE TABLE entry_memos (
  watch_id INTEGER PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  full_at INTEGER NOT NULL,
  context BLOB NOT NULL,
  entries BLOB NOT NULL
) STRICT;
