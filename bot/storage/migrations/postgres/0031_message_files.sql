-- Files that a message has at Discord, as JSON pairs of name and id; NULL: none.
ALTER TABLE messages ADD COLUMN files TEXT COLLATE "C";
