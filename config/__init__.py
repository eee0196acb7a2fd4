"""Settings and locale files. Imports nothing of ours."""
