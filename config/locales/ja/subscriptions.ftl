## コマンドの名前
cmd-subscribe-name = 購読
cmd-subscribe-description = トピックの投稿が伸びたとき、このチャンネルに通知します
cmd-subscriptions-name = 購読一覧
cmd-subscriptions-description = このサーバーの購読を表示し、編集・一時停止・解除します
cmd-unsubscribe-name = 購読解除
cmd-unsubscribe-description = トピックの購読を解除します（元に戻せます）
opt-sub-topic-name = トピック
opt-sub-topic-description = 購読するキーワード（例：データセンター）か、フィードのアドレス
opt-sub-channel-name = チャンネル
opt-sub-channel-description = 通知を送るチャンネル（省略するとこのチャンネル）
opt-sub-pace-name = 1日の件数
opt-sub-pace-description = 1日およそ何件を通知するか。リポスト数の多い順に選びます（最小rpも省略するとサーバーの初期設定）
opt-sub-min-rp-name = 最小rp
opt-sub-min-rp-description = リポスト数がこれ以上の投稿だけを通知します
opt-sub-role-name = ロール
opt-sub-role-description = 通知のたびにメンションするロール
opt-sub-include-name = 含む言葉
opt-sub-include-description = どれかを含む投稿だけを通知します（「、」か「,」で区切る。/…/は正規表現）
opt-sub-exclude-name = 除く言葉
opt-sub-exclude-description = どれかを含む投稿は通知しません（「、」か「,」で区切る。/…/は正規表現）
opt-sub-source-name = ソース
opt-sub-source-description = 投稿のソース（省略するとすべて）
opt-sub-language-name = 言語
opt-sub-language-description = 通知の言語（省略するとサーバーの言語、未設定ならあなたの言語）
opt-sub-people-only-name = 人の投稿のみ
opt-sub-people-only-description = 自らボットと示しているアカウントの投稿を除きます（省略すると「はい」）
opt-sub-fold-name = 同じ内容をまとめる
opt-sub-fold-description = 同じ内容の投稿を1つの通知にまとめます（省略するとサーバーの初期設定）
opt-sub-media-name = 画像
opt-sub-media-description = 投稿の画像と投稿者のプロフィール画像を表示します（省略するとサーバーの初期設定）
opt-sub-velocity-name = 伸び
opt-sub-velocity-description = 1時間にリポストがこれ以上増えている投稿だけを通知します（省略すると問わない）
opt-subs-channel-description = このチャンネルの購読だけを表示
opt-unsub-topic-description = 購読を解除するトピック
opt-unsub-channel-description = 購読しているチャンネル（省略するとこのチャンネル）
choice-language-ja = 日本語
choice-language-en = English

## 購読したとき
subscribed-heading = 「{ $topic }」を購読しました
subscribed-where = 次の条件に合う投稿を、{ $channel }に1回ずつ通知します。
subscribed-pace = 次の条件に合う投稿のうちリポスト数の多いものを、{ $channel }に1日およそ{ $pace }件、1回ずつ通知します。
subscribed-asked = { $source }：{ $minimum }（確認先：{ $asked }）
subscribed-failed = { $source }は今、確認できませんでした。{ $why }購読はできているので、あとで自動的に確認し直します。
subscribed-similar = もしかして：ボタンを押すと、代わりにそのトピックを購読します。
subscribed-instead = 「{ $topic }」の購読は解除しました。
subscribed-top = 今の上位（✅は条件に合う投稿）
top-passes = ✅
top-stopped = ▫️
rule-min-rp = リポスト{ $count }件以上
rule-pace = 1日およそ{ $pace }件
rule-every = リポスト数を問わない
rule-source-min-rp = { $source }：{ $minimum }
rule-include = 含む言葉：{ $words }
rule-exclude = 除く言葉：{ $words }
rule-role = メンション：{ $role }
rule-role-gone = メンションなし（ロールが削除されています）
rule-language = 通知の言語：{ $language }
rule-languages = 投稿の言語：{ $languages }
rule-no-sensitive = 閲覧注意の投稿は除く
rule-bots-too = ボットの投稿も通知
rule-unfolded = 同じ内容の投稿もそれぞれ通知
rule-no-media = 画像なし
rule-velocity = 1時間に{ $count }件以上の伸び
rule-authors = ミュート中の投稿者：{ $handles }
day-stopped = 除かれた投稿：{ $rules }。
day-stopped-below-min-rp = 最小リポスト数未満{ $count }件
day-stopped-below-pace = 1日の件数を超えた分{ $count }件
day-stopped-pace-spent = その日の最後の通知のあと{ $count }件
day-stopped-rp-unknown = リポスト数不明{ $count }件
day-stopped-excluded = 除く言葉{ $count }件
day-stopped-not-included = 含む言葉なし{ $count }件
day-stopped-other-language = ほかの言語{ $count }件
day-stopped-author-muted = ミュート中の投稿者{ $count }件
day-stopped-sensitive = 閲覧注意{ $count }件
day-stopped-by-bot = ボット{ $count }件
day-stopped-below-velocity = 伸びが条件未満{ $count }件
day-stopped-velocity-unknown = 伸びが不明{ $count }件
day-none = 過去24時間の投稿はまだ見つかっていません。新しい投稿があれば通知します。
day-passing = 過去24時間なら、{ $known }件の投稿のうち{ $passing ->
    [0] 通知されたものはありません。
   *[other] { $passing }件が通知されていました。
}
week-paces = 過去{ $days }日間なら：{ $paces }
week-pace = 1日{ $pace }件で合計{ $sent }件（リポスト約{ $minimum }件以上）
warn-no-data = このトピックの投稿はまだ見つかっていません。表記を確かめてください。
warn-out-of-reach = { $source }：最小リポスト数{ $minimum }件に届く投稿はなさそうです（過去24時間の最大：{ $largest }件）。
warn-rp-unknown = { $source }：過去24時間に、リポスト数のわかる投稿がありません。最小リポスト数を0にすると通知されます。
post-no-author = 投稿者不明

