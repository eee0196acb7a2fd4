"""Everything people do with subscriptions: check what was asked, store it, say what will come of it."""
