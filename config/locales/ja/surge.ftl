## 急増のカード
surge-head = ### 📈 { $people ->
    [yes] { $topic }：投稿する人がいつもの{ $times }倍
   *[no] { $topic }：投稿がいつもの{ $times }倍
}
surge-head-least = ### 📈 { $people ->
    [yes] { $topic }：投稿する人がいつもの{ $times }倍以上
   *[no] { $topic }：投稿がいつもの{ $times }倍以上
}
surge-over = ### { $topic }：急増は終わりました
surge-was = { $began }から{ $ended }まで、最大でいつもの{ $times }倍でした。
surge-counts-posts = この1時間に{ $count ->
   *[other] { $shown }件
}（いつものこの時間帯は約{ $usual }件）
surge-counts-people = この1時間に{ $count ->
   *[other] { $shown }人
}が投稿（いつものこの時間帯は約{ $usual }人）
surge-since = { $began }から
surge-peak = 最大{ $times }倍
surge-before = 前回これほど多かったのは{ $when }
surge-rising = 増えている言葉：{ $words }
surge-grew = 📈 **{ $topic }** がさらに増えています：{ $people ->
    [yes] 投稿する人がいつもの{ $times }倍
   *[no] 投稿がいつもの{ $times }倍
}
surge-line = 急増：いつもの{ $times }倍
surge-title = { $topic }：急増

## 購読と急増
surge-off = 通知しない
surge-every = はっきりしたものすべて
surge-unusual = 珍しいもの（月2〜3回）
surge-rare = 特に大きなもののみ
surge-subscription = 急増：{ $which }
surge-not-detectable-learning = ⏳ 急増：{ $topic }のいつもの投稿数を調べています。判定できるのは約1日後からです。
surge-not-detectable-too-few = 急増：{ $topic }は1時間あたりの投稿が少ないため、非常に大きな急増のみ判定できます。
surge-not-detectable-rounded = 急増：{ $topic }のページが示す件数は概数のため、大きな急増のみ判定できます。別のソースを加えると、より小さな急増も判定できます。
surge-not-detectable-seldom = 急増：{ $topic }のページを確認する間隔が3時間より長いため、急増を判定できません。不要なトピックを減らすか、別のソースを加えると、判定できるようになることがあります。
surge-not-detectable-no-counts = このソースは投稿数を示さないため、急増を判定できません。

## 急増の「⋯」メニュー
surge-why = この時間帯のいつもの{ $times }倍だったため通知しました（1時間に約{ $usual }{ $people ->
    [yes] 人
   *[no] 件
}のところ{ $shown }{ $people ->
    [yes] 人
   *[no] 件
}）。このチャンネルの設定：{ $which }。
alert-menu-surge-fewer = 急増の通知を減らす
alert-done-surge-fewer = ✅ **{ $topic }** の急増の通知を「{ $which }」にしました。
alert-undone-surge-fewer = ✅ **{ $topic }** の急増の通知を「{ $which }」に戻しました。
alert-later-surge-fewer = /購読一覧 でも変更できます。
error-surge-off = このトピックの急増は通知していません。
error-surge-feed = フィードは投稿数を示さないため、急増を判定できません。アドレスの代わりにトピックを指定してください。

## The option of /subscribe, and changes
opt-sub-surge-name = 急増
opt-sub-surge-description = いつもよりはるかに多く投稿されたときの通知（省略すると珍しい急増のみ）
change-surge = 急増：{ $before } → { $after }
