-- Targets of each source (templates, '' is its own address), from the settings at the last start.
-- Sources not named here are polled at their own address.
CREATE TABLE source_targets (
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  template TEXT NOT NULL,
  PRIMARY KEY (source, position)
) STRICT, WITHOUT ROWID;
