# ソース：名前、有効にする方法、キーが拒否されたときに確かめること

source-trendpage = トレンドページ
cli-switch-on-trendpage = KAWARABAN_SOURCES__TRENDPAGE__URLに{"{topic}"}を含むアドレスを指定するか、KAWARABAN_SOURCES__TRENDPAGE__PAGESにトピックとアドレスのJSONの表を指定してください

source-mastodon = Mastodon
cli-switch-on-mastodon = KAWARABAN_SOURCES__MASTODON__ENABLED=trueを指定してください

source-misskey = Misskey
cli-switch-on-misskey = KAWARABAN_SOURCES__MISSKEY__ENABLED=trueを指定してください

source-bluesky = Bluesky
cli-switch-on-bluesky = KAWARABAN_SOURCES__BLUESKY__IDENTIFIERにアカウントのハンドルを、KAWARABAN_SOURCES__BLUESKY__APP_PASSWORDにそのアプリパスワードを指定してください（docs/sources.ja.md）
cli-doctor-bluesky-advice = アカウントのハンドルを確かめるか、 https://bsky.app/settings/app-passwords で新しいアプリパスワードを作ってください（docs/sources.ja.md）。

source-x = X
cli-switch-on-x = KAWARABAN_SOURCES__X__BEARER_TOKENにアプリのベアラートークンを指定してください。料金がかかります（docs/sources.ja.md）
cli-doctor-x-advice = アプリ、ベアラートークン、残高を https://console.x.com で確かめてください（docs/sources.ja.md）。

source-feed = フィード
cli-switch-on-feed = KAWARABAN_SOURCES__FEED__ENABLED=trueを指定してください
