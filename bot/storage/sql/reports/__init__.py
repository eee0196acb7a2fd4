"""Queries for answers to people."""
