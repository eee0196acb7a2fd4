## 通知のカード
alert-dot = {" ・ "}
alert-head = ### { $topic } ・ { $why }
alert-why-new = 新しい投稿
alert-why-new-passed = 新しい投稿、リポスト{ $count ->
   *[other] { $minimum }件を突破
}
alert-why-new-entry = 新しい記事
alert-why-rose = リポスト{ $count ->
   *[other] { $minimum }件を突破
}
alert-why-together = 同じ内容の投稿と合わせてリポスト{ $count ->
   *[other] { $minimum }件を突破
}
alert-rp = RP { $rp }
alert-rp-rise = RP { $before } → { $now }
alert-reposts = リポスト{ $count ->
   *[other] { $rp }件
}
alert-reposts-unknown = リポスト数は不明
velocity-hour = この1時間で+{ $gained }
velocity-minutes = { $minutes }分間で+{ $gained }
alert-menu-translate = 翻訳
translate-by-model = 言語モデルによる翻訳です。
translate-off = この投稿はここでは翻訳できません。
translate-spent = 今日の翻訳の上限に達しました。協定世界時0:00以降にもう一度お試しください。
translate-failed = 今はこの投稿を翻訳できません。あとでもう一度お試しください。
alert-reposts-rise = リポスト{ $before } → { $now }
alert-reposts-grown = リポスト 通知時{ $sent } → 現在{ $now }
score-bookmarks = ブックマーク{ $shown }件
score-searches = 検索{ $shown }件以上
alert-age = { $age }に投稿
alert-age-day = { $day }に投稿
alert-as-of = { $source } ・ { $time }時点
alert-caution = RP数は特定時点のものです
alert-also = { $more ->
    [0] { $sources }でも話題
   *[other] { $sources }ほか{ $more }か所でも話題
}
alert-story = 同じ内容の投稿がほか{ $count }件（ソース{ $sources }つ）
alert-story-counted = 同じ内容の投稿がほか{ $count }件（ソース{ $sources }つ）、合計RP{ $rp }
alert-needed-rp = 今日の最小RP：{ $minimum }
alert-pace = 今日の{ $number }件目（1日およそ{ $pace }件）
alert-most-by-author = この1時間の投稿の多くは、1人の投稿者によるものです
alert-most-by-site = この1時間の投稿の多くは、1つのサイトへのリンクです
alert-sensitive = ⚠️ 閲覧注意の投稿です
alert-warning = ⚠️ 閲覧注意：{ $warning }
alert-withheld = 🔞 閲覧注意の画像・動画つきの投稿です（リポスト数：{ $rp }）。このチャンネルでは表示しません。
alert-button-open = 投稿を開く
alert-button-article = 記事を読む
alert-button-trend = トレンド
alert-button-held = 表示
alert-button-story = ほか{ $count }件
alert-sample = -# これはプレビューです。実際の通知ではありません。

## まとめの一行
alert-summary-ceiling = **{ $topic }** ・ ほか{ $count }件（1時間の上限を超えた分）
alert-summary-catch-up = **{ $topic }** ・ ほか{ $count }件（ボットが止まっていた間の分）

## まとめの中身
alert-held-title = ### { $topic } ・ ほか{ $count }件
alert-held-page = { $page }/{ $pages }ページ
alert-held-empty = これらの投稿の記録はもう残っていません。
alert-held-previous = 前へ
alert-held-next = 次へ

## 同じ内容の投稿
alert-story-rest = **{ $topic }** ・ 非表示の投稿と同じ内容の投稿 ほか{ $count }件
alert-story-title = ### { $topic } ・ 同じ内容の投稿 ほか{ $count }件
alert-story-empty = これらの投稿の記録は残っていないか、非表示になっています。
alert-story-split = 別の内容
alert-story-split-done = ✅ その投稿を単独で通知します。今後この通知にはまとめません。
alert-story-unsplit = ✅ その投稿をもう一度この通知にまとめました。
alert-story-unsplit-sent = ✅ 今後の扱いを元に戻しました。投稿はすでに単独で通知したため、その通知は残ります。
alert-story-gone = その投稿は、もうこの通知にまとめられていません。

