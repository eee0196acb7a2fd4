"""Pure decisions: standard library and pure libraries only; no clock, no I/O."""
