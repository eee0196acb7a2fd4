-- Before its title was known, a feed was named by host and path. A path may hold a key, so only the host is kept.
-- A name is not a title where an address of its topic begins with it (cut to 60 characters, with an ellipsis).
CREATE TEMP TABLE untitled AS
SELECT t.topic_key,
       t.name,
       substr(h.host, instr(h.host, '@') + 1) AS host
FROM topics t
JOIN (
  SELECT w.topic_key AS topic_key,
         rtrim(substr(w.target, instr(w.target, '://') + 3), '/') AS rest,
         substr(
           substr(w.target, instr(w.target, '://') + 3),
           1,
           instr(replace(replace(substr(w.target, instr(w.target, '://') + 3), '?', '/'), '#', '/') || '/', '/') - 1
         ) AS host
  FROM watches w
  WHERE w.topic_key LIKE 'url:%' AND w.target LIKE '%://%'
) h ON h.topic_key = t.topic_key
WHERE t.topic_key LIKE 'url:%'
  AND rtrim(t.name, '…') <> ''
  AND substr(h.rest, 1, length(rtrim(t.name, '…'))) = rtrim(t.name, '…');

UPDATE subscriptions SET name = (
  SELECT u.host FROM untitled u WHERE u.topic_key = subscriptions.topic_key
) WHERE EXISTS (
  SELECT 1 FROM untitled u WHERE u.topic_key = subscriptions.topic_key AND u.name = subscriptions.name
);
UPDATE digest_topics SET name = (
  SELECT u.host FROM untitled u WHERE u.topic_key = digest_topics.topic_key
) WHERE EXISTS (
  SELECT 1 FROM untitled u WHERE u.topic_key = digest_topics.topic_key AND u.name = digest_topics.name
);
UPDATE topics SET name = (
  SELECT u.host FROM untitled u WHERE u.topic_key = topics.topic_key
) WHERE topic_key IN (SELECT topic_key FROM untitled);
DROP TABLE untitled;