## 変更したとき
subscribe-exists-heading = 「{ $topic }」はすでに購読中です
subscribe-exists = { $channel }で購読しています。指定された条件は今の設定と同じです。
subscribe-exists-other = { $channel }で購読しています。指定された条件に変更できます。
changed-heading = 「{ $topic }」の購読を変更しました
changed-nothing = 今の設定と同じため、何も変わっていません。
change-min-rp = { $source }：{ $before } → { $after }
change-source-added = ソースに追加：{ $source }（{ $minimum }）
change-source-removed = ソースから外す：{ $source }
change-include = 含む言葉：{ $before } → { $after }
change-exclude = 除く言葉：{ $before } → { $after }
change-people-only = ボットの投稿：{ $before } → { $after }
change-bots-no = 通知しない
change-bots-yes = 通知する
change-fold = 同じ内容の投稿：{ $before } → { $after }
change-fold-yes = 1つの通知にまとめる
change-fold-no = それぞれ通知する
fold-subscription = 同じ内容の投稿：{ $which }
change-media = 画像：{ $before } → { $after }
change-media-yes = 表示する
change-media-no = 表示しない
change-pace = 通知の件数：{ $before } → { $after }
change-velocity = 伸びの条件：{ $before } → { $after }
change-role = メンション：{ $before } → { $after }
change-language = 通知の言語：{ $before } → { $after }
change-forgotten = このボタンは古くなりました。/購読一覧 から編集してください。
button-change = この条件に変更
button-pace = 1日{ $pace }件
button-every-from = RP{ $minimum }以上をすべて
button-min-rp = RP{ $minimum }：1日{ $count }件

## 一覧と詳細
list-heading = 購読一覧
list-count = { $count }件中{ $first }〜{ $last }件
list-empty = まだ購読がありません。/購読 で始められます。
list-pick = 編集する購読を選択
state-active = 通知中
state-muted = { $when }までミュート中
state-paused-by-user = 一時停止中
state-paused-forbidden = 一時停止中：このチャンネルに投稿する権限がありません。権限を直してから再開してください。
state-paused-refused = 一時停止中：チャンネルが続けてメッセージを受け付けませんでした。チャンネルの種類を確かめてから再開してください。
state-paused-not-found = 一時停止中：チャンネルが見つかりません。
state-paused-too-dear = 一時停止中：正規表現の処理に時間がかかりすぎます。「編集」で簡単なものにしてから再開してください。
detail-address = アドレス：{ $address }
detail-channel = チャンネル：{ $channel }
detail-made = { $user }が{ $when }に購読
removed-heading = 「{ $topic }」の購読を解除しました
removed-text = { $channel }への送信待ちの通知も取り消しました。30日以内なら元に戻せます。
sample-none = 「{ $topic }」の投稿はまだ見つかっていないため、プレビューできません。投稿が見つかってからもう一度お試しください。

## ボタン
button-sample = プレビュー
button-edit = 編集
button-pause = 一時停止
button-resume = 再開
button-mute-hour = 1時間ミュート
button-mute-day = 1日ミュート
button-unmute = ミュート解除
button-hear-authors = 投稿者のミュート解除
button-filters = フィルター
button-media-off = 画像を表示しない
button-media-on = 画像を表示
button-remove = 購読を解除
button-undo = 元に戻す
button-list = 購読一覧
button-previous = 前へ
button-next = 次へ

