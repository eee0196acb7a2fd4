"""Pace: about so many alerts a day, by a daily budget with a moving threshold (docs/design/pace.md)."""
