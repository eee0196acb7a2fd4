## コマンドの名前
cmd-digest-name = ダイジェスト
cmd-digest-description = トピックのまとめを、決まった時刻にチャンネルへ届けます
cmd-digest-create-name = 作成
cmd-digest-create-description = トピックのまとめが届く時刻と内容を決めます
cmd-digest-list-name = 一覧
cmd-digest-list-description = このサーバーのダイジェストを見ます
cmd-digest-edit-name = 変更
cmd-digest-edit-description = ダイジェストを変更します(ダイジェストだけを指定すると入力欄が開きます)
cmd-digest-pause-name = 一時停止
cmd-digest-pause-description = ダイジェストを一時停止します。停止中のものは再開します
cmd-digest-delete-name = 削除
cmd-digest-delete-description = ダイジェストを削除します(元に戻せます)
cmd-digest-preview-name = プレビュー
cmd-digest-preview-description = いま届くとしたらどうなるかを、自分だけで見ます
cmd-digest-now-name = 今すぐ
cmd-digest-now-description = ダイジェストをいまチャンネルに送ります(予定はそのままです)
opt-digest-digest-name = ダイジェスト
opt-digest-digest-description = どのダイジェストか(入力中に出る候補から選べます)
opt-digest-schedule-name = 頻度
opt-digest-schedule-description = どのくらいの頻度で届けるか
opt-digest-time-name = 時刻
opt-digest-time-description = 例: 8:00、毎時なら :15、毎週なら「月 9:00」、cronなら 0 8 * * 1-5(省略すると8:00)
opt-digest-timezone-name = タイムゾーン
opt-digest-timezone-description = どこの時刻か(例: 東京、ニューヨーク)
opt-digest-channel-name = チャンネル
opt-digest-channel-description = 届ける先(省略するとこのチャンネル)
opt-digest-list-channel-description = このチャンネルのダイジェストだけを見る
opt-digest-topics-name = トピック
opt-digest-topics-description = 「、」か「,」で区切ったトピック(省略するとこのチャンネルで購読中のすべて)
opt-digest-top-name = 件数
opt-digest-top-description = トピックごとに載せる投稿の数(1〜10。省略すると5)
opt-digest-min-rp-name = 最小rp
opt-digest-min-rp-description = このRP数(リポストの数)に届いた投稿だけを載せます
opt-digest-role-name = ロール
opt-digest-role-description = ダイジェストのたびにメンションするロール
opt-digest-alerts-name = 通知
opt-digest-alerts-description = これらのトピックの通知も、このチャンネルに一件ずつ送るか(省略すると送る)
opt-digest-name-name = 名前
opt-digest-name-description = ダイジェストの名前(例: 朝刊)
opt-digest-language-name = 言語
opt-digest-language-description = ダイジェストの言語(省略するとあなたの言語)
choice-recurrence-hourly = 毎時
choice-recurrence-daily = 毎日
choice-recurrence-weekdays = 平日(月〜金)
choice-recurrence-weekly = 毎週
choice-recurrence-custom = 自由に指定(cron)
choice-digest-alerts-on = 通知もダイジェストも送る
choice-digest-alerts-off = ダイジェストだけを送る

## 予定のことば、ダイジェストの名前
digest-schedule-hourly = { $minute ->
    [0] 毎時ちょうど
   *[other] 毎時 { $minute }分
 }
digest-schedule-daily = 毎日 { $time } ({ $city })
digest-schedule-weekdays = 平日 { $time } ({ $city })
digest-schedule-weekly = 毎週{ $day } { $time } ({ $city })
digest-schedule-custom = cron `{ $cron }` ({ $city })
digest-name-morning = 朝刊
digest-name-noon = 昼刊
digest-name-evening = 夕刊
digest-name-hourly = 毎時のまとめ
digest-name-weekly = 週報
digest-name-custom = ダイジェスト
digest-name-of = { $topic } ・ { $paper }

## チャンネルに届くダイジェスト
digest-period = { $start } → { $end }
digest-head-small = { $zone } ・ { $age }まで
digest-late = ⏰ { $time } にお届けするはずだったダイジェストです。ボットが止まっていたため遅れました。
digest-preview = -# あなただけに見えるプレビューです。チャンネルには送っていません。
digest-all-quiet = 🍃 この間は、どのトピックも静かでした。
digest-no-topic-now = 🍃 このチャンネルで購読中のトピックがないため、お届けするものがありません。/購読 で始められます。
digest-quiet = **{ $topic }** ・ 新しい動きはありません
digest-none-passes = **{ $topic }** ・ 条件に合う新しい投稿はありません
digest-awaited = **{ $topic }** ・ まだ一度も見に行っていません。もうすぐ最初の確認をします
digest-broken = **{ $topic }** ・ ⚠️ ソースを読み取れなかったため、新しい動きがあったか分かりません
digest-nothing-shown = ここに出せるものはありません。
digest-trouble = ⚠️ { $place }: { $why }
digest-troubles-more = ⚠️ ほかにも { $count } か所で、うまく読み取れませんでした
digest-volume = { $count }({ $change }) ・ { $source }
digest-change = 前の期間比 { $change }
digest-change-unknown = 前の期間は不明
digest-new = 新着 { $count }件
digest-held = 上限で控えた { $count }件
digest-rp = { $rp } ({ $gained })
digest-rp-unknown = { $rp } (増加は不明)
digest-told = ✅ 速報ずみ
digest-rest = …ほか { $count }件
digest-beyond = このほかの新着 { $count }件
digest-topics-rest = …ほか { $count }トピック
digest-pick-topic = トピックを開く
digest-button-all = すべて見る({ $count })
digest-button-change = ダイジェストの変更

