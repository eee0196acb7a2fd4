## コマンドの名前
cmd-history-name = 推移
cmd-history-description = トピックの投稿数の推移をグラフで表示します
opt-history-topic-name = トピック
opt-history-topic-description = このサーバーで購読しているトピック
opt-history-period-name = 期間
opt-history-period-description = 24h、7d、30d、90dのいずれか（省略すると7日間）
cmd-compare-name = 比較
cmd-compare-description = 2〜5件のトピックの投稿数を一つのグラフで比べます
opt-compare-topics-name = トピック
opt-compare-topics-description = 2〜5件のトピックを「、」か「,」で区切って入力（例：AI、ロボット）

## グラフと言葉
history-period = { $period ->
    [h24] 過去24時間
    [d7] 過去7日間
    [d30] 過去30日間
   *[d90] 過去90日間
}
history-period-choice = { $period ->
    [h24] 24時間
    [d7] 7日間
    [d30] 30日間
   *[d90] 90日間
}
history-unit = { $unit ->
    [hour] 1時間あたりの投稿数
   *[day] 1日あたりの投稿数
}
history-about = { $source }の{ $what } ・ { $period }
history-reposts = 上位の投稿のリポスト数 ・ { $period }
history-rate = { $unit ->
    [hour] 1時間に{ $count ->
       *[other] { $rate }件
    }
   *[day] 1日に{ $count ->
       *[other] { $rate }件
    }
}
history-latest = 最新：{ $rate }（{ $time }）
history-latest-usual = 最新：{ $rate }（{ $time }、いつもは{ $low }〜{ $high }件）
history-highest = 最多：{ $rate }（{ $time }）
history-surges = 急増{ $count ->
   *[other] { $count }回
}
history-alerts = 通知{ $count ->
   *[other] { $count }件
}
history-legend-usual = 帯：いつもの範囲
history-legend-surge = ▲ 急増（{ $count }）
history-legend-alert = ● ここに届いた通知（{ $count }）
history-legend-mean = 線：{ $count }{ $unit ->
    [minute] 分
    [hour] 時間
   *[day] 日
}ごとの平均
history-legend-gap = 暗い部分：確認していない時間
history-at-least = 読み切れないほど投稿が多かったため、実際より少ない値が含まれます。
history-zone = グラフの時刻：{ $zone }
history-zone-utc-days = グラフの時刻：{ $zone }（1日の区切りは協定世界時の0時）
history-line = **{ $number }.** { $topic }：{ $figures }
history-line-none = **{ $number }.** { $topic }：この期間の{ $source }の投稿数はありません
history-scale-orders = 目盛りが一つ上がるごとに10倍です。
history-reading = { $reposts }（{ $time }）
history-none = この期間の投稿数はありません。このサーバーのチャンネルが購読した時から数え始めます。投稿数を示さないソース（フィード）では数えられません。
history-no-reposts = この期間に確認したリポスト数はありません。
history-compare-none = この期間の投稿数はありません。

## 通知の「⋯」メニュー
alert-menu-curve = リポスト数の推移

## 選択肢
history-view-posts = { $source }の投稿数
history-view-volume = 投稿数の推移
history-view-reposts = 上位の投稿のリポスト数
history-view-placeholder = 表示する内容

## 代替テキスト：グラフの内容を文で
history-alt-volume = { $topic }について{ $source }の{ $what }、{ $begin }から{ $end }まで（{ $zone }）。最多は{ $highest_at }の{ $highest }、最新は{ $latest }{ $usual ->
    [yes] （いつもは{ $low }〜{ $high }件）
   *[no] {""}
}。{ $surges }、{ $alerts }。{ $gaps ->
    [none] {""}
   *[some] { $gap_hours }
}
history-alt-gaps = { $count ->
   *[other] { $count }時間分は確認していません。
}
history-alt-empty = { $begin }から{ $end }までの{ $topic }の投稿数は分かりません。
history-alt-reposts = { $topic }の投稿{ $count ->
   *[other] { $count }件
}のリポスト数、{ $begin }から{ $end }まで（{ $zone }）。{ $posts }。
history-alt-post = { $number }：{ $first }から{ $last }
history-alt-compare = { $source }の{ $what }、{ $begin }から{ $end }まで（{ $zone }）。{ $topics }。
history-alt-topic = { $number }（{ $topic }）：最多{ $highest }、最新{ $latest }
history-alt-topic-none = { $number }（{ $topic }）：投稿数なし
history-alt-between = 、

## 描けないもの
error-history-period = この期間は表示できません。次のいずれかを入力してください：{ $periods }
error-history-unknown-feed = このフィードの記録はここにまだありません。/購読 で購読すると、推移の記録が始まります。
error-history-unknown = **{ $topic }** の記録はまだありません。/購読 で購読すると記録が始まります。
error-compare-few = 比較には{ $least }〜{ $most }件のトピックが必要です。「AI、ロボット」のように入力してください。
error-compare-many = 一度に比較できるトピックは{ $most }件までです（入力は{ $count }件）。減らして入力してください。
error-compare-unknown = { $count ->
   *[other] 記録がまだないトピックがあります：{ $topics }。/購読 で購読するか、除いて入力してください。
}
error-compare-gone = この中に、見えるチャンネルで購読していないトピックがあります。もう一度 /比較 を使ってください。
