## コマンドの名前
cmd-subscribe-name = 購読
cmd-subscribe-description = トピックを購読し、伸びた投稿をこのチャンネルに通知します
cmd-subscriptions-name = 購読一覧
cmd-subscriptions-description = このサーバーの購読を見て、変更・一時停止・解除します
cmd-unsubscribe-name = 購読解除
cmd-unsubscribe-description = トピックの購読をやめます(元に戻せます)
opt-sub-topic-name = トピック
opt-sub-topic-description = 追いかける言葉(例: データセンター)
opt-sub-channel-name = チャンネル
opt-sub-channel-description = 通知を送る先(省略するとこのチャンネル)
opt-sub-min-rp-name = 最小rp
opt-sub-min-rp-description = このRP数(リポストの数)に届いた投稿だけを知らせます
opt-sub-role-name = ロール
opt-sub-role-description = 通知のたびにメンションするロール
opt-sub-include-name = 含む言葉
opt-sub-include-description = どれかを含む投稿だけを知らせます(「、」か「,」で区切る。/…/ は正規表現)
opt-sub-exclude-name = 除く言葉
opt-sub-exclude-description = どれかを含む投稿は知らせません(「、」か「,」で区切る。/…/ は正規表現)
opt-sub-source-name = ソース
opt-sub-source-description = 投稿を探す場所(省略するとすべて)
opt-sub-language-name = 言語
opt-sub-language-description = チャンネルに送る通知の言語(省略するとあなたの言語)
opt-sub-people-only-name = 人の投稿のみ
opt-sub-people-only-description = ボットを名乗るアカウントの投稿を除く（省略すると「はい」）
opt-subs-channel-description = このチャンネルの購読だけを見る
opt-unsub-topic-description = やめるトピック
opt-unsub-channel-description = 購読しているチャンネル(省略するとこのチャンネル)
choice-language-ja = 日本語
choice-language-en = English

## 購読したとき
subscribed-heading = 「{ $topic }」を購読しました
subscribed-where = これから { $channel } に、次の条件に合う投稿を一度ずつ通知します。
subscribed-asked = { $source }: { $bar }(調べる先: { $asked })
subscribed-failed = { $source } はいま確かめられませんでした。{ $why }購読はできていて、後で自動的に見直します。
subscribed-top = いまの上位
rule-bar = RP { $count } 以上
rule-every = RP数を問わず
rule-source-bar = { $source }: { $bar }
rule-include = どれかを含む: { $words }
rule-exclude = 除く: { $words }
rule-role = メンション: { $role }
rule-role-gone = メンションなし(設定したロールは削除されています)
rule-language = 通知の言語: { $language }
rule-languages = 投稿の言語: { $languages }
rule-no-sensitive = 閲覧注意の投稿は除く
rule-bots-too = ボットの投稿も知らせる
rule-authors = 知らせない投稿者: { $handles }
day-stopped = 除かれたもの: { $rules }。
day-stopped-below-min-rp = 最小RP未満 { $count } 件
day-stopped-rp-unknown = RP不明 { $count } 件
day-stopped-excluded = 除く言葉 { $count } 件
day-stopped-not-included = 含む言葉なし { $count } 件
day-stopped-other-language = ほかの言語 { $count } 件
day-stopped-author-muted = 除いた投稿者 { $count } 件
day-stopped-sensitive = 閲覧注意 { $count } 件
day-stopped-by-bot = ボット { $count } 件
day-none = 過去24時間の投稿は、いま分かる範囲では見つかっていません。新しい投稿が届けば通知します。
day-passing = 過去24時間の投稿は { $known } 件わかっていて、この条件なら { $passing ->
    [0] どれも届きませんでした。
   *[other] { $passing } 件が届いていました。
}
warn-no-data = このトピックの投稿はまだ見つかっていません。言葉の表記を確かめてください。
warn-out-of-reach = { $source } では最小RP { $bar } に届く投稿がなさそうです(過去24時間の最大: { $largest })。
warn-rp-unknown = { $source } ではRP数がわかる投稿が過去24時間にありません。最小RPを0にすると届きます。
post-no-author = 投稿者不明

## 一覧と詳細
list-heading = 購読一覧
list-count = { $count } 件のうち { $first }〜{ $last } 件目
list-empty = まだ購読がありません。/購読 で始められます。
list-pick = 購読を選んで変更する
state-active = 動作中
state-muted = { $when } までお休み中
state-paused-by-user = 一時停止中
state-paused-forbidden = 停止中: このチャンネルに送る権限がありません。権限を直してから再開してください。
state-paused-refused = 停止中: チャンネルが続けて投稿を受け付けませんでした。チャンネルの種類を確かめてから再開してください。
state-paused-not-found = 停止中: チャンネルが見つかりません。
state-paused-too-dear = 停止中: 正規表現の処理に時間がかかりすぎます。「編集」で簡単なものにしてから再開してください。
detail-address = アドレス: { $address }
detail-channel = チャンネル: { $channel }
detail-made = { $user } が { $when } に購読
removed-heading = 「{ $topic }」の購読をやめました
removed-text = { $channel } への送信待ちの通知も取り消しました。30日以内なら元に戻せます。
sample-none = 「{ $topic }」の投稿はまだ一つもないので、見本を作れません。投稿が見つかってからもう一度お試しください。

