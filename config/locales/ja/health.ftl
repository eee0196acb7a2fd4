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
health-not-listed = 運営者が指定したサイトではありません。
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
notice-silent = 🔇 いつもの10倍の時間、新しい投稿がありません: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}ほか{ $more }件
 }
notice-too-dear = ⏸️ **{ $topic }** の購読を止めました。正規表現の照合に時間がかかりすぎます。/購読一覧 で簡単なものに直して再開するまで、通知は届きません。
notice-button = ようす
