"""Decisions of one fetch: which posts are alerted to which subscription, and why not. Pure."""
