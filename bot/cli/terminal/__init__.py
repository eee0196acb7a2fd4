"""The terminal of the command line: what is said, how it is laid out, and how it is drawn."""
