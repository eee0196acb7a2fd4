-- When a watch is looked at again: JSON of Outlook (what it expects of its topic), and what a look was worth at its
-- host when it was looked at last (post-hours). NULL: never looked at since, or looked at evenly.
ALTER TABLE watches ADD COLUMN outlook TEXT NOT NULL DEFAULT '{}';
ALTER TABLE watches ADD COLUMN price REAL;
