## コマンドの名前
cmd-hide-name = 非表示
cmd-hide-description = 投稿をこのサーバーで非表示にします。送信済みのメッセージからも消え、再び通知されることはありません
opt-hide-post-name = 投稿
opt-hide-post-description = 投稿のリンクかID、またはこのボットのメッセージへのリンク
opt-hide-reason-name = 理由
opt-hide-reason-description = 記録に残すメモ（省略するとあとで聞きます）
cmd-unhide-name = 再表示
cmd-unhide-description = 非表示にした投稿を再表示します
opt-unhide-post-description = 非表示の投稿（候補から選ぶか、リンクかIDを入力）
cmd-hidden-name = 非表示の記録
cmd-hidden-description = どの投稿をだれがいつなぜ非表示にしたかを確認し、再表示します
cmd-hide-message-name = 投稿を非表示にする

## 非表示にする
hide-which = どの投稿を非表示にしますか？
hide-button = 非表示にする…
hide-confirm = **この投稿をこのサーバーで非表示にしますか？**
hide-means = このサーバーに送信済みのすべてのメッセージ、送信待ちの通知、/トレンド の結果から消え、どのソースからも再び届くことはありません。保存した本文も削除します。
hide-button-cancel = キャンセル
hide-kept = 何も非表示にしていません。
hide-late = 時間切れです。もう一度コマンドを実行してください。
hide-form-title = この投稿を非表示にしますか？
hide-form-reason = 理由（任意）
hide-form-reason-hint = /非表示の記録 にメモとして残ります
hide-done = ✅ 非表示にしました。
hide-done-counts = まもなく、{ $messages ->
    [0] {""}
   *[other] メッセージ{ $messages }件
}{ $both ->
    [yes] と
   *[no] {""}
}{ $waiting ->
    [0] {""}
   *[other] 送信待ちの通知{ $waiting }件
}から消えます。
hide-done-note = メモ：{ $why }
hide-already = この投稿はすでに非表示です。
hide-undo-means = 再表示しても、送信済みのメッセージは元に戻りません。そのあとは /トレンド などにまた表示されます。
hide-undo-later = あとから再表示するには：/非表示の記録、/再表示
hide-without-text = （本文のない投稿）
hide-post-empty = 投稿のリンクかIDを入力してください。
hide-post-unknown = この投稿は見つかりません。通知や /トレンド の「投稿を開く」のリンク、Xの投稿のリンク、このボットのメッセージへのリンクを指定してください。
hide-needs-server = 非表示と再表示はサーバー全体に反映されるため、このチャンネルだけでなく、サーバーでの「{ perm-manage-messages }」権限が必要です。
hide-message-unknown = そのメッセージには、このボットが届けた投稿がありません。

## 再表示する
unhide-button = 再表示
unhide-done = ✅ 再表示しました。
unhide-not-hidden = この投稿はこのサーバーでは非表示になっていません。/非表示の記録 で確認できます。
unhide-not-yours = この投稿は、ボットの運営者が非表示にしたか、投稿元で削除されています。サーバーからは再表示できません。

## 記録
hidden-title = 非表示の投稿
hidden-count = 現在非表示：{ $count }件
hidden-none = このサーバーで非表示にした投稿はありません。
hidden-hint = 投稿そのものは保存していません。残るのはメモだけです。英数字は投稿を区別するための印です。
hidden-line-hide = { $who }が非表示 ・ { $time } ・ `{ $post }`
hidden-line-unhide = { $who }が再表示 ・ { $time } ・ `{ $post }`
hidden-no-reason = 理由の記入なし
hidden-by-operator = ボットの運営者
hidden-by-source = ソース（投稿元で削除）
hidden-by-person = メンバー
hidden-page = { $page }/{ $pages }ページ
