## コマンドの名前
cmd-why-name = 理由
cmd-why-description = 投稿がチャンネルに通知された理由、されなかった理由を確認します
opt-why-post-name = 投稿
opt-why-post-description = 投稿のリンクかID
opt-why-channel-name = チャンネル
opt-why-channel-description = 調べるチャンネル（省略するとこのチャンネル）

## 答え
why-answer-sent-at = ✅ **{ $channel }に通知しました**（{ $at }）：[メッセージを見る]({ $link })
why-answer-sent = ✅ **{ $channel }に通知しました。**
why-answer-sent-counted = ✅ **{ $channel }に「ほかN件」として通知しました。**
why-answer-sent-story = ✅ **{ $channel }に、別の投稿の通知にまとめて通知しました。**
why-answer-not-sent = ❌ **{ $channel }には通知していません。**
why-answer-not-yet = 🕒 **{ $channel }にはまだ通知していません。**
why-answer-unknown = ❓ **{ $channel }に届いたかどうか不明です。**
why-answer-hidden = 🙈 **非表示です。**
why-answer-of = { $route }：
why-ways = ほかのトピックやソースが{ $count }件あります（「詳細」に表示）。
why-button-details = 詳細
why-details = 詳細

## 投稿ではないもの
why-post-empty = 投稿のリンクかIDを入力してください。
why-is-channel = それは投稿ではなくチャンネルです。投稿のリンクかIDを入力してください。ほかのチャンネルについて調べるには「チャンネル」に指定してください。
why-is-topic = 「{ $topic }」は投稿ではなくトピックです。投稿は /トレンド で表示できます。投稿のリンクかIDを入力してください。
why-is-text = 「{ $topic }」はリンクでもIDでもありません。投稿のリンクかIDを入力してください。話題の投稿は /トレンド で表示できます。
why-is-surge = { $topic }の投稿が、この時間帯のいつもの{ $times }倍だったため通知しました（1時間に約{ $usual }{ $people ->
    [yes] 人
   *[no] 件
}のところ{ $shown }{ $people ->
    [yes] 人
   *[no] 件
}）。個々の投稿については、投稿のリンクかIDを入力してください。
why-is-message = そのメッセージには、このボットが届けた投稿がありません。投稿のリンクかIDを入力してください。

