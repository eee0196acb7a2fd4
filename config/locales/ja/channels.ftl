## コマンドの名前
cmd-quiet-name = 通知しない時間帯
cmd-quiet-description = チャンネルに通知を送らない時間帯を設定・表示・解除します
cmd-quiet-set-name = 設定
cmd-quiet-set-description = 通知しない時間帯を設定します（その間の通知は、終わってから届きます）
cmd-quiet-show-name = 一覧
cmd-quiet-show-description = このサーバーの通知しない時間帯を表示します
cmd-quiet-off-name = 解除
cmd-quiet-off-description = チャンネルの通知しない時間帯を解除します
opt-quiet-start-name = 開始
opt-quiet-start-description = 通知しない時間帯が始まる時刻（例：22:00、22時）
opt-quiet-end-name = 終了
opt-quiet-end-description = 通知しない時間帯が終わる時刻（例：7:00。開始より早い時刻は翌日）
opt-quiet-timezone-name = タイムゾーン
opt-quiet-timezone-description = タイムゾーン（例：東京、ニューヨーク。省略するとサーバーの設定か東京）
opt-quiet-weekdays-name = 曜日
opt-quiet-weekdays-description = 通知しない時間帯が始まる曜日（例：「平日」「月、水」。省略すると毎日）
opt-quiet-channel-name = チャンネル
opt-quiet-channel-description = 設定するチャンネル（省略するとこのチャンネル）
opt-quiet-show-channel-description = このチャンネルの通知しない時間帯だけを表示

## 通知しない時間帯
quiet-form-title = 通知しない時間帯
quiet-form-start = 開始
quiet-form-end = 終了
quiet-form-timezone = タイムゾーン
quiet-form-weekdays = 曜日
quiet-set-heading = 通知しない時間帯を設定しました
quiet-off-heading = 通知しない時間帯を解除しました
quiet-list-heading = 通知しない時間帯
quiet-list-empty = 通知しない時間帯のあるチャンネルはありません。/通知しない時間帯 設定 で設定できます。
quiet-list-more = ほかに{ $count }チャンネルあります。チャンネルを選ぶと表示できます。
quiet-hours = { $channel }：{ $days }{ $start }〜{ $end }、{ $zone }
quiet-hours-overnight = { $channel }：{ $days }{ $start }〜翌日{ $end }、{ $zone }
quiet-now = 現在、通知しない時間帯です（{ $end }まで）。
quiet-next = 次回：{ $begin }から{ $end }まで
quiet-held = { $count ->
    [0] 待っている通知はまだありません。
   *[other] 現在{ $count }件の通知が待っています。
 }この間の通知は、通知しない時間帯が終わると届きます。
quiet-held-later = この間の通知は失われず、通知しない時間帯が終わると届きます。
quiet-off-text = { $channel }には、いつでも通知が届きます。{ $count ->
    [0] {""}
   *[other] 待っていた通知{ $count }件をこれから送ります。
}
quiet-days-all = 毎日
quiet-days-work = 平日（月〜金）
quiet-days-weekend = 週末（土・日）
quiet-days-some = { $days }曜
quiet-days-between = ・
quiet-day-0 = 月
quiet-day-1 = 火
quiet-day-2 = 水
quiet-day-3 = 木
quiet-day-4 = 金
quiet-day-5 = 土
quiet-day-6 = 日

## できないとき
quiet-time-unclear = 時刻を読み取れません。「22:00」「7」「22時30分」のように、0:00から24:00までで入力してください。
quiet-weekdays-unclear = 曜日を読み取れません。「毎日」「平日」「週末」か、「月、水」のように入力してください。
zone-unknown = タイムゾーンが見つかりません。入力中に出る候補から選ぶか、「東京」「Asia/Tokyo」のように入力してください。
zone-missing = タイムゾーンを選んでください（例：東京、ニューヨーク）。
quiet-endless = このままでは通知しない時間帯が終わりません。開始と終了を違う時刻にするか、曜日を減らしてください。
quiet-none = このチャンネルに通知しない時間帯はありません。/通知しない時間帯 設定 で設定できます。
error-thread-closed = ボットはこのプライベートスレッドに参加していません。スレッドでボットにメンションして追加してから、もう一度お試しください。
perm-manage-threads = スレッドの管理

## 一時停止したものの再開
state-paused-removed = 一時停止中：ボットがサーバーから外されていました。再開できます。
resume-done = ✅ { $channel }で再開しました：{ $topics }{ $more ->
        [0] {""}
       *[other] ほか{ $more }件
    }。これからの新しい投稿を通知します。
resume-nothing = このチャンネルに、再開できるものはもうありません。
resume-needs = { $channel }で、ボットにはまだ「{ $permissions }」の権限が必要です。許可してから、もう一度ボタンを押してください。
resume-hidden = ボットから{ $channel }が見えません。「{ perm-view-channel }」を許可してから、もう一度ボタンを押してください。
resume-left = ボットはもうそのサーバーにいません。先にもう一度招待してください。
resume-stranger = 再開できるのは、そのサーバーのメンバーだけです。
