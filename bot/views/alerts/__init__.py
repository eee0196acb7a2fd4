"""Alerts, their menu, and notices of outages."""
