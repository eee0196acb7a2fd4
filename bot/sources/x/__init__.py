"""X (API v2), which costs money: requests, budget, posts."""
