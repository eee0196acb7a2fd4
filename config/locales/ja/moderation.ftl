## コマンドの名前
cmd-hide-name = 取り下げ
cmd-hide-description = 投稿をこのサーバーから取り下げます。送信済みの通知からも消え、もう出てきません
opt-hide-post-name = 投稿
opt-hide-post-description = 投稿のリンクかID、またはこのボットのメッセージへのリンク
opt-hide-reason-name = 理由
opt-hide-reason-description = 記録に残す理由（省略できます）
cmd-unhide-name = 取り下げ解除
cmd-unhide-description = 取り下げた投稿を、また表示できるようにします
opt-unhide-post-description = 取り下げた投稿（一覧から選ぶか、リンクかIDを入力）
cmd-hidden-name = 取り下げ記録
cmd-hidden-description = 誰が、いつ、なぜ取り下げたかを見ます
cmd-hide-message-name = 投稿を取り下げる

## 取り下げる
hide-which = どの投稿を取り下げますか？
hide-button = 取り下げる…
hide-question = **この投稿をこのサーバーから取り下げますか？**
hide-means = このサーバーに送信済みのすべてのメッセージと、送信待ちの通知、`/trend` の答えから消え、どのソースが運んできても、もう出てきません。保存した本文も消します。
hide-button-sure = 取り下げる
hide-button-keep = やめておく
hide-kept = 取り下げませんでした。
hide-late = 時間が過ぎました。もう一度コマンドを実行してください。
hide-done = ✅ 取り下げました。
hide-done-counts = { $messages } 件のメッセージから消し、{ $waiting } 件の通知を取りやめます。
hide-already = この投稿は、すでに取り下げられています。
hide-undo-means = 解除しても、送信済みのメッセージから消えたものは戻りません。この先の `/trend` などには、また出てきます。
hide-without-text = （本文のない投稿）
hide-post-empty = 投稿のリンクかIDを入力してください。
hide-post-unknown = この投稿は見つかりません。通知や `/trend` にある「開く」ボタンのリンク、Xの投稿のリンク、またはこのボットのメッセージへのリンクなら分かります。
hide-needs-server = 投稿の非表示と解除は、サーバー全体に及びます。チャンネルだけでなく、サーバーでの「{ perm-manage-messages }」の権限が必要です。
hide-message-unknown = そのメッセージには、このボットが伝えた投稿がありません。

## 解除する
unhide-button = 取り下げを解除
unhide-done = ✅ 取り下げを解除しました。
unhide-not-hidden = この投稿は、このサーバーでは取り下げられていません。`/取り下げ記録` で確かめられます。
unhide-not-yours = この投稿は、ボットの運営者が取り下げたか、元の場所で削除されたものです。サーバーからは解除できません。

## 記録
hidden-title = 取り下げの記録
hidden-none = このサーバーで取り下げた投稿はありません。
hidden-hint = 投稿そのものは残していません。英数字は、投稿を見分けるための印です。
hidden-line-hide = { $time } ・ { $who } が取り下げ ・ `{ $post }` ・ { $why }
hidden-line-unhide = { $time } ・ { $who } が解除 ・ `{ $post }` ・ { $why }
hidden-no-reason = 理由なし
hidden-by-operator = 運営者
hidden-by-source = 投稿元での削除
hidden-by-person = メンバー
