-- Posts of a watch by time, with exposure. start, span: quarters of an hour since 1970 (UTC), 1, 4 or 96 long. seen_s:
-- seconds of it that were looked at; a span in which nobody looked has no row. people: NULL where authors are not
-- known. cut: 1 where there were at least so many.
CREATE TABLE post_counts (
  watch_id BIGINT NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  start BIGINT NOT NULL,
  span BIGINT NOT NULL,
  seen_s BIGINT NOT NULL,
  posts BIGINT NOT NULL,
  people BIGINT,
  bots BIGINT NOT NULL,
  cut BIGINT NOT NULL,
  PRIMARY KEY (watch_id, start)
);

-- What the counts of a watch go on from, as JSON.
CREATE TABLE count_states (
  watch_id BIGINT PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  state TEXT COLLATE "C" NOT NULL
);
