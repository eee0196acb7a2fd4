-- Posts of a watch by time, with exposure. start, span: quarters of an hour since 1970 (UTC), 1, 4 or 96 long. seen_s:
-- seconds of it that were looked at; a span in which nobody looked has no row. people: NULL where authors are not
-- known. cut: 1 where there were at least so many.
CREATE TABLE post_counts (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  span INTEGER NOT NULL,
  seen_s INTEGER NOT NULL,
  posts INTEGER NOT NULL,
  people INTEGER,
  bots INTEGER NOT NULL,
  cut INTEGER NOT NULL,
  PRIMARY KEY (watch_id, start)
) STRICT, WITHOUT ROWID;

-- What the counts of a watch go on from, as JSON.
CREATE TABLE count_states (
  watch_id INTEGER PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  state TEXT NOT NULL
) STRICT;
