## ソースの不調
health-endpoint = { $source }（{ $host }）
health-unreachable = 応答がありません。
health-refused = ボットからの読み取りが拒否されています。
health-challenge = ブラウザーを使う人かどうかを確かめるページが返ってきて、読み取れません。サイト側でフィードの読み取りが許可されるか、別のアドレスにフィードがあれば読み取れます。
health-redirects = 転送が終わらず、読み取れません。Cookieを保存しないプログラムを転送し続けるサイトがあります。別のアドレスなら読み取れるかもしれません。
health-missing = このアドレスにページがありません（404）。
health-host = ホスト名が見つかりません。
health-robots = robots.txtで、このアドレスをボットが読み取らないよう求めています。サイトの同意があれば、ボットの運営者が設定で許可できます。
health-busy = 混み合っているか、ソース側で問題が起きています。
health-budget = 今日の読み取りの上限に達しました。日本時間の午前9時から再開します。
health-budget-share = 今日の読み取りのうち、このサーバーの分は使い切りました。残りはほかのサーバーの分で、使われなければ少しずつ分け直されます。
health-changed = ページの形式が変わったようで、読み取れません。
health-packing = ボットが読み取れない方式（Brotliなど）で圧縮されたデータが返ってきます。
health-no-feed = このアドレスにフィードがなくなりました。
health-too-large = 返ってくるデータが大きすぎます。
health-too-dear = 返ってくるデータの処理に時間がかかりすぎます。
health-address = このアドレスは使えません。
health-not-listed = 運営者が指定したサイトではありません。
health-topic = このソースでは、このトピックを検索できません。
health-subscribers-only = 購読中のトピックだけを確認します。
health-other = 今は読み取れません。
health-no-posts = 投稿が表示されなくなりました。
health-no-rp = リポスト数が表示されなくなったため、どの投稿も最小リポスト数に届きません。
health-no-ids = 投稿へのリンクがなくなりました。
health-no-times = 投稿の日時が表示されなくなりました。
health-no-authors = 投稿者が表示されなくなりました。
health-no-volume = トピックの投稿数が表示されなくなりました。
health-turns-over = 確認のたびに多くの投稿が入れ替わるため、一部を逃しているかもしれません。
health-gap = { $hours ->
    [0] 最近
   *[other] { $hours }時間前
}の確認で、すべての記事が入れ替わっていました。一部を逃したかもしれないため、確認の間隔を短くしています。
health-silent = { $hours }時間、新しい投稿がありません（通常は約{ $usual }時間以内にあります）。

## チャンネルへのお知らせ
notice-all = ⚠️ **{ $source }** を正しく読み取れません。
notice-some = ⚠️ **{ $source }** で、正しく読み取れないトピックがあります。
notice-topics = { $since }から影響のあるトピック{ $count }件：{ $topics }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
 }
notice-topics-count = { $since }から{ $count }件のトピックに影響があります。
notice-partly-count = ✅ **{ $source }** を再び読み取れるようになりました。まだ読み取れないトピックが{ $count }件あります。
notice-hint = -# その間、届かない通知があるかもしれません。元に戻ったらここでお知らせします。
notice-partly = ✅ **{ $source }** を再び読み取れるようになりました。まだ読み取れないトピック：{ $topics }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
 }
notice-well = ✅ **{ $source }** を再び読み取れるようになりました。
notice-silent = 🔇 通常の10倍の時間、新しい投稿がありません：{ $topics }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
 }
notice-too-dear = ⏸️ **{ $topic }** を一時停止しました。正規表現の確認に時間がかかりすぎます。/購読一覧 でもっと簡単なものに編集してから、再開してください。
notice-button = 状態
