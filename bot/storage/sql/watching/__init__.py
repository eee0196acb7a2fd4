"""Watches: their polls, who listens to them, and what is remembered of their pages."""
