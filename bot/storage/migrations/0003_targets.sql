-- Where each source is asked (templates, '' is its own address), as the settings said at the last start.
-- Sources not named here are asked at their own address.
CREATE TABLE source_targets (
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  template TEXT NOT NULL,
  PRIMARY KEY (source, position)
) STRICT, WITHOUT ROWID;
