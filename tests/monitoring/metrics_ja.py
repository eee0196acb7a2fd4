"""The Japanese words of the page of all metrics, by the name of the metric."""

from __future__ import annotations

from typing import Final

HEAD_JA: Final = """\
# メトリクス

`http_server.enabled`を設定すると、`/metrics`がPrometheusに次の値を返します（`docs/operations/monitoring.ja.md`）。このページは
`bot/monitoring/metrics.py`から`python -m tests.monitoring.metrics_page --language ja`で作ります。

カウンターはプロセスの起動から数えます。プロセスが返すのは自分の役割のメトリクスで、役割の書いていないものはどのプロセスも返します。
ラベルに入るのはソース、原因、役割などの名前だけです。トピック、サーバー、アドレスは入りません。

| メトリクス | 種類 | ラベル | 役割 | 意味 |
|---|---|---|---|---|
"""
TAIL_JA: Final = """
Linuxでは、プロセスについて次の値も返します：{process}。
"""
MEANINGS_JA: Final = {
    "build_info": "瓦版のバージョン。値は常に1",
    "role": "このプロセスの役割。値は常に1",
    "ready": "/readyzの点検がすべて正常なら1",
    "check_ok": "/readyzのその点検が正常なら1",
    "polls": "確認した回数（あるトピックを、あるソースで）",
    "poll_failures": "使える応答が得られなかった確認の回数。原因ごと（429と5xxはbusy）",
    "parse_errors": "読み取れなかったソースの応答の数。失敗の一部",
    "polls_unchanged": "応答が前回と同じだった確認の回数",
    "posts_new": "初めて見つけた投稿の数",
    "alerts": "決まった通知の数。まとめて送るものを含む",
    "poll_delay_seconds": "確認の予定時刻から、要求を送るまでの時間",
    "polls_claimed": "このプロセスが今受け持っている確認の数。何を待っているかごと",
    "watches_due": "予定時刻を過ぎ、どのプロセスも受け持っていない確認の数（全プロセスの合計、10,000まで）",
    "watches_late_seconds": "そのうち最も古いものの遅れ。なければ0",
    "alert_delivery_seconds": "最小リポスト数に届いた投稿の確認（または通知しない時間帯の終わり）から送信まで",
    "messages_sent": "Discordが受け付けたメッセージの数",
    "messages_edited": "送信済みメッセージを編集した回数",
    "messages_removed": "送信済みで、あとから削除したメッセージの数",
    "messages_given_up": "理由があって送るのをやめたメッセージの数",
    "messages_uncertain": "届いたかどうか確かめられなかったメッセージの数",
    "outbox": "送信待ちの項目（あとで送るものを含む）、終わっていないメッセージ、予定の編集の数。各10,000まで",
    "outbox_oldest_seconds": "送信待ちの先頭が送れるようになってからの時間。なければ0",
    "channels_in_flight": "このプロセスが今送信または編集しているチャンネルの数",
    "discord_rate_limited": "Discordが429と答えた回数。範囲ごと",
    "discord_reachable": "このプロセスから見て、Discordの障害中なら0",
    "gateway_shards": "このプロセスのシャードの数。状態ごと",
    "gateway_guilds": "このプロセスのシャードにあるサーバーの数",
    "commands": "使われたコマンド、ボタン、フォームの数",
    "sender_active": "このプロセスが送信を担当していれば1",
    "sender_term": "送信を担当している期の番号。待機中なら0",
    "processes": "データベースを共有するプロセスの数（各プロセスの報告による）。lostは45秒間報告のないもの",
    "shards_missing": "どのゲートウェイも受け持っていないシャードの数",
    "event_loop_lag_seconds": "毎秒のタイマーがイベントループで遅れた時間",
    "database_bytes": "データベースの大きさ。サーバーのものは5分ごとに測る",
    "database_free_bytes": "SQLiteのファイルがあるディスクの空き",
    "database_writable": "最後に試した書き込みが成功していれば1",
    "backup_age_seconds": "最後の定期バックアップからの時間。まだなければ+Inf。backup.every_hを設定したときだけ",
    "backup_interval_seconds": "定期バックアップの間隔。backup.every_hを設定したときだけ",
    "sample_age_seconds": "/metricsの値をデータベースに尋ねてからの時間",
}
