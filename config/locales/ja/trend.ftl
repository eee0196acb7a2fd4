## コマンドの名前
cmd-trend-name = トレンド
cmd-trend-description = トピックがいまどう話題になっているかを調べます
opt-trend-topic-name = トピック
opt-trend-topic-description = 調べたい言葉(例: データセンター)
opt-trend-source-name = ソース
opt-trend-source-description = 調べる先(省略するとすべて)
opt-trend-sort-name = 並び順
opt-trend-sort-description = 投稿の並び順(省略するとRPの多い順)
opt-trend-private-name = 自分だけ
opt-trend-private-description = 答えを自分にだけ表示します
choice-sort-rp = RPの多い順
choice-sort-new = 新しい順

## 話題のようす
trend-volume = { $count }件の投稿
trend-given = { $count }件の投稿が見つかりました
trend-gender = 男性{ $male }% { $bar } 女性{ $female }%
trend-group = 中心は { $group }
trend-trouble = 古いか、一部だけかもしれません。
trend-observed = { $age }の観測
trend-rp-of = { $rp }({ $age }の値)
trend-caution = { rp-caution }({ $time })
trend-span = { " 〜 " }
trend-withheld = 閲覧注意の画像・動画つきの投稿 { $count }件は、このチャンネルでは表示しません。
trend-one-author = ⚠️ ここ1時間の投稿の多くは、1人の投稿者によるものです: { $who }({ $total } 件中 { $count } 件)
trend-one-site = ⚠️ ここ1時間の投稿の多くは、1つのサイトへのリンクです: { $who }({ $total } 件中 { $count } 件)
trend-nothing = このトピックの投稿は見つかりませんでした。
trend-nothing-partly = 読み取れたソースでは、このトピックの投稿は見つかりませんでした。
trend-all-failed = いまはどのソースからも答えをもらえませんでした。
trend-similar = もしかして、次のトピックですか?

## ボタン
trend-all-sources = すべてのソース
trend-button-sort-rp = RPの多い順にする
trend-button-sort-new = 新しい順にする
trend-button-subscribe = このトピックを購読
trend-button-page = { $source }を開く
trend-sources-more = ほか{ $count }か所
