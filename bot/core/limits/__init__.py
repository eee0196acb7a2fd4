"""Fair shares, quotas and bounds of what is kept. Pure."""
