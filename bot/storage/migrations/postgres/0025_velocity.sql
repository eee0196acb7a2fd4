-- Highest velocity of the post at any poll, in RP an hour. NULL: never known.
ALTER TABLE posts ADD COLUMN peak_velocity BIGINT;
