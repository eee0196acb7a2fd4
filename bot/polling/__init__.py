"""The polling loop and its limits: which watches are fetched, how many at once, and what their words match."""
