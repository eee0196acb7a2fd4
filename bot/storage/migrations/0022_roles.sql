-- Leases of what one process does at a time, beside claims: polls of a host, a refresh of a session.
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Processes that are active in a role. epoch: number of the term; a write of an earlier term is refused. holder:
-- NULL after the process ended its term itself.
CREATE TABLE leaders (
  role TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL,
  holder TEXT
) STRICT, WITHOUT ROWID;

-- Host that the watch asks; the source's name where the target is no address.
ALTER TABLE watches ADD COLUMN host TEXT NOT NULL DEFAULT '';
