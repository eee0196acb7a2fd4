"""The numbers we promise, measured: ``uv run python -m tests.bench poll|start|all [--json]``. Never asserted."""
