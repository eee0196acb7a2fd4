## コマンドの名前
cmd-deliveries-name = 配信状況
cmd-deliveries-description = 送信待ちの通知や、届いたかわからない通知、送れなかった通知を確認して対応します

## 配信が滞る理由
reason-unknown = 理由は不明です。
reason-deleted = 届いたあと、チャンネルで削除されました。
reason-hidden = 送る前に、含まれる投稿がすべて非表示になりました。
reason-stuck = ほかのメッセージは届くのに、このメッセージだけDiscordが毎回エラーを返します。Discordには大きすぎるのかもしれません。ここでできることはありません。
reason-server-away = 現在、Discord側でこのサーバーを利用できません。
reason-not-found = メッセージがチャンネルに見つかりません。
reason-history = このチャンネルで届いたかどうかを確認するには、ボットに「{ perm-read-message-history }」の権限が必要です。
reason-crowded = その後の書き込みが多く、届いたかどうか確認できません。
reason-headless = このフォーラムの投稿の最初のメッセージが削除されたため、届いたかどうかを確認できません。
reason-no-forum = このチャンネルはフォーラムではなくなりました。
reason-login = Discordがボットのトークンを受け付けません。ボットの運営者による対応が必要です。
reason-forbidden = ボットに、このチャンネルへ投稿する権限がありません。
reason-timed-out = このサーバーのモデレーターがボットをタイムアウトしました。タイムアウトが終わると再開します。
reason-channel-gone = チャンネルか、その中のメッセージがもうありません。
reason-busy = Discordから、待つように指示されています。
reason-discord = Discordで問題が発生していました。
reason-filtered = 投稿の言葉やリンクが原因で、このサーバーのAutoModまたはDiscordがメッセージを受け付けませんでした。
reason-refused = Discordがこのメッセージを受け付けませんでした。
reason-unreachable = Discordに接続できないか、時間内に応答がありませんでした。

## /配信状況
deliveries-title = 配信状況
deliveries-none = ✅ 正常です。送信待ちの通知も、送れなかった通知もありません。
deliveries-count-waiting = 待機中：{ $count }
deliveries-count-on-the-way = 送信中：{ $count }
deliveries-count-uncertain = 未確認：{ $count }
deliveries-count-given-up = 失敗：{ $count }
deliveries-count-take-downs = 削除失敗：{ $count }
deliveries-section-uncertain = ❓ 届いたかどうか不明
deliveries-section-given-up = ⛔ 送信失敗
deliveries-section-take-downs = 🧹 非表示にできなかった投稿
deliveries-section-on-the-way = 📨 送信中
deliveries-section-waiting = 🕒 待機中
deliveries-uncertain-hint = -# チャンネルを確認してください。届いているのにもう一度送ると、二重になります。
deliveries-deleted-hint = -# 再試行すると、削除されたメッセージがもう一度届きます。
deliveries-empty = 含まれる投稿がすべて非表示になったため、送るものがありません。
deliveries-take-down-hint = -# ボットの権限を元に戻すか、メッセージを直接削除してください：{ $link }
deliveries-tries = これまでの試行：{ $count }回
deliveries-next = 次の試行：{ $time }
deliveries-more = …ほか{ $count }件
deliveries-summary = ほか{ $count }件（1行の通知）
deliveries-notice = ソースの状態についてのお知らせ
deliveries-queue = { $channel }：{ $count }件（最も古いもの：{ $since }）
deliveries-queue-held = { $channel }：{ $count }件（最も古いもの：{ $since }）、{ $until }まで待機（通知しない時間帯か、1時間の上限のため）
deliveries-button-arrived = 届いている
deliveries-button-again = 再送信
deliveries-button-retry = 再試行
deliveries-button-reload = 更新
deliveries-done-arrived = ✅ 届いたものとして記録しました。再送信はしません。
deliveries-done-again = ✅ もう一度送ります。
deliveries-channel-gone = ボットからこのチャンネルが見つからないため、送れません。
deliveries-settled = これはすでに対応済みです。/配信状況 を開き直して、現在の状態を確認してください。

deliveries-answer = /トレンド の回答
deliveries-button-take-downs = 削除を再試行
deliveries-done-take-downs = ✅ 非表示の投稿の削除を再試行しています。
