"""Digests: the message, the cards, the form."""
