"""Delivery of what was decided to Discord, each message once."""
