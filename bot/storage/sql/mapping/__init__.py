"""Rows to models and back."""
