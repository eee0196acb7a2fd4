## コマンドの名前
cmd-digest-name = ダイジェスト
cmd-digest-description = トピックの人気の投稿を、決まった時刻にチャンネルに届けます
cmd-digest-create-name = 作成
cmd-digest-create-description = ダイジェストを作成します（届ける時刻、トピック、件数などを決めます）
cmd-digest-list-name = 一覧
cmd-digest-list-description = このサーバーのダイジェストを表示します
cmd-digest-edit-name = 編集
cmd-digest-edit-description = ダイジェストを編集します（ダイジェストだけを選ぶとフォームが開きます）
cmd-digest-pause-name = 一時停止
cmd-digest-pause-description = ダイジェストを一時停止します。一時停止中のものは再開します
cmd-digest-delete-name = 削除
cmd-digest-delete-description = ダイジェストを削除します（元に戻せます）
cmd-digest-preview-name = プレビュー
cmd-digest-preview-description = 今送ると何が届くかを表示します（自分だけに見えます）
cmd-digest-now-name = 今すぐ
cmd-digest-now-description = ダイジェストを今すぐチャンネルに送ります（次回以降の予定は変わりません）
opt-digest-digest-name = ダイジェスト
opt-digest-digest-description = どのダイジェストか（入力中に出る候補から選べます）
opt-digest-schedule-name = 頻度
opt-digest-schedule-description = どのくらいの頻度で届けるか
opt-digest-time-name = 時刻
opt-digest-time-description = 例：8:00、毎時なら「:15」、毎週なら「月 9:00」、cronなら「0 8 * * 1-5」（省略すると8:00）
opt-digest-timezone-name = タイムゾーン
opt-digest-timezone-description = タイムゾーン（例：東京、ニューヨーク。新しいダイジェストで省略するとサーバーの設定か東京）
opt-digest-channel-name = チャンネル
opt-digest-channel-description = ダイジェストを送るチャンネル（省略するとこのチャンネル）
opt-digest-list-channel-description = このチャンネルのダイジェストだけを表示
opt-digest-topics-name = トピック
opt-digest-topics-description = 「、」か「,」で区切ったトピック（省略するとこのチャンネルで購読中のすべて）
opt-digest-top-name = 件数
opt-digest-top-description = トピックごとの投稿の数（1〜10件、省略するとサーバーの初期設定）
opt-digest-min-rp-name = 最小rp
opt-digest-min-rp-description = リポスト数がこの数以上の投稿だけを載せます
opt-digest-role-name = ロール
opt-digest-role-description = ダイジェストのたびにメンションするロール
opt-digest-alerts-name = 通知
opt-digest-alerts-description = このチャンネルに、これらのトピックの通知も送るか（省略するとサーバーの初期設定）
opt-digest-name-name = 名前
opt-digest-name-description = ダイジェストの名前（例：朝刊）
opt-digest-language-name = 言語
opt-digest-language-description = ダイジェストの言語（省略するとサーバーの言語、未設定ならあなたの言語）
choice-recurrence-hourly = 毎時
choice-recurrence-daily = 毎日
choice-recurrence-weekdays = 平日（月〜金）
choice-recurrence-weekly = 毎週
choice-recurrence-custom = カスタム（cron）
opt-digest-rising-name = 急上昇
opt-digest-rising-description = 各ソースで増えているトピックも載せるか（省略すると載せません）
choice-digest-rising-on = 増えているトピックも載せる
choice-digest-rising-off = ダイジェストのトピックのみ
choice-digest-alerts-on = 通知とダイジェスト
choice-digest-alerts-off = ダイジェストのみ

## 予定のことば、ダイジェストの名前
digest-schedule-hourly = { $minute ->
    [0] 毎時0分
   *[other] 毎時{ $minute }分
 }
