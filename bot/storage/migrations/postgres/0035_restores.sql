-- After a restore, channels' histories since the copy are read before anything is sent. state: reading, read,
-- unreadable. after_id: Discord's id of the last message read. next_at: not read on before this.
CREATE TABLE read_histories (
  channel_id BIGINT PRIMARY KEY,
  guild_id BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  after_id BIGINT,
  pages BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT,
  failed_at BIGINT
);

-- Places of messages found in a history whose content is not known here yet. mark: by which it is recognised.
CREATE TABLE found_entries (
  message_id TEXT COLLATE "C" NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position BIGINT NOT NULL,
  mark TEXT COLLATE "C" NOT NULL,
  channel_id BIGINT NOT NULL,
  PRIMARY KEY (message_id, position, mark)
);

CREATE INDEX found_entries_of_channel ON found_entries (channel_id);
CREATE INDEX found_entries_by_mark ON found_entries (mark);

-- Places that a message found in a history has in Discord; NULL for one that was sealed here.
ALTER TABLE messages ADD COLUMN shown BIGINT;
