"""Measures a pace on made topics of every kind, beside other rules on the same posts."""
