"""Words and phrases that rose in a topic, and the post that says most of them. Pure."""
