-- The spelling of a topic belongs to its subscription or digest. Sources are asked by the key. topics.name keeps
-- the title of a feed, the operator's spelling, else the key. topic_key_migration.py merges topics with the same
-- new key, which has no invisible characters.
ALTER TABLE subscriptions ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE digest_topics ADD COLUMN name TEXT NOT NULL DEFAULT '';

UPDATE subscriptions SET name = (SELECT t.name FROM topics t WHERE t.topic_key = subscriptions.topic_key);
UPDATE digest_topics SET name = (SELECT t.name FROM topics t WHERE t.topic_key = digest_topics.topic_key);
