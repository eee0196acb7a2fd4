"""The explanation that ``/why`` gives, from stored history. Pure."""
