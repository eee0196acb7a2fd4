-- Rankings of sources as they were last read. place: the source and where it is asked. next_at: the time from which it
-- may be asked again, by any process; asked_at: of the last request; answer: JSON, NULL before the first answer.
CREATE TABLE rankings (
  place TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  answered_at INTEGER,
  answer TEXT
) STRICT, WITHOUT ROWID;

-- Topics that a server does not want to see as rising. topic: folded as topics are compared there.
CREATE TABLE blocked_topics (
  guild_id INTEGER NOT NULL,
  topic TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (guild_id, topic)
) STRICT, WITHOUT ROWID;
