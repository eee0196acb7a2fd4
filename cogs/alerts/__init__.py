"""Alerts in channels: delivery, and the buttons under every alert."""
