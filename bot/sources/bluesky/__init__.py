"""Bluesky: post search through an account's own server."""