## ⋯ のメニュー
alert-menu-title = ### { $topic }の通知
alert-menu-minimums = 現在の条件：{ $minimums }
alert-menu-minimum = { $source }はRP{ $minimum }以上
alert-menu-all = { $source }はすべての投稿
alert-menu-articles = { $source }はすべての記事
alert-menu-until = { $time }までミュート中です。
alert-menu-quieter = 通知を減らす
alert-menu-pace-quieter = 減らす（1日{ $pace }件）
alert-menu-pace-more = 増やす（1日{ $pace }件）
alert-menu-mute-hour = 1時間ミュート
alert-menu-mute-day = 1日ミュート
alert-menu-author = この投稿者をミュート
alert-menu-stop = 購読を解除
alert-menu-hide = この投稿を非表示にする…
alert-menu-undo = 元に戻す
alert-done-quieter = ✅ **{ $topic }** の通知を減らしました：{ $minimums }
alert-done-more = ✅ **{ $topic }** の通知を増やしました：{ $minimums }
alert-done-muted = 🔕 **{ $topic }** を{ $time }までミュートしました。その間の投稿は、あとからも通知しません。
alert-done-author = ✅ **{ $topic }** では{ $handle }の投稿を通知しません。
alert-done-stopped = ✅ **{ $topic }** の購読を解除しました。
alert-later-quieter = あとから変えるには：/購読一覧 の「編集」
alert-later-pace = あとから変えるには：/購読一覧 の「編集」
alert-later-muted = あとからミュートを解除するには：/購読一覧
alert-later-author = あとから投稿者のミュートを解除するには：/購読一覧 の「フィルター」
alert-later-stopped = 30日以内なら元に戻せます。そのあとは /購読 で購読し直してください。
alert-undone-quieter = ↩️ **{ $topic }** の通知を元に戻しました：{ $minimums }
alert-undone-muted = ↩️ **{ $topic }** のミュートを解除しました。
alert-undone-muted-until = ↩️ **{ $topic }** は前のとおり、{ $time }までミュート中です。
alert-undone-author = ↩️ **{ $topic }** で{ $handle }の投稿をまた通知します。
alert-undone-stopped = ↩️ **{ $topic }** をもう一度購読しました。
error-undo-changed = そのあと設定が変わったため、元に戻すものがありません。/購読一覧 を確認してください。

## 書き込めなくなったチャンネル
paused-forbidden = { $channel }に投稿する権限がなくなったため、次の配信を一時停止しました：{ $topics }{ $more ->
        [0] {""}
       *[other] ほか{ $more }件
    }。権限を戻してから、下のボタンか /購読一覧、/ダイジェスト 一覧 で再開してください。
paused-not-found = { $channel }が見つからないため、次の配信を一時停止しました：{ $topics }{ $more ->
        [0] {""}
       *[other] ほか{ $more }件
    }。/購読一覧 と /ダイジェスト 一覧 を確認してください。
paused-refused = { $channel }が続けてメッセージを受け付けなかったため、次の配信を一時停止しました：{ $topics }{ $more ->
        [0] {""}
       *[other] ほか{ $more }件
    }。チャンネルの種類を確認してから、下のボタンか /購読一覧、/ダイジェスト 一覧 で再開してください。
paused-several-forbidden = **{ $server }** の{ $count }個のチャンネルに投稿する権限がなくなったため、そこへの配信を一時停止しました。権限を戻してから、下のボタンか /購読一覧、/ダイジェスト 一覧 で再開してください。
paused-several-not-found = **{ $server }** の{ $count }個のチャンネルが見つからないため、そこへの配信を一時停止しました。/購読一覧 と /ダイジェスト 一覧 を確認してください。
paused-several-refused = **{ $server }** の{ $count }個のチャンネルが続けてメッセージを受け付けなかったため、そこへの配信を一時停止しました。チャンネルの種類を確認してから、下のボタンか /購読一覧、/ダイジェスト 一覧 で再開してください。
paused-channel = - { $channel }：{ $topics }{ $more ->
        [0] {""}
       *[other] ほか{ $more }件
    }
paused-more-channels = - ほか{ $count }個のチャンネル
paused-private = チャンネルに投稿できなくなったため、このサーバーで設定した配信の1つを一時停止しました。/購読一覧 と /ダイジェスト 一覧 を確認してください。
button-resume-all = すべて再開
paused-invited-back = **{ $server }** に戻りました。以前の配信{ $count }件が一時停止のままです：{ $topics }{ $more ->
        [0] {""}
       *[other] ほか{ $more }件
    }。下のボタンか /購読一覧、/ダイジェスト 一覧 で再開できます。
paused-invited-back-private = **{ $server }** に戻りました。以前の配信{ $count }件が一時停止のままです。下のボタンか /購読一覧、/ダイジェスト 一覧 で再開できます。
resume-done-all = { $channels }個のチャンネルで{ $count }件を再開しました。
resume-left-out = { $channels }個のチャンネルは再開していません：{ $why }

# 画像の説明（見えない人のため）。$kind: image、video、animation、audio、face
picture-alt = { $kind ->
        [video] 動画：{ $alt }
        [animation] アニメーション：{ $alt }
        [audio] 音声：{ $alt }
       *[image] { $alt }
    }
picture-by = { $kind ->
        [video] { $author }の投稿の動画
        [animation] { $author }の投稿のアニメーション
        [audio] { $author }の投稿の音声
        [face] { $author }のプロフィール画像
       *[image] { $author }の投稿の画像
    }
picture-kind = { $kind ->
        [video] 動画
        [animation] アニメーション
        [audio] 音声
        [face] プロフィール画像
       *[image] 画像
    }
