"""History of a topic as charts show it: volume with its usual range, surges, alerts, and RP of posts. Pure."""
