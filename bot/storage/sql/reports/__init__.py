"""Queries behind answers to people."""