## 各段階
why-reposts = リポスト{ $rp }件
why-reposts-unknown = リポスト数不明
why-nowhere = { $channel }のトピックでは、どのソースでもこの投稿は見つかっていません。
why-no-topics = { $channel }はトピックを購読していません。
why-unseen = 見つからなかったところ
why-unseen-line = { $route }：{ $last }
why-more = -# … ほか{ $count }件
why-topic-unknown = 記録の残っていないトピック
why-not-polled = まだ確認していません
why-not-seen = 最終確認：{ $polled }
why-not-read = 最終確認：{ $polled }（今はソースを読み取れません）
why-never-read = まだ一度もソースを読み取れていません
why-space = {""}
why-seen-with = { $at }に{ $reposts }で見つけました。
why-seen = { $at }に見つけました。
why-rp-first = 最初は{ $reposts }（{ $at }時点）。
why-rp-now = { $reposts }（{ $at }時点）。
why-rp-now-unknown = リポスト数不明（{ $at }時点）。
why-rp-highest = 最大は{ $reposts }。
why-gone = ソースにはもうありません（{ $at }時点）。
why-by-person = 「メッセージの管理」権限のある人
why-by-operator = ボットの運営者
why-by-source = ソース（元の投稿の削除）
why-hidden-here = { $at }にこのサーバーで非表示になったため（{ $by }）、もう通知しません。
why-hidden-everywhere = { $at }にすべてのサーバーで非表示になったため（{ $by }）、もう通知しません。
why-sent-by-other = { $route }から通知しています。同じ投稿の通知は一度だけです。
why-paused-by-user = 購読が一時停止中です。
why-paused-forbidden = ボットがチャンネルに書き込めないため、購読が一時停止中です。
why-paused-refused = チャンネルが続けてメッセージを受け付けなかったため、購読が一時停止中です。
why-paused-not-found = チャンネルが見つからないため、購読が一時停止中です。
why-paused-removed = ボットがサーバーから外されたため、購読が一時停止中です。
why-paused-too-dear = 正規表現の処理に時間がかかりすぎるため、購読が一時停止中です。
why-baseline-first-look = 最初に確認したとき（{ $at }）からあったため、新着として扱いません。
why-baseline-subscribed = 購読したとき（{ $at }）からあったため、新着として扱いません。
why-baseline-resumed = 購読を再開したとき（{ $at }）からあったため、新着として扱いません。
why-baseline-rule-changed = 購読を編集したとき（{ $at }）からあったため、新着として扱いません。
why-baseline-muted = 購読がミュート中でした（{ $at }）。あとからも通知しません。
why-baseline-digest = このトピックは通知の代わりにダイジェストで届ける設定でした（{ $at }）。ダイジェストに含まれます。
why-will-be-first-look = 条件に合いますが、最初の確認で見つけた投稿は新着として扱いません。
why-will-be-muted = 条件に合いますが、購読がミュート中です。あとからも通知しません。
why-will-be-digest = 条件に合いますが、このトピックは通知の代わりにダイジェストで届ける設定です。
why-below = { $reposts }で、最小リポスト数は{ $minimum }件です。
why-below-pace = { $reposts }です。{ $at }の時点で、今日の通知に入るには{ $minimum }件が必要でした（{ $sent }件を通知済み、1日およそ{ $pace }件）。
why-pace-spent = 今日の通知はすでに送りました（{ $sent }件、1日およそ{ $pace }件）。
why-needed = このとき{ $minimum }件が必要でした。
why-rp-unknown = リポスト数が不明なため、最小リポスト数（{ $minimum }件）に届いたか判断できません。
why-excluded = 除く言葉を含んでいます：{ $words }
why-not-included = 含む言葉がどれもありません：{ $words }
why-other-language = 選んだ言語の投稿ではありません：{ $words }
why-author-muted = この購読では、この投稿者をミュートしています。
why-sensitive = 閲覧注意の投稿で、この購読では除いています。
why-by-bot = 投稿者がボットで、この購読は人の投稿のみです。
why-below-velocity = 伸びはこれまで最大で1時間に{ $peak }件で、購読の条件は{ $minimum }件以上です。
why-velocity-unknown = 90分以内に2回リポスト数を確認できていないため、伸びが不明です。購読の条件は1時間に{ $minimum }件以上です。
why-too-old = 条件に合ったときに{ $hours }時間より前の投稿だったため（{ $published }に投稿）、新着として通知しません。
why-passes = 通知を妨げるものはありません。次の確認で見つかれば通知します。
why-decided-new = { $at }に、新着の投稿として条件に合いました（{ $reposts }）。
why-decided-rose = { $at }に、最小リポスト数を突破して条件に合いました（{ $reposts }）。
why-held-ceiling = 1時間の上限を超えたため、「ほかN件」に数えました。
why-held-catch-up = 一度に多くの投稿が届いたため、「ほかN件」に数えました。
why-held-story = 別の投稿と同じ内容のため、その投稿の通知にまとめました。
why-same-story = 同じ内容の投稿：{ $post }
why-waits = 順番を待っています。
why-waits-until = { $until }まで待っています。「ほかN件」の通知は1時間おきです。
why-waits-quiet = 通知しない時間帯が終わるのを待っています（{ $until }）。
why-on-the-way = 送信中です（試した回数：{ $count }）。
why-unclear = { $reason }「チャンネルの管理」権限のある人が /配信状況 で決められます。
why-given-up = 送れませんでした。{ $reason }「チャンネルの管理」権限のある人が /配信状況 でもう一度試せます。
why-sent = { $at }に通知しました：[メッセージを見る]({ $link })
why-sent-said = 届いています（{ $at }、/配信状況 での確認による）。
why-sent-removed = { $at }に通知しました。メッセージは{ $removed }に削除されました。
why-at-unknown = 時刻不明
why-dropped = 送信の前に取り消されました。
why-dropped-hidden = 送信の前に投稿が非表示になりました。
why-dropped-paused = 送信の前に購読が一時停止されました。
why-dropped-unsubscribed = 送信の前に購読が解除されました。
why-forgotten = その後の記録はもう残っていません。
