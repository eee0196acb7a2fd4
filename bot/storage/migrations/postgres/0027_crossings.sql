-- First crossings of a watch (CrossingTable), from which the bars of paces are computed.
CREATE TABLE crossings (
  watch_id BIGINT PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  body BYTEA NOT NULL
);

-- RP that a subscription's pace asked of the post at the time (0: of a post without RP); NULL: alert without a pace.
ALTER TABLE alerts ADD COLUMN bar BIGINT;
