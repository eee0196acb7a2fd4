"""Bounded memories of the services."""
