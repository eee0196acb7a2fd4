"""The bot's connection to Discord's gateway, and the client that loads the cogs."""
