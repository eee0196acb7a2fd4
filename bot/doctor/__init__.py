"""``kawaraban doctor``: is everything there, and what is to be done where it is not. Nothing is changed.

Commands that need no Discord import sentences from here (``database_faults``), and nothing that asks.
"""
