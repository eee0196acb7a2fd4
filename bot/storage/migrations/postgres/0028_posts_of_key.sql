-- Watches that store a post: a post that is hidden, or gone, is looked up in all of them.
CREATE INDEX posts_of_key ON posts (post_key);