## ボタン
button-sample = 見本を見る
button-edit = 変更
button-pause = 一時停止
button-resume = 再開
button-mute-hour = 1時間休む
button-mute-day = 1日休む
button-unmute = 休みを終える
button-hear-authors = 除いた投稿者を戻す
button-filters = 絞り込み
button-remove = 購読をやめる
button-undo = 元に戻す
button-list = 一覧へ
button-previous = 前へ
button-next = 次へ

## 変更の入力欄
edit-title = 購読の変更
edit-min-rp = 最小RP
edit-min-rp-hint = 空欄なら今のまま({ $bars })
edit-include = 含む言葉(/…/ は正規表現)
edit-exclude = 除く言葉(/…/ は正規表現)
edit-words-hint = 「、」か「,」か改行で区切ります
edit-language = 通知の言語
edit-role = メンションするロール
edit-role-gone = 前に選んだロールは削除されたため、だれにもメンションしていません。
filters-title = 知らせる投稿の絞り込み
filters-languages = 投稿の言語
filters-languages-hint = 選ばなければすべての言語。言語のわからない投稿は知らせます。
filters-sources = ソース
filters-sensitive = 閲覧注意の投稿
filters-sensitive-yes = 伏せ字にして知らせる
filters-sensitive-no = 知らせない
filters-bots = ボットの投稿
filters-bots-hint = Mastodon・Misskey・Blueskyで、自らボットと示しているアカウントの投稿です。
filters-bots-no = 知らせない(人の投稿だけ)
filters-bots-yes = 知らせる
filters-authors = 除いている投稿者
filters-authors-hint = 選択を外した人の投稿は、また知らせます。

## 断るとき
subscribe-exists = このチャンネルはもうそのトピックを購読しています。/購読一覧 から変更できます。
subscription-gone = この購読はもうありません。
subscription-restore-late = もう元に戻せません。/購読 でもう一度始めてください。
unsubscribe-none = そのトピックの購読が見つかりません。入力中に出る候補から選ぶか、チャンネルを指定してください。
error-no-source = いま使えるソースがありません。ボットの管理者に、ソースの設定を確かめてもらってください。
error-feed-quieter = フィードにはRP数がないため、基準を上げられません。/購読一覧 で言葉を選ぶか、通知を休ませてください。
error-no-source-left = ソースをひとつは残してください。
error-address-login = ホスト名の前にユーザー名やパスワードが入ったアドレスは購読できません。相手に送られ、このチャンネルを管理する人にも見えてしまうためです。入っていないアドレスを指定してください。
error-feed-elsewhere = これはフィードではなくページです。フィードは { $feed } にあります。こちらを購読してください。
error-feed-address = フィードの検索が設定されていないため、フィードはアドレス(`https://…`)をトピックに指定してください。
error-address-is-feed = アドレスはフィードとしてのみ購読できます。ソースの指定を外してください。
error-words-many = 言葉は { $limit } 個までです({ $count } 個ありました)。
error-word-long = 言葉は1つ { $limit } 文字までです。「、」か「,」で区切ってください。
error-patterns-many = 正規表現は { $limit } 個までです({ $count } 個ありました)。
error-pattern-long = 正規表現は { $limit } 文字までです(これは { $count } 文字)。
error-patterns-dear = この正規表現は、投稿との照合に時間がかかりすぎます。数を減らすか、繰り返しの回数を小さくしてください。
error-pattern = { $pattern } は使えません: { $flaw ->
    [look-around] 先読み・後読み({ $part })には対応していません。
    [escape] { $part } というエスケープはありません。バックスラッシュそのものは \\ と書きます。
    [open] 開いたままの括弧があります。
    [closed] 対応する括弧がありません。
    [repeat] { $part } で繰り返すものがありません。
    [range] { $part } は文字の範囲になっていません。
    [too-large] 大きすぎます。
    [everything] どんな文章にも当てはまってしまいます。
   *[other] 正規表現(RE2)として読めません。
}
error-min-rp = 最小RPは0から { $limit } までの整数で入力してください。
error-quota-server = このサーバーの購読は { $limit } 件までです。使わない購読をやめてからお試しください。
error-quota-channel = このチャンネルの購読は { $limit } 件までです。使わない購読をやめるか、別のチャンネルでお試しください。
error-role-not-yours = このロールは、あなた自身がそのチャンネルでメンションできないため、ボットからもメンションできません。ロールを外すか、だれでもメンションできるロールを選ぶか、「{ perm-mention-everyone }」の権限がある人に頼んでください。
error-role-everyone = @everyone にはメンションできません。知らせたい人のロールを選んでください。
error-channel-kind = 通知を送れるのは、テキストチャンネル、アナウンスチャンネル、フォーラム、スレッド、ボイス・ステージチャンネルのテキストチャットだけです。
