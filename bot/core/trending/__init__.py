"""Rising topics: a server's own ones by surprise, and those that sources rank, merged over networks. Pure."""
