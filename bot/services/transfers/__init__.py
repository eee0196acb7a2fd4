"""Settings of servers as a file: written, read, compared with what is there, and put in its place."""
