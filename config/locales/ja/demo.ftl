## デモ: ターミナル
demo-running = 瓦版のデモが動いています。インターネットには接続しません。Ctrl-Cで終了します。
demo-address = { $name }：{ $address }
demo-address-page = チャンネル
demo-address-site = トレンドページ
demo-address-feed = フィード
demo-try-wait = 1分ほどお待ちください。「{ $surging }」の投稿が伸び、リポスト数の多いものが1日およそ{ $pace }件、#{ $channel }に届きます。
demo-try-trend = 入力欄に「/{ cmd-trend-name }」と打ってEnter、「{ $surging }」を選んでEnter。今のトレンドが見られます。
demo-try-subscribe = 同じように「/{ cmd-subscribe-name }」で「{ $other }」を購読できます。ほかのトピック：{ $others }
demo-try-buttons = 通知の下のボタンで、通知を減らしたり、トピックをミュートしたりできます。
demo-try-digest = 少しするとダイジェストも届きます。「/{ cmd-digest-name } { cmd-digest-create-name }」で自分でも作成できます。
demo-try-page = ページの上で、チャンネル、見る人、時間の速さを切り替えられます。

## デモ: チャンネル
demo-welcome =
    ## 瓦版デモ
    このチャンネルは「{ $surging }」を購読中です。リポスト数の多い投稿が、1日およそ{ $pace }件ここに届きます。`/` と打つとコマンドを選べます。
demo-digest-name = 今日の瓦版
demo-not-listed = デモが読み取るのはデモ用のサイトだけで、インターネットには接続しません。代わりにデモのフィードをお試しください：{ $feed }

## デモ: チャンネルのまわり
demo-page-title = 瓦版デモ
demo-page-channels = チャンネル
demo-page-viewer = 見る人
demo-page-speed = 時間
demo-page-speed-of = { $speed }倍速
demo-page-sites = サイト
demo-page-site-trend = トレンドページ
demo-page-site-news = ニュースサイトとフィード
demo-page-end = デモを終了
demo-page-ended = デモは終了しました。もう一度見るには、ターミナルから起動してください。
demo-page-simulated = このDiscordはSimCordによる疑似環境です。
demo-viewer-editor = { $name }（チャンネルを管理）
demo-viewer-member = { $name }（メンバー）

## デモ: サイト
demo-site-topic = { $topic } トレンド
demo-site-all = 話題の一覧
demo-site-popular = 人気のポスト
demo-site-caution = ※RP数は特定時点のものです
demo-site-today = きょうの話題
demo-site-about = 瓦版デモのための、この端末だけで動く架空のトレンドサイトです。
demo-site-counts = { $posts }件・最大{ $top }RP
demo-site-audience = 男性:{ $male }% 女性:{ $female }% ({ $group })
demo-site-nothing = 「{ $topic }」のポストは、今はありません。
demo-site-made-up = 瓦版デモのための架空の投稿です。
demo-site-nowhere = デモでは、このリンクの先はありません。
demo-site-footer = 登場する人物・団体・数値はすべて架空です。瓦版のデモのために、この端末の中だけで動いています。