digest-schedule-daily = 毎日{ $time }（{ $city }）
digest-schedule-weekdays = 平日{ $time }（{ $city }）
digest-schedule-weekly = 毎週{ $day }{ $time }（{ $city }）
digest-schedule-custom = cron `{ $cron }`（{ $city }）
digest-name-morning = 朝刊
digest-name-noon = 昼刊
digest-name-evening = 夕刊
digest-name-hourly = 毎時版
digest-name-weekly = 週刊
digest-name-custom = ダイジェスト
digest-name-of = { $topic } ・ { $paper }

## チャンネルに届くダイジェスト
digest-period = { $start } → { $end }
digest-head-small = { $zone } ・ { $age }まで
digest-late = ⏰ { $time }のダイジェストです。ボットが停止していたため、遅れて届きました。
digest-preview = -# あなただけに見えるプレビューです。チャンネルには送っていません。
digest-all-quiet = 🍃 どのトピックにも新しい投稿はありません。
digest-no-topic-now = 🍃 このチャンネルで購読中のトピックがないため、表示する投稿がありません。/購読 で購読できます。
digest-quiet = **{ $topic }** ・ 新しい投稿はありません
digest-none-passes = **{ $topic }** ・ 条件に合う新しい投稿はありません
digest-awaited = **{ $topic }** ・ まだ確認していません。まもなく最初の確認をします
digest-broken = **{ $topic }** ・ ⚠️ 今は読み取れないため、新しい投稿があるかわかりません
digest-nothing-shown = これらの投稿は、このチャンネルでは表示できません。
digest-trouble = ⚠️ { $endpoint }：{ $why }
digest-troubles-more = ⚠️ ほか{ $count }件のソースでも問題が起きています
digest-volume = { $count }（{ $change }） ・ { $source }
digest-change = 前の期間比{ $change }
digest-change-unknown = 前の期間は不明
digest-new = 新しい投稿{ $count }件
digest-held = 1時間の上限を超えた{ $count }件
digest-order = リポストの増えた順
digest-rp = { $rp }（{ $gained }）
digest-rp-unknown = { $rp }（増減は不明）
digest-alerted = ✅ 通知済み
digest-rest = …ほか{ $count }件
digest-beyond = ほかの新しい投稿{ $count }件
digest-topics-rest = …ほか{ $count }トピック
digest-pick-topic = トピックを選んで開く
digest-button-all = すべて表示（{ $count }）
digest-button-change = ダイジェストを編集

## ダイジェストのすべての投稿
digest-page-title = { $name } ・ 投稿{ $count }件
digest-page-empty = このダイジェストに表示できる投稿はもうありません。

## ダイジェストの内容
digest-done-created = ダイジェストを作成しました。{ $channel }に届きます。
digest-done-changed = ダイジェストを変更しました。
digest-done-paused = ダイジェストを一時停止しました。再開するまで届きません。
digest-done-resumed = ダイジェストを再開しました。また{ $channel }に届きます。
digest-done-sent = { $channel }に今すぐ送ります。次回以降の予定は変わりません。
digest-unmentioned = そのチャンネルでこのロールにメンションする権限があなたにないため、今回はメンションなしで送ります。
digest-done-held = { $channel }は通知しない時間帯のため、{ $time }に送ります。次回以降の予定は変わりません。
digest-done-restored = ダイジェストを元に戻しました。また{ $channel }に届きます。
digest-upcoming = 次回以降（あなたのタイムゾーン）：
digest-upcoming-time = { $time }（{ $age }）
digest-topics = トピック：{ $topics }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
 }
digest-topics-all = トピック：このチャンネルで購読中のすべて（現在：{ $topics }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
 }）
