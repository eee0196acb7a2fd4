"""Commands, buttons and forms of digests."""
