"""Tables of subscriptions, servers and channels."""
