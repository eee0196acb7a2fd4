"""Rankings of sources: the topics that are rising there. One request each, without a key."""
