-- Sensitivity of the surges that a subscription is sent; NULL: none.
ALTER TABLE subscriptions ADD COLUMN surge TEXT COLLATE "C";

-- Surge detectors of a watch, one for each sensitivity, as JSON.
CREATE TABLE surge_states (
  watch_id BIGINT NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  preset TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (watch_id, preset)
);

-- The newest surge of a topic that a channel was sent. The key decides that it is sent once, whichever source of the
-- topic surges. ended_at: NULL while it lasts.
CREATE TABLE surge_alerts (
  channel_id BIGINT NOT NULL,
  topic_key TEXT COLLATE "C" NOT NULL,
  watch_id BIGINT NOT NULL,
  subscription_id BIGINT NOT NULL,
  preset TEXT COLLATE "C" NOT NULL,
  began_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  ended_at BIGINT,
  entry_id BIGINT REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (channel_id, topic_key)
);

CREATE INDEX surge_alerts_open ON surge_alerts (watch_id) WHERE ended_at IS NULL;
CREATE INDEX surge_alerts_sent ON surge_alerts (subscription_id, decided_at);
CREATE INDEX surge_alerts_of_entry ON surge_alerts (entry_id);

-- Figures that the card of a surge shows instead of those it was sent with.
CREATE TABLE surge_figures (
  entry_id BIGINT PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  figures TEXT COLLATE "C" NOT NULL
);

-- Posts that the card of a surge shows.
CREATE TABLE surge_posts (
  post_key TEXT COLLATE "C" NOT NULL,
  entry_id BIGINT NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, entry_id)
);

CREATE INDEX surge_posts_of_entry ON surge_posts (entry_id);
