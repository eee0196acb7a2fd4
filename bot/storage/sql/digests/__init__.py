"""Tables of digests and their editions."""
