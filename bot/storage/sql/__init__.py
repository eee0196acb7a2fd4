"""The SQL of all stores: plain functions on a transaction."""
