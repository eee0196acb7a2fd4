"""Health of watches: causes, outages, notices. Pure."""
