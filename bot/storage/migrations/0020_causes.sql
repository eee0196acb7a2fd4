-- Why a watch is unwell: a value of core/health/causes.py. Until now it was the id of a sentence, inside of vitals.
-- cause_migration.py fills it, and takes the ids out of vitals, notices and digests.
ALTER TABLE watches ADD COLUMN cause TEXT;
