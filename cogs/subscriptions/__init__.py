"""Commands, buttons and forms of subscriptions."""
