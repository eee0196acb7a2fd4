"""Permissions, forms, pagination and costs that all cogs share."""
