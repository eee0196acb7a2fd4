-- Time since which a subscription or a digest listens to a watch, where that is later than its creation: a topic
-- or a source was added. Posts that the watch stored before were read for other servers.
ALTER TABLE subscription_watches ADD COLUMN since INTEGER;
ALTER TABLE digest_watches ADD COLUMN since INTEGER;
