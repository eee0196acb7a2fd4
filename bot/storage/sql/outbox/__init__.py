"""Tables of entries, messages and their edits."""
