-- Leases of what one process does at a time, beside claims: polls of a host, a refresh of a session.
CREATE TABLE leases (
  name TEXT COLLATE "C" PRIMARY KEY,
  holder TEXT COLLATE "C" NOT NULL,
  until BIGINT NOT NULL
);

-- Processes that are active in a role. epoch: number of the term; a write of an earlier term is refused. holder:
-- NULL after the process ended its term itself.
CREATE TABLE leaders (
  role TEXT COLLATE "C" PRIMARY KEY,
  epoch BIGINT NOT NULL,
  holder TEXT COLLATE "C"
);

-- Host that the watch asks; the source's name where the target is no address.
ALTER TABLE watches ADD COLUMN host TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE watches SET host = coalesce(
  nullif(lower(substring(target FROM '^[a-zA-Z]+://(?:[^/?#]*@)?([^/?#]*)')), ''), source);
