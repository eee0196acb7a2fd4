-- Sensitivity of the surges that a subscription is sent; NULL: none.
ALTER TABLE subscriptions ADD COLUMN surge TEXT;

-- Surge detectors of a watch, one for each sensitivity, as JSON.
CREATE TABLE surge_states (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  preset TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (watch_id, preset)
) STRICT, WITHOUT ROWID;

-- The newest surge of a topic that a channel was sent. The key decides that it is sent once, whichever source of the
-- topic surges. ended_at: NULL while it lasts.
CREATE TABLE surge_alerts (
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL,
  watch_id INTEGER NOT NULL,
  subscription_id INTEGER NOT NULL,
  preset TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  ended_at INTEGER,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (channel_id, topic_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX surge_alerts_open ON surge_alerts (watch_id) WHERE ended_at IS NULL;
CREATE INDEX surge_alerts_sent ON surge_alerts (subscription_id, decided_at);
CREATE INDEX surge_alerts_of_entry ON surge_alerts (entry_id);

-- Figures that the card of a surge shows instead of those it was sent with.
CREATE TABLE surge_figures (
  entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  figures TEXT NOT NULL
) STRICT;

-- Posts that the card of a surge shows.
CREATE TABLE surge_posts (
  post_key TEXT NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX surge_posts_of_entry ON surge_posts (entry_id);
