"""The plan of a poll: everything that follows from one answer, decided without I/O."""
