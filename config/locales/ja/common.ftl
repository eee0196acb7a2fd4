## 数と出典
number-unknown = 不明
rp-caution = RP数は特定時点のものです
source-trendpage = トレンドページ
source-mastodon = Mastodon
source-misskey = Misskey
source-bluesky = Bluesky
source-x = X
source-feed = フィード

## 内容がほとんど分からない投稿
post-on = { $network ->
    [x] Xの投稿
    [bluesky] Blueskyの投稿
    [fediverse] Fediverseの投稿
   *[web] 見出しのない記事
}
post-only-media = 画像・動画のみの投稿

## ソースの不調
source-error-unreachable = 応答がありません。時間をおいてもう一度お試しください。
source-error-refused = 閲覧を断られました。
source-error-robots = このサイトは、このアドレスを自動で読まないよう求めています(robots.txt)。サイトの同意があれば、ボットの管理者が設定(`http.robots_ignored_hosts`)で読めるようにできます。
source-error-busy = 混み合っています。しばらく待ってからもう一度お試しください。
source-error-budget = 今日の予算を使い切りました。次に読めるのは日本時間の午前9時からです。
source-error-budget-share = このサーバーの今の割り当てを使い切りました。今日の予算の残りは、ほかのサーバーのために取ってあります。
source-error-changed = ページの形が変わったようで、読み取れませんでした。
source-error-packing = このサイトは、ボットが読めない方式（Brotliなど）で圧縮したデータを返しています。ボットの運営者はログで方式を確認できます。
source-error-no-feed = このアドレスにフィードはありません。
source-error-too-large = 返ってきたデータが大きすぎます。
source-error-too-dear = 返ってきたデータの処理に時間がかかりすぎます。
source-error-address = このアドレスは使えません(公開されたhttp/httpsのアドレスのみ)。
source-error-not-listed = このボットが読み取るのは運営者が指定したサイトだけです。このアドレスは対象外です。
source-error-other = 読み取れませんでした。
source-error-topic = このトピックは調べられません。
source-error-followed-only = 購読されているトピックだけを調べるソースです。

## うまくいかなかったとき
error-unexpected = 思わぬ問題が起きました。もう一度お試しください。続くようなら、ボットの管理者に参照番号 { $reference } をお伝えください。
error-busy = いま保存先が混み合っています。少し待ってからもう一度お試しください。(参照番号 { $reference })
error-took-too-long = 調べるのに時間がかかりすぎるため、途中でやめました。チャンネルや話題を1つに絞るか、メッセージそのもののリンクを指定するか、少し待ってからもう一度お試しください。
error-cooldown = 少し続けて使われたようです。{ $when } にもう一度お試しください。
error-you-need = この操作には「{ $permissions }」の権限が必要です。
error-bot-needs = このチャンネルでボットに「{ $permissions }」の権限がありません。チャンネルの設定で許可してください。
error-guild-only = このコマンドはサーバーの中で使えます。
error-topic-empty = 目に見える文字のあるトピックを入力してください(例: データセンター)。
error-topic-address = アドレスを含むトピックは、そのアドレスがここにいる全員に見えてしまうため使えません。フィードは `https://` で始まるアドレスだけを入力してください。
error-topic-long = トピックは { $limit } 文字までです。
error-source-off = { $source } はこのボットでは使えません。使えるソース: { $available }
error-address-forgotten = このアドレスはもう覚えていません。もう一度、アドレス全体を入力してください。
error-message-unknown = この投稿の記録はもう残っていません。
error-command-changed = このコマンドは更新されたところです。少し待ってからもう一度お試しください。
form-busy = いま混み合っていて、フォームをすぐに開けませんでした。少し待ってからもう一度押してください。
form-late = フォームを開いてから30分以上たったか、その間にボットが再起動したため、変更は行われませんでした。入力した内容は残っています。フォームを開き直して、もう一度送信してください。
button-form-again = フォームを開き直す

## 並べるとき
list-comma = 、
list-none = なし

## 権限(Discordの設定画面での名前)
perm-view-channel = チャンネルを見る
perm-connect = 接続
perm-read-messages = チャンネルを見る
perm-send-messages = メッセージを送信
perm-send-messages-in-threads = スレッドでメッセージを送信
perm-read-message-history = メッセージ履歴を読む
perm-embed-links = 埋め込みリンク
perm-attach-files = ファイルを添付
perm-mention-everyone = @everyone、@here、すべてのロールにメンション
perm-manage-channels = チャンネルの管理
perm-manage-messages = メッセージの管理
perm-manage-guild = サーバーの管理
perm-manage-webhooks = ウェブフックの管理
perm-administrator = 管理者
