"""Parsers of what people type. Pure."""