## ダイジェストのすべての投稿
digest-page-title = { $name } ・ 投稿 { $count }件
digest-page-empty = このダイジェストに、いま見られる投稿はありません。

## ダイジェストの内容
digest-done-created = 作成しました。これから { $channel } に届きます。
digest-done-changed = 変更しました。
digest-done-paused = 一時停止しました。再開するまで届きません。
digest-done-resumed = 再開しました。また { $channel } に届きます。
digest-done-sent = { $channel } に送ります。予定はそのままです。
digest-unmentioned = このロールはあなた自身がそのチャンネルでメンションできないため、今回はメンションなしで送ります。
digest-done-held = { $channel } はいま静かな時間です。{ $time } に送ります。予定はそのままです。
digest-done-restored = 元に戻しました。また { $channel } に届きます。
digest-upcoming = 次に届くとき(あなたの時計で):
digest-topics = トピック: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}ほか{ $more }件
 }
digest-topics-all = トピック: このチャンネルで購読中のすべて(いま: { $topics }{ $more ->
    [0] {""}
   *[other] {" "}ほか{ $more }件
 })
digest-top = トピックごとに上位 { $count }件
digest-min-rp = RP { $count } 以上の投稿
digest-any-rp = RP数を問わず
digest-alerts-on = これらのトピックの通知: 一件ずつも送る
digest-alerts-off = これらのトピックの通知: 送らない(ダイジェストにまとめる)
digest-language = ダイジェストの言語: { $language }
digest-made = { $user } が { $when } に作成
digest-deleted-heading = 「{ $name }」を削除しました
digest-deleted-text = { $channel } への送信待ちのものも取り消しました。30日以内なら元に戻せます。
digest-list-heading = ダイジェスト一覧
digest-list-empty = まだダイジェストがありません。/ダイジェスト 作成 で作れます。
digest-list-pick = ダイジェストを選んで見る・変更する
digest-button-edit = 変更
digest-button-pause = 一時停止
digest-button-resume = 再開
digest-button-preview = プレビュー
digest-button-now = 今すぐ送る
digest-button-delete = 削除
digest-button-restore = 元に戻す
deliveries-digest = { $time } のダイジェスト

## 変更の入力欄
digest-form-title = ダイジェストの変更
digest-form-recurrence = 頻度
digest-form-time = 時刻
digest-form-time-hint = 8:00、:15、月 9:00、cronなら 0 8 * * 1-5。{ $zone }
digest-form-topics = トピック
digest-form-topics-hint = 「、」か「,」で区切ります。空欄なら購読中のすべて
digest-form-numbers = トピックごとの件数、最小RP
digest-form-numbers-hint = 例: 「5, 100」なら、RP 100 以上の投稿を上位5件
digest-form-role = メンションするロール

## 断るとき
digest-gone = このダイジェストはもうありません。/ダイジェスト 一覧 で確かめられます。
digest-none = そのダイジェストが見つかりません。入力中に出る候補から選ぶか、/ダイジェスト 一覧 で確かめてください。
digest-quota-server = このサーバーのダイジェストは { $limit } 件までです。使わないものを削除してからお試しください。
digest-quota-channel = このチャンネルのダイジェストは { $limit } 件までです。使わないものを削除するか、別のチャンネルでお試しください。
digest-no-topics = このチャンネルではまだトピックを購読していません。「AI、データセンター」のようにトピックを指定するか、/購読 で始めてください。
digest-topics-many = トピックは { $limit } 個までです({ $count } 個ありました)。減らすか、ダイジェストを分けてください。
digest-feed-unknown = フィードは、購読中のものだけをダイジェストに入れられます。先に /購読 でアドレスを購読してください。
digest-top-range = トピックごとの件数は1から { $limit } までです(例: 5)。
digest-numbers-unclear = 数が分かりません。件数と最小RPを「5, 100」のように書いてください。
digest-time-unclear = 時刻が分かりません。「8:00」「7」「22時30分」のように書いてください。
digest-minute-unclear = 分が分かりません。毎時のダイジェストは「:15」のように、0から59までの分で書いてください。
digest-weekday-unclear = 曜日が分かりません。毎週のダイジェストは「月 9:00」のように、曜日ひとつと時刻で書いてください。
digest-name-long = 名前は { $limit } 文字までです(例: 「朝刊」)。
digest-is-paused = このダイジェストは一時停止中です。/ダイジェスト 一時停止 で再開するか、/ダイジェスト プレビュー で見てください。
digest-restore-late = もう元に戻せません。/ダイジェスト 作成 で作り直してください。
digest-busy = ダイジェストの中身がちょうど変わっているところです。少し待ってからもう一度お試しください。
