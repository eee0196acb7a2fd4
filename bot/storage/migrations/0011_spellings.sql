-- How a topic is spelled is its subscription's and its digest's own; sources are asked by the key. What is left in
-- topics.name: the title of a feed, the operator's spelling, else the key. storage/spellings.py does the rest: it
-- merges topics that have one key now, which leaves out what cannot be seen.
ALTER TABLE subscriptions ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE digest_topics ADD COLUMN name TEXT NOT NULL DEFAULT '';

UPDATE subscriptions SET name = (SELECT t.name FROM topics t WHERE t.topic_key = subscriptions.topic_key);
UPDATE digest_topics SET name = (SELECT t.name FROM topics t WHERE t.topic_key = digest_topics.topic_key);
