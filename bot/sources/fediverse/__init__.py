"""Mastodon and Misskey."""
