-- Reason for which an entry was dropped or given up, or a message or redraw failed: a value of FailureCode. reason
-- and error keep the detail for the log. failure_migration.py derives the codes of existing rows.
ALTER TABLE entries ADD COLUMN reason_code TEXT;
ALTER TABLE messages ADD COLUMN error_code TEXT;
ALTER TABLE redraws ADD COLUMN error_code TEXT;
