-- Health of sources, and the outage notices that channels were sent.

-- JSON of WatchHealth: start and cause of a failure, what the source used to show, and the rhythm of its new
-- posts.
ALTER TABLE watches ADD COLUMN vitals TEXT NOT NULL DEFAULT '{}';

UPDATE watches SET vitals = json_object('shown', json_array('posts', 'rp'))
WHERE EXISTS (SELECT 1 FROM posts p WHERE p.watch_id = watches.id AND p.rp IS NOT NULL);

CREATE INDEX watches_unwell ON watches (source) WHERE health <> 'ok';

-- channel 0: the operator. host: the server that is polled, '' for the source's own. extent: of the last notice (0
-- ended, 1 some topics, 2 all topics). some_at, all_at: times of the last notices of each.
CREATE TABLE incidents (
  channel_id INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  extent INTEGER NOT NULL,
  some_at INTEGER,
  all_at INTEGER,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (channel_id, source, host)
) STRICT, WITHOUT ROWID;

CREATE INDEX incidents_open ON incidents (source) WHERE extent > 0;
CREATE INDEX incidents_of_entry ON incidents (entry_id) WHERE entry_id IS NOT NULL;
