## コマンドの名前
cmd-quiet-name = 静かな時間
cmd-quiet-description = チャンネルに通知を送らない時間を、設定・一覧・解除します
cmd-quiet-set-name = 設定
cmd-quiet-set-description = 静かな時間を決めます。その間の通知は、終わってからまとめて届きます
cmd-quiet-show-name = 一覧
cmd-quiet-show-description = このサーバーの静かな時間を見ます
cmd-quiet-off-name = 解除
cmd-quiet-off-description = チャンネルの静かな時間をやめます
opt-quiet-start-name = 開始
opt-quiet-start-description = 静かになる時刻(例: 22:00、22時)
opt-quiet-end-name = 終了
opt-quiet-end-description = 静かな時間が終わる時刻(例: 7:00。開始より早い時刻は翌日)
opt-quiet-timezone-name = タイムゾーン
opt-quiet-timezone-description = どこの時刻か(例: 東京、ニューヨーク。省略すると東京)
opt-quiet-weekdays-name = 曜日
opt-quiet-weekdays-description = 静かな時間が始まる曜日(例: 平日、「月、水」。省略すると毎日)
opt-quiet-channel-name = チャンネル
opt-quiet-channel-description = 静かにするチャンネル(省略するとこのチャンネル)
opt-quiet-show-channel-description = このチャンネルの静かな時間だけを見る

## 静かな時間
quiet-set-heading = 静かな時間を決めました
quiet-off-heading = 静かな時間をやめました
quiet-list-heading = 静かな時間
quiet-list-empty = 静かな時間のあるチャンネルはありません。/静かな時間 設定 で決められます。
quiet-list-more = ほかに { $count } チャンネルあります。チャンネルを指定すると見られます。
quiet-hours = { $channel }: { $days } { $start }〜{ $end } { $zone }
quiet-hours-overnight = { $channel }: { $days } { $start }〜翌日{ $end } { $zone }
quiet-now = いまは静かな時間です({ $end } まで)。
quiet-next = 次は { $begin } から { $end } までです。
quiet-held = { $count ->
    [0] 待っている通知はまだありません。
   *[other] いま { $count } 件の通知が待っています。
 }静かな間の通知は、終わるとまとめて届きます。
quiet-held-later = 静かな間の通知は消えずに、終わるとまとめて届きます。
quiet-off-text = { $channel } には、いつでも通知が届きます。{ $count ->
    [0] {""}
   *[other] 待っていた { $count } 件をこれから送ります。
}
quiet-days-all = 毎日
quiet-days-work = 平日(月〜金)
quiet-days-weekend = 週末(土・日)
quiet-days-some = { $days }曜
quiet-days-between = ・
quiet-day-0 = 月
quiet-day-1 = 火
quiet-day-2 = 水
quiet-day-3 = 木
quiet-day-4 = 金
quiet-day-5 = 土
quiet-day-6 = 日

## 断るとき
quiet-time-unclear = 時刻が分かりません。「22:00」「7」「22時30分」のように、0:00から24:00までで書いてください。
quiet-weekdays-unclear = 曜日が分かりません。「毎日」「平日」「週末」か、「月、水」のように書いてください。
zone-unknown = タイムゾーンが分かりません。入力中に出る候補から選ぶか、「東京」「Asia/Tokyo」のように書いてください。
zone-missing = どこの時刻かを選んでください(例: 東京、ニューヨーク)。
quiet-endless = それでは静かな時間が終わりません。開始と終了を違う時刻にするか、曜日を減らしてください。
quiet-none = このチャンネルに静かな時間はありません。
error-thread-closed = ボットはこの非公開スレッドに入っていません。スレッドでボットにメンションして招待してから、もう一度お試しください。
perm-manage-threads = スレッドの管理

## 止まった購読の再開
state-paused-removed = 停止中: ボットがサーバーから外されていました。再開できます。
resume-done = { $channel } への配信を再開しました: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}ほか{ $more }件
    }。いまから先の投稿を通知します。
resume-nothing = このチャンネルに、再開できるものはもうありません。
resume-needs = { $channel } で、ボットにまだ「{ $permissions }」の権限がありません。許可してから、もう一度押してください。
resume-hidden = チャンネル({ $channel })がボットに見えません。「{ perm-view-channel }」を許可してから、もう一度押してください。
resume-left = ボットはもうそのサーバーにいません。
resume-stranger = そのサーバーのメンバーだけが再開できます。
