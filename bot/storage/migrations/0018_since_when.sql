-- Since when a subscription or a digest listens to a watch, where that is not since it was made: a topic or a source
-- that was added later. What the watch saw before, it saw for others.
ALTER TABLE subscription_watches ADD COLUMN since INTEGER;
ALTER TABLE digest_watches ADD COLUMN since INTEGER;
