# The sources: their names, how to switch each on, and what to check when a key is refused

source-trendpage = Trend page
cli-switch-on-trendpage = set KAWARABAN_SOURCES__TRENDPAGE__URL to an address with {"{topic}"} in it, or KAWARABAN_SOURCES__TRENDPAGE__PAGES to a JSON table of topics and addresses
cli-setting-sources-trendpage-enabled = Whether trend pages are asked, once they have an address
cli-setting-sources-trendpage-default_min_rp = Minimum reposts of subscriptions that name none
cli-setting-sources-trendpage-url = Address of a topic's page, with { "{" }topic{ "}" } in it
cli-setting-sources-trendpage-pages = Topics whose page has an address of its own
cli-setting-sources-trendpage-link_pages = Whether /trend links to the page (its address is then known to everybody)
cli-setting-sources-trendpage-ranking_url = Page that lists rising topics, for /trending

source-mastodon = Mastodon
cli-switch-on-mastodon = set KAWARABAN_SOURCES__MASTODON__ENABLED=true
cli-setting-sources-mastodon-enabled = Whether Mastodon is asked
cli-setting-sources-mastodon-default_min_rp = Minimum reposts of subscriptions that name none
cli-setting-sources-mastodon-base_url = A server that shows tag timelines to everyone
cli-setting-sources-mastodon-more_urls = Further servers

source-misskey = Misskey
cli-switch-on-misskey = set KAWARABAN_SOURCES__MISSKEY__ENABLED=true
cli-setting-sources-misskey-enabled = Whether Misskey is asked
cli-setting-sources-misskey-default_min_rp = Minimum reposts of subscriptions that name none
cli-setting-sources-misskey-base_url = A server that shows its notes to everyone
cli-setting-sources-misskey-more_urls = Further servers

source-bluesky = Bluesky
cli-switch-on-bluesky = set KAWARABAN_SOURCES__BLUESKY__IDENTIFIER to an account's handle and KAWARABAN_SOURCES__BLUESKY__APP_PASSWORD to an app password of it (docs/sources.md)
cli-doctor-bluesky-advice = Check the account's handle, or make a new app password at https://bsky.app/settings/app-passwords (docs/sources.md).
cli-setting-sources-bluesky-enabled = Whether Bluesky is asked, once it has an account
cli-setting-sources-bluesky-default_min_rp = Minimum reposts of subscriptions that name none
cli-setting-sources-bluesky-service_url = Server of the account
cli-setting-sources-bluesky-identifier = Handle of the account
cli-setting-sources-bluesky-app_password = App password of the account, never its own password

source-x = X
cli-switch-on-x = set KAWARABAN_SOURCES__X__BEARER_TOKEN to an app's bearer token, which costs money (docs/sources.md)
cli-doctor-x-advice = Check the app, its bearer token and its credits at https://console.x.com (docs/sources.md).
cli-setting-sources-x-enabled = Whether X is asked, once it has a token
cli-setting-sources-x-default_min_rp = Minimum reposts of subscriptions that name none
cli-setting-sources-x-base_url = Server of X's API
cli-setting-sources-x-bearer_token = Bearer token of the app
cli-setting-sources-x-posts_per_day = Most posts that are read in a UTC day (each costs money)

source-feed = Feed
cli-switch-on-feed = set KAWARABAN_SOURCES__FEED__ENABLED=true
cli-setting-sources-feed-enabled = Whether feeds are asked
cli-setting-sources-feed-default_min_rp = Minimum reposts (feeds know none, so anything above 0 lets nothing through)
cli-setting-sources-feed-search_urls = Addresses of searches, with { "{" }topic{ "}" } in each
