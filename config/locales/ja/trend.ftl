## コマンドの名前
cmd-trend-name = トレンド
cmd-trend-description = トピックの今の投稿を表示します
opt-trend-topic-name = トピック
opt-trend-topic-description = 調べたいトピック（例：データセンター）
opt-trend-source-name = ソース
opt-trend-source-description = 調べるソース（省略するとすべて）
opt-trend-sort-name = 並び順
opt-trend-sort-description = 投稿の並び順（省略するとリポストの多い順）
opt-trend-private-name = 自分だけ
opt-trend-private-description = 答えを自分にだけ表示します
choice-sort-rp = リポストの多い順
choice-sort-new = 新しい順

## 話題のようす
trend-volume = { $count }件の投稿
trend-given = { $count }件の投稿が見つかりました
trend-given-articles = 記事{ $count }件
trend-source-given = { $source } { $count }件
trend-gender = 男性{ $male }% { $bar } 女性{ $female }%
trend-group = 中心は{ $group }
trend-group-people = { $whom ->
    [both] { $ages }の{ trend-group-gender }
    [age] { $ages }
   *[gender] { trend-group-gender }
}
trend-group-gender = { $gender ->
    [male] 男性
    [female] 女性
   *[any] 男女
}
trend-group-age = { $age }代{ $bound ->
    [up] 以上
    [down] 以下
    [early] 前半
    [late] 後半
   *[none] {""}
}
trend-group-ages = { $age }〜{ $to }代
trend-group-between = ・
trend-trouble = 古いか、一部だけの可能性があります。
trend-failed = ⚠️ **{ $source }**：{ $why }
trend-observed = { $age }に確認
trend-central = { $mark }：増えた言葉を最も多く含む投稿
rising-words = 📈 増えた言葉：{ $words }
summary-by-model = 言語モデルによる要約です。数字は投稿の番号です。
card-sentence-by-model = 言語モデルによる要約です。数字を押すと投稿が開きます。
trend-rp-of = { $rp }（{ $age }の値）
trend-as-of = RP＝リポスト数（{ $time }時点）。RP数は特定時点のものです
trend-caution = { rp-caution }（{ $time }）
trend-span = { " 〜 " }
trend-withheld = 閲覧注意の画像・動画つきの投稿{ $count }件は、このチャンネルでは表示しません。
trend-one-author = ⚠️ ここ1時間の投稿の多くは、1人の投稿者によるものです：{ $who }（{ $total }件中{ $count }件）
trend-one-site = ⚠️ ここ1時間の投稿の多くは、1つのサイトへのリンクです：{ $who }（{ $total }件中{ $count }件）
trend-nothing = このトピックの投稿は見つかりませんでした。
trend-nothing-partly = 読み取れたソースでは、このトピックの投稿は見つかりませんでした。
trend-all-failed = 今はどのソースも読み取れません。
trend-similar = もしかして：
trend-anyway = 今購読しておくと、投稿が出てきたときに通知が届きます。
trend-feed-found = これはフィードではなくページです。このページのフィードが見つかりました（{ $host }）。

## ボタン
trend-all-sources = すべてのソース
trend-button-sort-rp = リポスト順
trend-button-sort-new = 新しい順
trend-button-subscribe = 購読
trend-button-anyway = それでも購読
trend-button-subscribed = 購読中・編集
trend-button-feed = そのフィードを表示
trend-button-subscribe-feed = そのフィードを購読
trend-button-page = { $source }を開く
trend-sources-more = ほか{ $count }件のソース
