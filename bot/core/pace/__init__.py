"""Pace: about so many alerts a day, by a daily budget with a moving bar (docs/design/pace.md)."""
