-- Cause of a watch's failure: a value of Cause. Before, vitals held a text id.
-- cause_migration.py fills it and removes the ids from vitals, notices and digests.
ALTER TABLE watches ADD COLUMN cause TEXT;
