"""When a watch is polled next, and which posts are fetched again. Pure; see docs/design/cadence.md."""
