## コマンドの名前
cmd-trending-name = 急上昇
cmd-trending-description = 増えているトピックを、このサーバーと各ソースについて表示します
opt-trending-source-name = ソース
opt-trending-source-description = 増えているトピックを表示するソース（省略するとすべて）
source-google = Googleトレンド

## このサーバーのトピック
trending-title = ### 📈 急上昇
trending-own = **このサーバーのトピック**
trending-own-times = **{ $topic }**：{ $people ->
    [yes] 投稿する人がいつものこの時間帯の{ $times }倍
   *[no] 投稿がいつものこの時間帯の{ $times }倍
}
trending-own-least = **{ $topic }**：{ $people ->
    [yes] 投稿する人がいつものこの時間帯の{ $times }倍以上
   *[no] 投稿がいつものこの時間帯の{ $times }倍以上
}
trending-own-counts = { $people ->
    [yes] この1時間に{ $shown }人（いつもは約{ $usual }人）
   *[no] この1時間に{ $shown }件（いつもは約{ $usual }件）
}
trending-usual = いつもどおり：{ $topics }
trending-unknown = いつもの投稿数がまだ不明：{ $topics }
trending-own-none = 今、増えているトピックはありません。
trending-own-empty = トピックを購読しているチャンネルは、見える範囲にはまだありません。/購読 で購読できます。

## ソースのトピック
trending-elsewhere = **各ソースのトピック**
trending-elsewhere-none = 今、増えているトピックを挙げているソースはありません。
trending-no-sources = この機能のソースは、ボットの運営者がオフにしています。
trending-people = { $count ->
   *[other] { $shown }人
}
trending-posts = { $count ->
   *[other] { $shown }件の投稿
}
trending-searches = 検索{ $shown }回以上
trending-times = それまでの{ $times }倍
trending-since = { $age }から
trending-hot = 注目の印つき
trending-ranks-nothing = { $source }は、今はトピックを挙げていません。
trending-failed = ⚠️ { $source }：{ $why }

## トピックの操作
trending-pick-see = 表示するトピック
trending-pick-subscribe = ここで購読するトピック
trending-pick-block = ブロックするトピック
trending-pick-unblock = ブロックを解除するトピック
trending-button-blocked = ブロック中のトピック（{ $count }件）
trending-button-back = 戻る
trending-button-undo = 元に戻す
trending-done-blocked = ✅ **{ $topic }** をブロックしました。このサーバーの /急上昇 には表示されません。
trending-done-unblocked = ✅ **{ $topic }** のブロックを解除しました。このサーバーの /急上昇 に表示されることがあります。
trending-blocked-title = ブロック中のトピック（{ $count }件）
trending-blocked-text = このサーバーの /急上昇 とダイジェストでは、増えているトピックとして表示しません。
trending-blocked-none = このサーバーでブロックしているトピックはありません。
error-blocked-full = 1つのサーバーでブロックできるトピックは{ $limit }件までです。/急上昇 の「ブロック中のトピック」で、どれかのブロックを解除してください。
error-ranking-unknown = このソースには、増えているトピックを問い合わせられません。使えるソース：{ $available }
