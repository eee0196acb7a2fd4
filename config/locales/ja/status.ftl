## コマンドの名前
cmd-status-name = 状態
cmd-status-description = このサーバーのトピックのソースが正常かどうかを確認します

## /状態（要約）
time-just-now = たった今
status-none = このサーバーではまだトピックを購読していません。/購読 で始められます。
status-all-ok = 🟢 { $count }件のトピックはすべて正常です（最終確認：{ $last }）。
status-some-ok = 🟢 { $count }件のトピックは正常です（最終確認：{ $last }）。
status-some-unwell = 🟡 { $count }件のトピックに問題があります：
status-some-unchecked = ⚪ { $count }件のトピックはまだ確認していません。
status-off = ⚪ ボットの運営者が **{ $source }** を無効にしているため、{ $count }件のトピックはそこでは確認しません。
status-waiting = { $waiting }件の通知が送信待ちです。
status-uncertain = { $uncertain }件のメッセージは届いたかどうか不明です。/配信状況 で確認できます。
status-button-details = 詳細
status-button-brief = 要約

## /状態（詳細）
status-title = 状態
status-source = { $mark } **{ $source }**：{ $topics ->
    [0] トピックなし
   *[other] { $topics }件のトピック
}{ $degraded ->
    [0] {""}
   *[other] 、一部取得不可{ $degraded }件
}{ $down ->
    [0] {""}
   *[other] 、応答なし{ $down }件
}{ $unchecked ->
    [0] {""}
   *[other] 、未確認{ $unchecked }件
}
status-source-quiet = いつもより静かなトピック：{ $count }件
status-health-ok = 正常
status-health-degraded = 一部取得不可
status-health-down = 応答なし
status-health-quiet = いつもより静か
status-health-unfit = このソースでは検索できません
status-since = { $since }から{ $health }
status-checked = 最終確認：{ $last }
status-unchecked = まだ確認していません
status-next = 次の確認：{ $next }
status-unwell-title = 問題のあるトピック
status-unchecked-title = まだ確認していないトピック
status-ok-title = 正常なトピック
status-backup = データベースの最後のバックアップ：{ $last }
status-backup-none = データベースのバックアップはまだありません
status-backup-failed = 前回はデータベースをバックアップできませんでした（ログを見てください）
status-processes-title = ボットのプロセス
status-shards = シャード{ $shards }
status-seen = 最終報告：{ $last }
status-more = … ほか{ $count }件
status-queue = 送信待ち{ $waiting }件 ・ 送信中{ $sealed }件 ・ 未確認{ $uncertain }件
status-bot = 瓦版（{ $version }）
status-started = { $time }に起動
status-latency = Discordの応答：{ $ms }ミリ秒
status-spent = 今日の読み取り：{ $spent }/{ $limit }（UTCの1日）
