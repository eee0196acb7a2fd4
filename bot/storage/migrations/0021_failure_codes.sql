-- Why an entry was dropped or given up, and why a message or its redraw failed: a value of core/models/failures.py.
-- reason and error stay beside it: the detail for the log. failure_migration.py reads the codes of what is there.
ALTER TABLE entries ADD COLUMN reason_code TEXT;
ALTER TABLE messages ADD COLUMN error_code TEXT;
ALTER TABLE redraws ADD COLUMN error_code TEXT;
