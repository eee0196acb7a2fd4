"""What people see, pure: models in, Discord layouts and sentences out."""
