-- Settings of a server: JSON of GuildSettings.
CREATE TABLE guild_settings (
  guild_id BIGINT PRIMARY KEY,
  settings TEXT COLLATE "C" NOT NULL
);

-- Servers whose welcome was decided, sent or not. A server is welcomed once.
CREATE TABLE welcomes (
  guild_id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL
);

-- Roles that people can take and give back by a button under alerts. subscription_id 0: all alerts of the server.
CREATE TABLE notify_roles (
  guild_id BIGINT NOT NULL,
  subscription_id BIGINT NOT NULL,
  role_id BIGINT NOT NULL,
  chosen_by BIGINT NOT NULL,
  chosen_at BIGINT NOT NULL,
  PRIMARY KEY (guild_id, subscription_id)
);
