"""Thin: permission -> one service call -> view -> reply. Loaded by the client, imported by nobody else."""
