## 購読一覧
opt-subs-search-name = 検索
opt-subs-search-description = トピックかチャンネルの名前の一部
list-sent = { $sent ->
    [0] 過去24時間の通知なし
   *[other] 過去24時間に{ $sent }件
} ・ 最終通知：{ $last }
list-never-sent = 通知はまだありません
list-searched = 検索：「{ $search }」
list-search-none = トピックやチャンネルの名前が一致する購読はありません。
list-search-title = 購読を検索
list-search-label = トピックかチャンネルの名前の一部
list-and-more = { $names }ほか{ $count }件
button-search = 検索…
button-several = 複数選択…
button-show-all = すべて表示

## まとめて操作
several-hint = 購読を選んでから、操作を選んでください。あなたが管理できるチャンネルの購読だけが表示されています。
several-chosen = { $count }件を選択中です。操作を選んでください。
several-placeholder = 購読を選択
several-none = あなたが管理できるチャンネルの購読はありません。
several-done-pause = ⏸️ { $count }件を一時停止しました：{ $topics }
several-done-resume = 🟢 { $count }件を再開しました：{ $topics }
several-done-mute-day = 🔕 { $count }件をミュートしました：{ $topics }（{ $time }に終了）
several-done-remove = ✅ { $count }件の購読を解除しました：{ $topics }
several-skipped-pause = すでに一時停止中：{ $topics }
several-skipped-resume = 一時停止していません：{ $topics }
several-left-out = ⚠️ **{ $topic }** は変更していません。{ $why }
several-undone = ↩️ { $count }件を元に戻しました：{ $topics }
several-later-pause = あとから再開するには、一覧から選んでください。
several-later-resume = あとから一時停止するには、一覧から選んでください。
several-later-mute-day = あとからミュートを解除するには、一覧から選んでください。
several-later-remove = 30日以内なら元に戻せます。そのあとは /購読 で購読し直してください。
several-nothing-chosen = 何も選択されていません。一覧を開き直してください。
several-subscription = 購読

## ダイジェスト一覧
list-digest-next = 次回：{ $next }
list-digest-sent = 最終送信：{ $last }
