-- Settings of a server: JSON of GuildSettings.
CREATE TABLE guild_settings (
  guild_id INTEGER PRIMARY KEY,
  settings TEXT NOT NULL
) STRICT;

-- Servers whose welcome was decided, sent or not. A server is welcomed once.
CREATE TABLE welcomes (
  guild_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;

-- Roles that people can take and give back by a button under alerts. subscription_id 0: all alerts of the server.
CREATE TABLE notify_roles (
  guild_id INTEGER NOT NULL,
  subscription_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  chosen_by INTEGER NOT NULL,
  chosen_at INTEGER NOT NULL,
  PRIMARY KEY (guild_id, subscription_id)
) STRICT, WITHOUT ROWID;
