# The sources: their names, how to switch each on, and what to check when a key is refused

source-trendpage = Trend page
cli-switch-on-trendpage = set KAWARABAN_SOURCES__TRENDPAGE__URL to an address with {"{topic}"} in it, or KAWARABAN_SOURCES__TRENDPAGE__PAGES to a JSON table of topics and addresses

source-mastodon = Mastodon
cli-switch-on-mastodon = set KAWARABAN_SOURCES__MASTODON__ENABLED=true

source-misskey = Misskey
cli-switch-on-misskey = set KAWARABAN_SOURCES__MISSKEY__ENABLED=true

source-bluesky = Bluesky
cli-switch-on-bluesky = set KAWARABAN_SOURCES__BLUESKY__IDENTIFIER to an account's handle and KAWARABAN_SOURCES__BLUESKY__APP_PASSWORD to an app password of it (docs/sources.md)
cli-doctor-bluesky-advice = Check the account's handle, or make a new app password at https://bsky.app/settings/app-passwords (docs/sources.md).

source-x = X
cli-switch-on-x = set KAWARABAN_SOURCES__X__BEARER_TOKEN to an app's bearer token, which costs money (docs/sources.md)
cli-doctor-x-advice = Check the app, its bearer token and its credits at https://console.x.com (docs/sources.md).

source-feed = Feed
cli-switch-on-feed = set KAWARABAN_SOURCES__FEED__ENABLED=true
