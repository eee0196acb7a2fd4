-- Whether a digest names topics that rise elsewhere.
ALTER TABLE digests ADD COLUMN also_rising BIGINT NOT NULL DEFAULT 0;
CREATE INDEX digests_rising ON digests (next_at) WHERE also_rising = 1;
