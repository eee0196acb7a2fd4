# What the command line says of settings that are wrong. No sentence shows a value: it may be a secret.

cli-settings-no-file = KAWARABAN_CONFIG names { $file }, and there is no such file
cli-settings-no-such-file = KAWARABAN_CONFIG names a file that does not exist
cli-settings-unreadable = { $file } can't be read: { $why }
cli-settings-dotenv-not-utf8 = .env is not UTF-8 text
cli-settings-toml-not-utf8 = { $file } is not valid TOML (it is not UTF-8 text)
cli-settings-bad-toml = { $file } is not valid TOML (at line { $line }, column { $column })
cli-settings-bad-toml-end = { $file } is not valid TOML (something is left open at its end)
cli-settings-table-twice = a variable that takes JSON (a table) holds something else, and another variable sets a key of that table
cli-settings-no-table = { $file }: there is no table [{ $table }]{ $maybe } (there are { $known })
cli-settings-no-variable = { $name }: there is no such setting{ $maybe } (names begin with KAWARABAN_ and one of { $known }, then two underscores)
cli-settings-no-key = { $key } (or { $name }): there is no such setting{ $maybe } (there are { $known })
cli-settings-maybe = {" "}(did you mean { $guess }?)
cli-settings-config-in-dotenv = KAWARABAN_CONFIG is read from the environment only, not from .env
cli-settings-login = { $key } (or { $name }) should be an address without a name or password before its host
cli-settings-wrong-value = { $key } (or { $name }) has a wrong value (not shown here). It should { $takes }
cli-settings-not-json = { $name } is not JSON (a table is written like { $example } in a variable)
cli-settings-no-token = discord.token is not set: put the bot's token into DISCORD_TOKEN or .env (`kawaraban demo` runs without one)
cli-http-server-unusable = The HTTP server can't listen on { $host }, port { $port } ({ $why }). Choose another http_server.host or http_server.port.
cli-settings-demo = { $why }

# These follow "it should".
cli-takes-database = have the form sqlite:///path or postgresql://user@host/name
cli-takes-template = be an http(s) address with {"{topic}"} in it
cli-takes-ascii = hold printable ASCII only, because it goes into a header
cli-takes-address = be an address that begins with http:// or https://
cli-takes-server = be the address of a server, without anything from a ? or # on
cli-takes-https = begin with https://, because a token is sent there (http:// only to this machine itself)
cli-takes-line = be one line of at most 200 characters
cli-takes-host = be a host name or an IP address, without a port
cli-takes-gateway = begin with ws:// or wss://
cli-takes-wss = begin with wss://, because the token is sent there (ws:// is for this machine itself)
cli-takes-token = be the token alone, without spaces or letters that are not ASCII
cli-takes-both = have both an identifier (…__IDENTIFIER) and an app_password (…__APP_PASSWORD), or neither
cli-takes-url-and-model = have both a url (…__URL) and a model (…__MODEL), or neither
cli-takes-at-least = be a number greater than or equal to { $limit }
cli-takes-more-than = be a number greater than { $limit }
cli-takes-at-most = be a number less than or equal to { $limit }
cli-takes-less-than = be a number less than { $limit }
cli-takes-integer = be an integer
cli-takes-number = be a number
cli-takes-boolean = be a boolean: true or false
cli-takes-text = be a text
cli-takes-list = be a list (in a variable, with commas between its items)
cli-takes-table = be a table
cli-takes-choice = be one of { $choices }
cli-takes-other = have another form (config/kawaraban.example.toml shows it)
