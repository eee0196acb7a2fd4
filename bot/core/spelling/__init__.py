"""Spellings of names: likeness, kana, and tags in texts."""
