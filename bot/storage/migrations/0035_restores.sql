-- After a restore, channels' histories since the copy are read before anything is sent. state: reading, read,
-- unreadable. after_id: Discord's id of the last message read. next_at: not read on before this.
CREATE TABLE read_histories (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  after_id INTEGER,
  pages INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  failed_at INTEGER
) STRICT, WITHOUT ROWID;

-- Places of messages found in a history whose content is not known here yet. mark: by which it is recognised.
CREATE TABLE found_entries (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  mark TEXT NOT NULL,
  channel_id INTEGER NOT NULL,
  PRIMARY KEY (message_id, position, mark)
) STRICT, WITHOUT ROWID;

CREATE INDEX found_entries_of_channel ON found_entries (channel_id);
CREATE INDEX found_entries_by_mark ON found_entries (mark);

-- Places that a message found in a history has in Discord; NULL for one that was sealed here.
ALTER TABLE messages ADD COLUMN shown INTEGER;
