-- What sources that cost money were asked, one row a source and UTC day (ISO 8601). reads counts what was read and
-- what is reserved by requests under way; a request that was killed leaves its reservation in it.
CREATE TABLE spend (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  reads INTEGER NOT NULL CHECK (reads >= 0),
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
