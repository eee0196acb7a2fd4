# ソース：名前、有効にする方法、キーが拒否されたときに確かめること

source-trendpage = トレンドページ
cli-switch-on-trendpage = KAWARABAN_SOURCES__TRENDPAGE__URLに{"{topic}"}を含むアドレスを指定するか、KAWARABAN_SOURCES__TRENDPAGE__PAGESにトピックとアドレスのJSONの表を指定してください
cli-setting-sources-trendpage-enabled = アドレスがあればトレンドページを使うか
cli-setting-sources-trendpage-default_min_rp = 最小リポスト数を指定しない購読の値
cli-setting-sources-trendpage-url = トピックのページのアドレス（{ "{" }topic{ "}" }を含む）
cli-setting-sources-trendpage-pages = 専用のアドレスを持つトピックの表
cli-setting-sources-trendpage-link_pages = /トレンド からページにリンクするか（アドレスが誰にでも見える）
cli-setting-sources-trendpage-ranking_url = /急上昇 に使う、増えているトピックの一覧ページ

source-mastodon = Mastodon
cli-switch-on-mastodon = KAWARABAN_SOURCES__MASTODON__ENABLED=trueを指定してください
cli-setting-sources-mastodon-enabled = Mastodonを使うか
cli-setting-sources-mastodon-default_min_rp = 最小リポスト数を指定しない購読の値
cli-setting-sources-mastodon-base_url = タグのタイムラインを公開しているサーバー
cli-setting-sources-mastodon-more_urls = 追加のサーバー

source-misskey = Misskey
cli-switch-on-misskey = KAWARABAN_SOURCES__MISSKEY__ENABLED=trueを指定してください
cli-setting-sources-misskey-enabled = Misskeyを使うか
cli-setting-sources-misskey-default_min_rp = 最小リポスト数を指定しない購読の値
cli-setting-sources-misskey-base_url = ノートを公開しているサーバー
cli-setting-sources-misskey-more_urls = 追加のサーバー

source-bluesky = Bluesky
cli-switch-on-bluesky = KAWARABAN_SOURCES__BLUESKY__IDENTIFIERにアカウントのハンドルを、KAWARABAN_SOURCES__BLUESKY__APP_PASSWORDにそのアプリパスワードを指定してください（docs/sources.ja.md）
cli-doctor-bluesky-advice = アカウントのハンドルを確かめるか、 https://bsky.app/settings/app-passwords で新しいアプリパスワードを作ってください（docs/sources.ja.md）。
cli-setting-sources-bluesky-enabled = アカウントがあればBlueskyを使うか
cli-setting-sources-bluesky-default_min_rp = 最小リポスト数を指定しない購読の値
cli-setting-sources-bluesky-service_url = アカウントのあるサーバー
cli-setting-sources-bluesky-identifier = アカウントのハンドル
cli-setting-sources-bluesky-app_password = アカウントのアプリパスワード（本来のパスワードではない）

source-x = X
cli-switch-on-x = KAWARABAN_SOURCES__X__BEARER_TOKENにアプリのベアラートークンを指定してください。料金がかかります（docs/sources.ja.md）
cli-doctor-x-advice = アプリ、ベアラートークン、残高を https://console.x.com で確かめてください（docs/sources.ja.md）。
cli-setting-sources-x-enabled = トークンがあればXを使うか
cli-setting-sources-x-default_min_rp = 最小リポスト数を指定しない購読の値
cli-setting-sources-x-base_url = XのAPIのサーバー
cli-setting-sources-x-bearer_token = アプリのBearerトークン
cli-setting-sources-x-posts_per_day = 1日（UTC）に読む投稿の上限（有料）

source-feed = フィード
cli-switch-on-feed = KAWARABAN_SOURCES__FEED__ENABLED=trueを指定してください
cli-setting-sources-feed-enabled = フィードを使うか
cli-setting-sources-feed-default_min_rp = 最小リポスト数。フィードにリポスト数はないので、0より大きいと何も届かない
cli-setting-sources-feed-search_urls = 検索のアドレス（それぞれ{ "{" }topic{ "}" }を含む）
