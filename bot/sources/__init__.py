"""The outside world turned into posts: one file a source, each with a pure parser."""
