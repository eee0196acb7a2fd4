"""The one HTTP client: limits by host, address guard, bodies, character sets, robots.txt."""
