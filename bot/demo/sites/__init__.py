"""The small sites of the demo, on loopback."""
