## コマンドの名前
cmd-deliveries-name = 配信状況
cmd-deliveries-description = 待っている通知、届いたか分からない通知、送れなかった通知を見て、どうするかを決めます

## 配信が滞る理由
reason-unknown = 理由は分かっていません。
reason-deleted = 一度届きましたが、チャンネルで削除されました。
reason-hidden = 送る前に、中の投稿がすべて取り下げられました。
reason-stuck = ほかの投稿は届くのに、この投稿だけDiscordが毎回エラーを返します。Discordには重すぎるのかもしれません。ここでできることはありません。
reason-server-away = Discordが今このサーバーの応答を返していません。
reason-not-found = メッセージがチャンネルの中に見つかりません。
reason-history = ボットがこのチャンネルのメッセージ履歴を読めないため、届いたかどうか分かりません。
reason-crowded = その後の書き込みが多く、届いたかどうか確かめられません。
reason-login = Discordがボットのトークンを受け付けません。ボットの管理者が直す必要があります。
reason-forbidden = ボットがこのチャンネルに書き込めません。
reason-channel-gone = チャンネルか、その中のメッセージがもうありません。
reason-busy = Discordから、少し待つように言われています。
reason-discord = Discord側で問題が起きていました。
reason-refused = Discordがこのメッセージを受け付けませんでした。
reason-unreachable = Discordにつながらないか、時間内に答えがありませんでした。

## /配信状況
deliveries-title = 配信状況
deliveries-none = 待っている通知も、うまくいかなかった通知もありません。
deliveries-count-waiting = 待機 { $count }
deliveries-count-on-the-way = 送信中 { $count }
deliveries-count-uncertain = 不明 { $count }
deliveries-count-given-up = 断念 { $count }
deliveries-count-take-downs = 取り下げ失敗 { $count }
deliveries-section-uncertain = ❓ 届いたかどうか分かりません
deliveries-section-given-up = ⛔ 送るのをあきらめました
deliveries-section-take-downs = 🧹 取り下げられませんでした
deliveries-section-on-the-way = 📨 送っているところです
deliveries-section-waiting = 🕒 待っています
deliveries-uncertain-hint = -# チャンネルを確かめてください。届いているのにもう一度送ると、二重になります。
deliveries-deleted-hint = -# もう一度送ると、削除されたものがまた表示されます。
deliveries-empty = 中の投稿はすべて取り下げられたので、送るものがありません。
deliveries-take-down-hint = -# ボットの権限を戻すか、メッセージを直接削除してください: { $link }
deliveries-tries = これまでに試した回数: { $count }
deliveries-next = 次に試すとき: { $time }
deliveries-more = … ほか { $count } 件
deliveries-summary = { $count } 件をまとめた一行
deliveries-notice = ソースの調子のお知らせ
deliveries-queue = { $channel }: { $count } 件(いちばん古いもの: { $since })
deliveries-queue-held = { $channel }: { $count } 件(いちばん古いもの: { $since })、{ $until } まで待機(静かな時間、またはまとめの間隔)
deliveries-button-arrived = 届いている
deliveries-button-again = もう一度送る
deliveries-button-retry = もう一度試す
deliveries-button-look = 更新
deliveries-done-arrived = ✅ 届いたものとして記録しました。もう送りません。
deliveries-done-again = ✅ もう一度送ります。
deliveries-channel-gone = このチャンネルがボットから見つからないため、送れません。
deliveries-settled = これはもう片付いています。/配信状況 を開き直して、いまのようすを見てください。

deliveries-answer = /trend の回答
deliveries-button-take-downs = 取り下げを今すぐやり直す
deliveries-done-take-downs = 取り下げをやり直しています。