## 変更の入力欄
edit-title = 購読の編集
edit-min-rp = 1日の件数、または最小リポスト数
edit-pace = 1日{ $pace }件
edit-velocity-hint = 例：1日5件、100（リポスト100件以上すべて）、100 +300/h（1時間に300件以上の伸びも必要）
edit-min-rp-hint = 空欄なら変更なし（{ $minimums }）
edit-include = 含む言葉（/…/は正規表現）
edit-exclude = 除く言葉（/…/は正規表現）
edit-words-hint = 「、」か「,」か改行で区切ります
edit-language = 通知の言語
edit-role = メンションするロール
edit-role-gone = 前に選んだロールは削除されたため、メンションしていません。
subscribe-form-title = 新しい購読
subscribe-form-topic = トピック
subscribe-form-source = ソース
subscribe-form-source-all = すべてのソース
filters-title = フィルター
filters-languages = 投稿の言語
filters-languages-hint = 選ばなければすべての言語。言語のわからない投稿は通知します。
filters-sources = ソース
filters-sensitive = 閲覧注意の投稿
filters-sensitive-yes = スポイラーで隠して通知
filters-sensitive-no = 通知しない
filters-bots = ボットの投稿
filters-bots-hint = Mastodon・Misskey・Blueskyで、自らボットと示しているアカウントの投稿です。
filters-bots-no = 通知しない（人の投稿のみ）
filters-bots-yes = 通知する
filters-authors = ミュート中の投稿者
filters-authors-hint = 選択を外した投稿者はミュートが解除されます。

## 断るとき
error-address-scheme = 使えるアドレスは`http://`と`https://`だけです（`{ $scheme }:`は使えません）。
subscription-gone = この購読はもうありません。
subscription-restore-late = もう元に戻せません。/購読 でもう一度購読してください。
unsubscribe-none = そのトピックの購読が見つかりません。入力中に出る候補から選ぶか、チャンネルを指定してください。
error-no-source = 今使えるソースがありません。ボットの運営者に、ソースの設定を確かめてもらってください。
error-feed-no-reposts = フィードにはリポスト数がないため、最小リポスト数を上げられません。/購読一覧 で言葉を指定するか、ミュートしてください。
error-no-source-left = ソースを1つは残してください。
error-address-login = ユーザー名やパスワードの入ったアドレスは使えません。相手に送られ、このチャンネルを管理する人にも見えてしまうためです。入っていないアドレスを指定してください。
error-feed-elsewhere = これはフィードではなくページです。フィードのアドレス：{ $feed }
error-feed-address = フィードの検索が設定されていません。フィードを購読するには、アドレス（`https://…`）をトピックに指定してください。
error-address-is-feed = アドレスはフィードとしてのみ購読できます。ソースの指定を外してください。
error-words-many = 言葉は{ $limit }個までです（{ $count }個ありました）。
error-word-long = 言葉は1つ{ $limit }文字までです。「、」か「,」で区切ってください。
error-patterns-many = 正規表現は{ $limit }個までです（{ $count }個ありました）。
error-pattern-long = 正規表現は{ $limit }文字までです（これは{ $count }文字）。
error-patterns-dear = この正規表現は、投稿との照合に時間がかかりすぎます。数を減らすか、繰り返しの回数を小さくしてください。
error-pattern = 「{ $pattern }」は使えません：{ $flaw ->
    [look-around] 先読み・後読み（{ $part }）には対応していません。
    [escape] 「{ $part }」というエスケープはありません。バックスラッシュそのものは\\と書きます。
    [open] 開いたままの括弧があります。
    [closed] 対応する括弧がありません。
    [repeat] { $part }で繰り返すものがありません。
    [range] { $part }は文字の範囲になっていません。
    [too-large] 大きすぎます。
    [everything] どんな文章にも当てはまってしまいます。
   *[other] 正規表現（RE2）として読めません。
}
error-min-rp = 最小リポスト数は0から{ $limit }までの整数で入力してください。
error-pace = 1日の件数は1から{ $limit }までの整数で入力してください（例：1日5件）。
error-pace-feed-search = フィード検索の記事にはリポスト数がないため、上位を選べません。1日の件数を省略するか、ほかのソースを選んでください。
error-pace-lowest = すでに最も少ない、1日およそ1件です。さらに減らすには、/購読一覧 で言葉を指定してください。
error-pace-highest = すでに最も多い件数です。最小リポスト数以上の投稿をすべて通知するには、/購読一覧 の「編集」で最小リポスト数を入力してください。
error-velocity = 1時間のリポスト増加数は0から{ $limit }までの整数で入力してください（例：+300/h）。
error-velocity-feed = フィードの記事にはリポストがないため、伸びの条件では何も通知されません。フィードでは省略してください。
error-quota-server = このサーバーの購読は{ $limit }件までです。使わない購読を解除してからお試しください。
error-quota-channel = このチャンネルの購読は{ $limit }件までです。使わない購読を解除するか、別のチャンネルでお試しください。
error-role-not-yours = このロールは、あなた自身がそのチャンネルでメンションできないため、ボットからもメンションできません。ロールを外すか、だれでもメンションできるロールを選ぶか、「{ perm-mention-everyone }」権限のある人に頼んでください。
error-role-everyone = @everyoneにはメンションできません。通知を受け取りたい人のロールを選んでください。
error-channel-kind = 通知を送れるのは、テキストチャンネル、アナウンスチャンネル、フォーラム、スレッド、ボイス・ステージチャンネルのテキストチャットだけです。
