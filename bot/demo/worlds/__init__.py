"""The worlds that the demo's sites tell of, in two languages."""
