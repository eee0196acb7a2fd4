-- Posts that a public answer of /trend shows, so that a take-down reaches it. The answer itself is a message
-- without entries.
CREATE TABLE answer_posts (
  post_key TEXT NOT NULL,
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX answer_posts_of_message ON answer_posts (message_id);
