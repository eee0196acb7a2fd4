-- Rankings of sources as they were last read. place: the source and where it is asked. next_at: the time from which it
-- may be asked again, by any process; asked_at: of the last request; answer: JSON, NULL before the first answer.
CREATE TABLE rankings (
  place TEXT COLLATE "C" PRIMARY KEY,
  asked_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  answered_at BIGINT,
  answer TEXT COLLATE "C"
);

-- Topics that a server does not want to see as rising. topic: folded as topics are compared there.
CREATE TABLE blocked_topics (
  guild_id BIGINT NOT NULL,
  topic TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (guild_id, topic)
);
