"""Digests: the posts of an edition, and how far a period is covered by polls. Pure."""
