-- RP of a post as polls read it, 10 bytes each (bot/storage/sql/mapping/readings.py).
ALTER TABLE posts ADD COLUMN readings BYTEA;
UPDATE posts p SET readings = s.readings FROM (
  SELECT watch_id, post_key, string_agg(
    int8send((at << 12) | (rp >> 16)) || substring(int8send(rp & 65535) FROM 7), ''::bytea ORDER BY at) AS readings
  FROM (
    SELECT watch_id, post_key, greatest(at, 0) AS at, greatest(0, least(rp, 268435455)) AS rp FROM samples) bounded
  GROUP BY watch_id, post_key) s
WHERE s.watch_id = p.watch_id AND s.post_key = p.post_key;
