"""Tables that a poll reads and writes."""
