"""Counts of what an answer shows, with their exposure: by posts' own time, by a source's hours, or by its total.

FetchResult ─▶ timeline | hours | rolling total ─▶ Counted: PostCount rows, observations, the next CountState
"""
