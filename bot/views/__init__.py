"""Pure drawing: models in, Discord layouts and sentences out."""
