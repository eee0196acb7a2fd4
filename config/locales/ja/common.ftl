## 数と出典
number-unknown = 不明
rp-caution = RP数は特定時点のものです

## 内容がほとんど分からない投稿
post-on = { $network ->
    [x] Xの投稿
    [bluesky] Blueskyの投稿
    [fediverse] Fediverseの投稿
   *[web] 見出しのない記事
}
post-only-media = 画像・動画のみの投稿

## ソースの不調
source-error-unreachable = 応答がありません。しばらくしてからもう一度お試しください。
source-error-refused = このサイトがボットを受け付けないため、今は読み取れません。
source-error-challenge = ブラウザーを使う人かどうかを確かめるページが返ってきて、読み取れません。サイト側でフィードの読み取りが許可されるか、別のアドレスにフィードがあれば読み取れます。
source-error-redirects = このアドレスは転送が終わらず、読み取れません。Cookieを保存しないプログラムを転送し続けるサイトがあります。ブラウザーで最後に開くアドレスを試してください。
source-error-missing = このアドレスにページはありません（404）。アドレスを確かめてください。
source-error-host = この名前のサイトは見つかりません。アドレスを確かめてください。
source-error-robots = このサイトは、このアドレスをボットが読み取らないよう求めています（robots.txt）。サイトの同意があれば、ボットの運営者が設定（`http.robots_ignored_hosts`）で許可できます。
source-error-busy = 混み合っています。しばらくしてからもう一度お試しください。
source-error-budget = 今日の読み取りの上限に達しました。日本時間の午前9時以降にもう一度お試しください。
source-error-budget-share = 今日の読み取りのうち、このサーバーの分は使い切りました。残りはほかのサーバーの分なので、しばらくしてからもう一度お試しください。
source-error-changed = ページの形式が変わったようで、読み取れません。
source-error-packing = このサイトのデータは、ボットが読み取れない方式（Brotliなど）で圧縮されています。どの方式かは、ボットの運営者がログで確認できます。
source-error-no-feed = このアドレスにフィードはありません。アドレスを確認してください。
source-error-too-large = 返ってきたデータが大きすぎて、読み取れません。
source-error-too-dear = 返ってきたデータの処理に時間がかかりすぎるため、読み取れません。
source-error-address = このアドレスは使えません。公開されているhttpかhttpsのアドレスを入力してください。
source-error-not-listed = このボットが読み取るのは運営者が指定したサイトだけです。このアドレスは対象外です。
source-error-other = 今は読み取れません。しばらくしてからもう一度お試しください。
source-error-topic = このソースでは、このトピックを検索できません。
source-error-subscribers-only = このソースは、購読中のトピックだけに使えます。

## うまくいかなかったとき
error-unexpected = 問題が発生しました。もう一度お試しください。繰り返し起きる場合は、ボットの運営者に参照番号をお伝えください：{ $reference }
error-busy = 現在、混み合っています。しばらくしてからもう一度お試しください。（参照番号：{ $reference }）
error-bot-timed-out = ボットがモデレーターにタイムアウトされています。{ $when }に投稿できるようになります。
error-filtered = 回答に含まれる言葉やリンクが原因で、このサーバーのAutoModまたはDiscordが受け付けませんでした。
error-took-too-long = 調べるのに時間がかかりすぎます。チャンネルやトピックを1つに絞るか、メッセージそのもののリンクを指定するか、しばらくしてからもう一度お試しください。
error-cooldown = 操作が多すぎます。{ $when }にもう一度お試しください。
error-you-need = この操作には「{ $permissions }」の権限が必要です。
error-bot-needs = このチャンネルで、ボットに「{ $permissions }」の権限が必要です。チャンネルの設定で許可してください。
error-guild-only = このコマンドはサーバーの中でだけ使えます。
error-topic-empty = 文字や数字のあるトピックを入力してください（例：データセンター）。
error-topic-address = アドレスを含むトピックは、そのアドレスがここにいる全員に見えてしまうため使えません。フィードを購読するには、`https://` で始まるアドレスだけを入力してください。
error-topic-long = トピックは{ $limit }文字までです。
error-source-off = { $source }はこのボットでは使えません。使えるソース：{ $available }
error-address-forgotten = このアドレスはもう記録にありません。アドレス全体をもう一度入力してください。
error-message-unknown = この投稿の記録はもう残っていません。
error-command-changed = このコマンドは更新されたばかりです。しばらくしてからもう一度お試しください。
form-busy = 混み合っているため、フォームを時間内に開けませんでした。しばらくしてからもう一度ボタンを押してください。
form-late = フォームを開いてから30分以上たったか、その間にボットが再起動したため、何も変更されていません。入力した内容は残っているので、フォームを開き直して送信してください。
form-late-options = フォームを開いてから30分以上たったか、その間にボットが再起動したため、何も変更されていません。フォームに入力した内容は残っていますが、フォームに欄のないコマンドの指定は失われました。フォームを開き直してその指定なしで送信するか、コマンドをもう一度入力してください。
form-forgotten = コマンドに入力された内容は、もう残っていません。残るのは15分間で、入力した本人の分だけです。また、別のコマンドやフォームの入力が受け付けられなかったときは、そちらに置き換わります。コマンドをもう一度入力してください。
button-form-again = フォームを開き直す

## 並べるとき
list-comma = 、
sentence-space = {""}
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
perm-kick-members = メンバーをキック
perm-ban-members = メンバーをBAN
perm-manage-roles = ロールの管理
perm-manage-nicknames = ニックネームの管理
perm-manage-events = イベントの管理
perm-manage-expressions = エモーションの管理
perm-create-expressions = エモーションを作成
perm-moderate-members = メンバーをタイムアウト
perm-mute-members = メンバーをミュート
perm-deafen-members = メンバーのスピーカーをミュート
perm-move-members = メンバーを移動
perm-view-audit-log = 監査ログを表示
perm-bypass-slowmode = 低速モードを回避
perm-view-guild-insights = サーバーインサイトを見る
perm-priority-speaker = 優先スピーカー
perm-pin-messages = メッセージをピン留め
