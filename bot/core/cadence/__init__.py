"""The cadence of polls and rechecks. Pure; see docs/design/cadence.md."""
