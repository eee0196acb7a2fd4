"""Scale: pollers as processes over one database, and what the hot statements cost beside a million watches."""
