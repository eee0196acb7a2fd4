-- Reads of sources that cost money, one row for each source and UTC day (ISO 8601). reads: used reads, and those
-- reserved by requests under way. A killed request leaves its reservation in it.
CREATE TABLE spend (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  reads INTEGER NOT NULL CHECK (reads >= 0),
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
