"""From one fetch to decisions: which posts are alerted to which subscription, and why not. Pure."""
