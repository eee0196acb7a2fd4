## コマンドの名前
cmd-status-name = ようす
cmd-status-description = このサーバーのトピックを調べているソースの調子を見ます

## ソースの不調
health-place = { $source }({ $host })
health-unreachable = 応答がありません。
health-refused = 閲覧を断られています。
health-robots = このアドレスを自動で読まないよう求めています(robots.txt)。サイトの同意があれば、ボットの管理者が設定で読めるようにできます。
health-busy = 混み合っているか、ソース側で問題が起きています。
health-budget = 今日の予算を使い切りました。日本時間の午前9時から再開します。
health-budget-share = このサーバーの今の割り当てを使い切りました。今日の予算の残りはほかのサーバーのために取ってあり、使われなかった分は少しずつ配り直します。
health-changed = 読み取れない形の答えが返ってきます。
health-packing = ボットが読めない方式（Brotliなど）で圧縮されたデータが返ってきます。
health-no-feed = アドレスにフィードがなくなりました。
health-too-large = 返ってくるデータが大きすぎます。
health-too-dear = 返ってくるデータの処理に時間がかかりすぎます。
health-address = アドレスが使えません。
health-topic = このトピックは調べられません。
health-other = 読み取れません。
health-no-posts = 投稿が表示されなくなりました。
health-no-rp = RP数が表示されなくなりました。どの投稿も最小RPを満たせません。
health-no-ids = 投稿の場所(リンク)が分からなくなりました。
health-no-times = 投稿の日時が分からなくなりました。
health-no-authors = 投稿者が分からなくなりました。
health-no-volume = トピックの投稿数が分からなくなりました。
health-turns-over = 見るたびに投稿が入れ替わるほど更新が激しく、見逃した投稿があるかもしれません。
health-gap = { $hours ->
    [0] 最近
   *[other] { $hours }時間前
}に見たとき、前回の記事がひとつも残っていませんでした。見逃した記事があるかもしれないため、見る間隔を短くしています。
health-silent = { $hours }時間、新しい投稿がありません(いつもは{ $usual }時間ほどのうちにあります)。

## チャンネルへのお知らせ
notice-all = ⚠️ **{ $source }** をうまく読み取れません。
notice-some = ⚠️ **{ $source }** で、うまく読み取れないトピックがあります。
notice-topics = { $since } から、影響のあるトピックは { $count } 件: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}ほか{ $more }件
 }
notice-hint = -# そのあいだ、通知が抜けることがあります。元に戻ったらお知らせします。
notice-partly = ✅ **{ $source }** をまた読み取れるようになりました。まだ読み取れないトピック: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}ほか{ $more }件
 }
notice-well = ✅ **{ $source }** をまた読み取れるようになりました。
notice-too-dear = ⏸️ **{ $topic }** の購読を止めました。正規表現の照合に時間がかかりすぎます。/購読一覧 で簡単なものに直して再開するまで、通知は届きません。
notice-button = ようす

## /ようす
status-title = ソースの調子
status-none = このサーバーでは、まだトピックを購読していません。
status-off = ⚪ **{ $source }** はボットの運営者が切っているため、{ $count } トピックはそこでは見に行きません。
status-all-well = すべて順調です。
status-source = { $mark } **{ $source }** { $topics ->
    [0] 購読中のトピックなし
   *[other] { $topics } トピック
}{ $degraded ->
    [0] {""}
   *[other] 、不調 { $degraded }
}{ $down ->
    [0] {""}
   *[other] 、停止 { $down }
}
status-source-quiet = いつになく静かなトピック: { $count }
status-health-ok = 順調
status-health-degraded = 不調
status-health-down = 停止
status-since = { $since } から{ $health }
status-looks = 最後に読めたとき: { $last } ・ 次に調べるとき: { $next }
status-never = なし
status-unwell-title = 気になるトピック
status-well-title = 順調なトピック
status-more = … ほか { $count } 件
status-queue = 送信待ち { $waiting } ・ 送信中 { $sealed } ・ 届いたか不明 { $uncertain }
status-bot = Kawaraban { $version }
status-started = { $time }に起動
status-latency = Discordの応答 { $ms } ミリ秒
status-spent = 今日の読み取り: { $spent } / 上限 { $limit }(UTCの1日)