digest-top = トピックごとに上位{ $count }件
digest-min-rp = リポスト{ $count }件以上の投稿
digest-any-rp = リポスト数の条件なし
digest-alerts-on = これらのトピックの通知：送る
digest-alerts-off = これらのトピックの通知：送らない（ダイジェストのみ）
digest-language = ダイジェストの言語：{ $language }
digest-made = { $when }に{ $user }が作成
digest-deleted-heading = 「{ $name }」を削除しました
digest-deleted-text = { $channel }への送信待ちのものも取り消しました。30日以内なら元に戻せます。
digest-list-heading = ダイジェスト一覧
digest-list-empty = ダイジェストはまだありません。/ダイジェスト 作成 で作成できます。
digest-list-pick = ダイジェストを選んで表示・編集
digest-rising-on = 各ソースで増えているトピックも載せる
digest-rising = 📈 ほかに増えているトピック：{ $topics }
digest-rising-topic = **{ $topic }**（{ $source }{ $more ->
    [0] {""}
   *[other] 、ほか{ $more }か所
}）
digest-button-rising-on = 増えているトピックも載せる
digest-button-rising-off = 増えているトピックを載せない
digest-button-edit = 編集
digest-button-pause = 一時停止
digest-button-resume = 再開
digest-button-preview = プレビュー
digest-button-now = 今すぐ送信
digest-button-delete = 削除
digest-button-restore = 元に戻す
deliveries-digest = { $time }のダイジェスト

## 編集フォーム
digest-form-title = ダイジェストを編集
digest-form-title-new = 新しいダイジェスト
digest-form-timezone = タイムゾーン
digest-form-name = 名前
digest-button-list = ダイジェスト一覧
digest-form-recurrence = 頻度
digest-form-time = 時刻
digest-form-time-hint = 「8:00」「:15」「月 9:00」、cronなら「0 8 * * 1-5」のように入力します。{ $zone }
digest-form-topics = トピック
digest-form-topics-hint = 「、」か「,」で区切ります。空欄にすると、このチャンネルで購読中のすべて
digest-form-numbers = トピックごとの件数、最小RP
digest-form-numbers-hint = 例：「5, 100」なら、リポスト100件以上の投稿を上位5件
digest-form-role = メンションするロール

## できないとき
digest-gone = このダイジェストはもうありません。/ダイジェスト 一覧 で確認してください。
digest-none = そのダイジェストが見つかりません。入力中に出る候補から選ぶか、/ダイジェスト 一覧 で確認してください。
digest-several = 同じ名前のダイジェストがいくつかあります。入力中に出る候補から選んでください。
digest-quota-server = このサーバーで作成できるダイジェストは{ $limit }件までです。不要なものを削除してから、もう一度お試しください。
digest-quota-channel = このチャンネルで作成できるダイジェストは{ $limit }件までです。不要なものを削除するか、別のチャンネルをお使いください。
digest-no-topics = このチャンネルではまだトピックを購読していません。「トピック」に「AI、データセンター」のように入力するか、/購読 で購読してください。
digest-topics-many = トピックは{ $limit }個までです（入力されたトピックは{ $count }個）。減らすか、ダイジェストを分けてください。
digest-feed-unknown = ダイジェストに入れられるフィードは、購読中のものだけです。先に /購読 でフィードのアドレスを購読してください。
digest-top-range = トピックごとの件数は、1から{ $limit }までの数で入力してください（例：5）。
digest-numbers-unclear = 数を読み取れません。件数と最小RPを「5, 100」のように入力してください。
digest-time-unclear = 時刻を読み取れません。「8:00」「7」「22時30分」のように入力してください。
digest-minute-unclear = 分を読み取れません。毎時のダイジェストは「:15」のように、0から59までの分を入力してください。
digest-weekday-unclear = 曜日を読み取れません。毎週のダイジェストは「月 9:00」のように、曜日を1つと時刻を入力してください。
digest-name-long = 名前は{ $limit }文字までです（例：「朝刊」）。
digest-is-paused = このダイジェストは一時停止中です。/ダイジェスト 一時停止 で再開するか、/ダイジェスト プレビュー で内容を確認してください。
digest-restore-late = もう元に戻せません。/ダイジェスト 作成 で作成し直してください。
digest-busy = このダイジェストの投稿が更新されている最中です。しばらくしてからもう一度お試しください。
