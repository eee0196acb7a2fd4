"""Subscriptions: cards, lists, forms."""
