"""Identity of posts and entries: ids, addresses in normal form, and which host speaks for a post. Pure."""
