"""Delivery over discord.py: requests, the files that they carry, and the meaning of each answer."""
