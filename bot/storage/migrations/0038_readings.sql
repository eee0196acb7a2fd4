-- RP of a post as polls read it, 10 bytes each (bot/storage/sql/mapping/readings.py), where a row of "samples" took 50.
-- Filled from "samples" by readings_migration.py.
ALTER TABLE posts ADD COLUMN readings BLOB;
