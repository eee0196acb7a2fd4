"""The simulated Discord of the demo and its page."""
