"""Parsers shared by sources, and the processes that run long parses."""
