# コマンドラインの文。ヘルプはcli_help.ftl、doctorの行はcli_doctor.ftl。

cli-note = 補足：{ $text }

# 書き方の誤り
cli-usage-see = 書き方は`{ $command }`で見られます。
cli-usage-no-command = 「{ $name }」というコマンドはありません。
cli-usage-no-option = { $name }というオプションはありません。
cli-usage-no-source = 「{ $name }」というソースはありません。
cli-usage-maybe = { $guess }ではありませんか？
cli-usage-there-are = 使えるのは{ $known }です。
cli-usage-missing = { $name }がありません。
cli-usage-no-value = { $name }には値が必要です。
cli-usage-extra = 語が多すぎます：{ $words }。
cli-usage-quotes = 空白を含む語は引用符で囲んでください。
cli-usage-choice = { $choices }のどれかを指定してください
cli-usage-range = { $least }から{ $most }までの数を指定してください
cli-usage-at-least = { $least }以上の数を指定してください
cli-usage-value = この値は使えません
cli-usage-quote = 空白を含むトピックは引用符で囲んでください："{ $topic }"
cli-colon = ：

# 表の見出し
cli-column-source = ソース
cli-column-topic = トピック
cli-column-state = 状態
cli-column-topics = トピック数
cli-column-degraded = 一部取得不可
cli-column-down = 応答なし
cli-column-quiet = 静か
cli-column-since = いつから（UTC）
cli-column-next-poll = 次の確認（UTC）
cli-column-note = 備考
cli-column-rp = RP
cli-column-written = 投稿日時（UTC）
cli-column-author = 投稿者
cli-column-text = 本文
cli-column-gained = 増加
cli-column-id = ID
cli-column-name = 名前
cli-column-server = サーバー
cli-column-channel = チャンネル
cli-column-schedule = スケジュール
cli-column-next = 次回（UTC）
cli-column-time = 日時（UTC）
cli-column-action = 操作
cli-column-by = 操作した人
cli-column-post = 投稿
cli-column-reason = 理由
cli-column-role = 役割
cli-column-process = プロセス
cli-column-shards = シャード
cli-column-seen = 最終報告（UTC）

# 状態
cli-health-ok = 正常
cli-health-degraded = 一部取得不可
cli-health-down = 応答なし
cli-health-quiet = いつもより静か
cli-health-unfit = 検索できないトピック
cli-health-none = トピックなし
cli-health-unknown = 未確認
cli-status-watch-terminal = --watchは端末に表示します（--jsonとは使えません）。
cli-status-no-sources = 有効なソースがありません。
cli-status-unwell = { $name }：{ $state }{ $since }。{ $why }
cli-status-since = （{ $at } UTCから）
cli-status-why = { $why }（{ $note }）
cli-status-more = …ほか{ $more }件（`kawaraban watch list`で見られます）
cli-status-reads = 今日の{ $source }の読み取り：{ $spent }件（上限{ $limit }件、UTCの1日）
cli-status-waiting = 送信待ち：{ $waiting }件
cli-process-all = すべて
cli-process-running = 稼働中
cli-process-active = 送信担当
cli-process-standby = 待機中
cli-process-lost = 応答なし
cli-process-no-gateway = gatewayが動いていないため、コマンドに応答できません。
cli-process-no-poller = pollerが動いていないため、ソースを確認できません。
cli-process-no-sender = 送信を担当するsenderがいないため、何も送信されません。
cli-process-no-shards = シャード{ $shards }を受け持つgatewayがないため、そのサーバーではコマンドに応答できません。
cli-process-clock = { $name }の時計がデータベースサーバーと{ $seconds }秒ずれています。
cli-room-limit = データベースが{ $used }MBを使っています（database.soft_limit_mb = { $limit }を超えています）。投稿を残す期間を短くしています。
cli-room-disk = データベースのディスクの空きが{ $free }MBしかありません。投稿を残す期間を短くしています。

# ソース
cli-no-source = これを確認できる有効なソースがありません。有効にする方法は`kawaraban doctor`で見られます。
cli-source-off = ソース{ $source }は無効です。{ $how }

# fetch
cli-fetch-title = { $topic }（{ $source }、投稿数：{ $counted }）
cli-fetch-unknown = 不明
cli-fetch-none = 投稿はありません。
cli-fetch-not-modified = まだ何も読み取っていないのに「変更なし」と答えました
cli-fetch-paid = { $source }は読み取るたびに料金がかかるため、確認していません。確認するには--source { $source }を付けてください

# poll
cli-poll-progress = 確認中
cli-poll-until = 止めるまで確認を続けます（Ctrl-C）。したことを1分ごとに1行で書きます。
cli-poll-polled = 確認：{ $n }
cli-poll-new-posts = 新しい投稿：{ $n }
cli-poll-changed-posts = 変わった投稿：{ $n }
cli-poll-not-modified = 変更なし：{ $n }
cli-poll-failed = 失敗：{ $n }
cli-poll-alerts = 通知：{ $n }

# watch
cli-topic-empty = キーワードかアドレスを指定してください
cli-topic-too-long = トピックは{ $most }文字までです
cli-topic-no-addresses = アドレスを指定できるソースは次のものだけです：{ $able }。{ $source }にはキーワードを指定してください
cli-topic-bad-address = 読み取れるアドレスではありません（http://かhttps://で始まり、ホストの前にパスワードなどのないもの）
cli-watch-added = { $topic }の確認を始めました：{ $where }
cli-watch-known = すでに確認しています。
cli-watch-removed = { $topic }の確認をやめました：{ $where }
cli-watch-no-such = 確認していないトピックです：{ $name }（`kawaraban watch list`で見られます）
cli-watch-none = 確認しているトピックはありません。`kawaraban watch add TOPIC`で追加できます。
cli-watch-asleep = 停止中
cli-watch-off = ソース{ $source }が無効なため、確認しません。{ $how }
cli-watch-nowhere = ソース{ $source }にはキーワードを検索する先がありません。{"{topic}"}を含むsearch_urls（KAWARABAN_SOURCES__FEED__SEARCH_URLS）を指定するか、キーワードの代わりにアドレスを指定してください。
cli-import-progress = 追加中
cli-import-no-file = ファイル{ $file }がありません
cli-import-folder = { $file }はフォルダーです
cli-import-unreadable = { $file }を読み取れません：{ $why }
cli-import-wrong = 何も追加していません。{ $file }の次の{ $lines }行が使えません：
cli-import-line = { $number }行目：{ $wrong }
cli-import-more = …ほか{ $more }行
cli-import-not-utf8 = ここからUTF-8の文字ではありません。UTF-8で保存し直してください（Excelでは「CSV UTF-8」）
cli-import-columns = 列が3つ以上あります。列はソース、トピックの2つです。1行目に「source」と「topic」と書くと、どの列を使うか指定できます
cli-import-order = 先にソース、次にトピックを書きます。
cli-import-swapped = 先にソース、次にトピックを書きます。{ $source }を前に移してください（1行目に「topic」「source」と書けば、この順番でも使えます）
cli-import-no-source = 「{ $name }」というソースはありません。使えるのは{ $known }です。{ $maybe }
cli-import-spaces = { $source }とトピックの間は、空白ではなくタブかコンマで区切ってください
cli-import-done = { $new }件を追加しました（登録済み{ $known }件）。
cli-import-done-endpoints = { $new }件を追加しました（登録済み{ $known }件、{ $lines }行、確認先{ $endpoints }か所）。
cli-import-dry = 何も書き込んでいません。追加するのは{ $new }件です（登録済み{ $known }件）。
cli-import-dry-endpoints = 何も書き込んでいません。追加するのは{ $new }件です（登録済み{ $known }件、{ $lines }行、確認先{ $endpoints }か所）。

# digest
cli-digest-none = ダイジェストはありません。Discordの /ダイジェスト 作成 で作れます。
cli-digest-paused = 一時停止中（{ $why }）
cli-digest-no-such = 「{ $name }」というダイジェストはありません（`kawaraban digest list`で見られます）。
cli-digest-several = 「{ $name }」に当てはまるダイジェストがいくつかあります。IDで選んでください：{ $ids }
cli-digest-title = { $name }（{ $start }から{ $end } UTCまで）
cli-digest-topic = { $topic }（{ $state }、新しい投稿{ $new }件、保留{ $held }件、投稿数：{ $volume }）
cli-digest-state-news = 新しい投稿あり
cli-digest-state-quiet = 新しい投稿なし
cli-digest-state-awaited = 未確認
cli-digest-state-broken = 読み取れないソースあり
cli-digest-sent = （通知済み）{ $text }
cli-digest-rising = ほかに増えているトピック：{ $topics }
cli-digest-no-topics = トピックがありません。チャンネルに購読がありません。

# hide, unhide, hidden
cli-hide-done = 非表示にしました：{ $post }
cli-hide-again = 非表示にしました：{ $post }（以前から非表示です）
cli-hide-counts = 編集するメッセージ：{ $messages }件　取り消した送信待ちの通知：{ $waiting }件
cli-hide-undo = 元に戻すには：{ $command }
cli-hide-unknown = 「{ $post }」に当てはまる投稿がありません。通知や /トレンド に出るリンクかIDを指定してください。
cli-hide-several = 「{ $post }」に当てはまる投稿がいくつかあります。次から選んでください：{ $keys }
cli-unhide-done = 再表示できるようにしました。
cli-unhide-not-everywhere = 「{ $post }」はすべてのサーバーで非表示にはなっていません（`kawaraban hidden`で見られます）。
cli-unhide-not = 「{ $post }」はサーバー{ $server }で非表示になっていません（`kawaraban hidden`で見られます）。
cli-hidden-none = 非表示にした投稿はありません。
cli-hidden-all = すべて
cli-action-hide = 非表示
cli-action-unhide = 再表示

# migrate, demo
cli-migrate-nothing = することはありません。{ $path }はバージョン{ $version }です。
cli-migrate-done = { $path }をバージョン{ $before }から{ $after }に更新しました。
cli-copy-progress = 行をコピー中
cli-copy-table = { $name }：{ $rows }行をコピーして照合しました（チェックサム{ $checksum }）
cli-copy-done = { $source }を{ $target }にコピーしました。{ $tables }テーブル、{ $rows }行が両方で一致しています。
cli-copy-set = コピーを使うには、KAWARABAN_DATABASE__URL={ $target }（またはkawaraban.tomlのdatabase.url）を設定して、ボットを起動してください。
cli-copy-set-server = コピーを使うには、KAWARABAN_DATABASE__URL={ $target }（またはkawaraban.tomlのdatabase.url）に必要ならパスワードを加えて設定し、ボットを起動してください。
cli-copy-kept = { $source }は元のままです。片方での変更はもう片方に反映されないので、ボットはどちらか一方だけで動かしてください。
cli-copy-stopped = 中止しました。{ $url }にコピーは残っていません。もう一度実行すると、最初からコピーします。
cli-copy-url = --toをデータベースのアドレスとして読み取れません。postgresql://user@host:5432/name、ファイルならsqlite:////path/to/kawaraban.dbの形で指定してください。
cli-copy-same = --toに、今使っているデータベース（{ $url }）が指定されています。別のデータベースを指定してください。
cli-copy-target-filled = { $url }にはすでにデータがあります（テーブル{ $table }）。変更していません。コピーするには、空のデータベースを作成して、それを指定してください。古い方が不要なら、DROP DATABASEの後にCREATE DATABASEで作り直せます。
cli-copy-target-exists = ファイル{ $path }がすでにあります（変更していません）。移動するか、--toに別のファイルを指定してください。
cli-copy-other-schema = { $side }のテーブル{ $table }の列が、このバージョンのものと違います。手で加えた変更を戻すか、データベースのバックアップに戻してください。
cli-copy-refused-rows = { $url }がテーブル{ $table }の行を受け付けませんでした：{ $why }。コピーは残っていません。{ $source }のその行を直してから、もう一度実行してください。
cli-copy-differs = コピーしたテーブル{ $table }が{ $source }と{ $url }で一致しなかったため、コピーを残しませんでした。もう一度実行してください。続くようなら、両方のディスクを確かめてください。

# check
cli-check-ok = { $path }：異常はありません。
cli-check-damaged = { $path }が壊れています：{ $why }
cli-check-damaged-advice = ボットを止めてデータベースのバックアップに戻すか、読み取れる内容を救い出してください（sqlite3 OLD.db .recover | sqlite3 NEW.db）。
cli-check-entry-open = 送信中のままの項目が{ $rows }件ありますが、そのメッセージはすでに終わっています。
cli-check-entry-without-message = メッセージが失われ、送信されない項目が{ $rows }件あります。届いている可能性があるため、--mendでは失敗として記録します。
cli-check-message-without-entries = 中身がなく、チャンネルの送信を止めているメッセージが{ $rows }件あります。--mendでは失敗として記録します。
cli-check-post-count = 投稿数が合わないトピックが{ $rows }件あります。--mendで数え直します。
cli-check-reference = { $table }の{ $rows }行が参照する{ $parent }の行がありません。{ $repairable ->
    [yes] --mendでは、その行が削除されたときと同じ処理をします。
   *[no] 修復できません。データベースのバックアップに戻してください。
 }
cli-check-mend = ボットを止めて`kawaraban check --mend`を実行すると、修復できるものを修復します。
cli-check-copied = 修復前のバックアップ：{ $path }
cli-check-mended = { $count }件を修復しました。残り：{ $left }件。

# backup
cli-backup-progress = コピー中
cli-backup-done = データベースを{ $path }にバックアップし、内容を確認しました（{ $mb } MB、バージョン{ $version }）。
cli-backup-stopped = 中止しました。バックアップは作られていません。
cli-backup-server = データベースはPostgreSQLサーバーにあります。バックアップはサーバーのコマンドで作ってください：{ $command }
cli-backup-elsewhere = { $file }はこのマシンのファイルではありません。このマシンのファイルを指定し、その後で別の場所へ移してください（rsync、rclone、scp）。
cli-backup-same = { $path }は使用中のデータベースそのものです。別のファイルを指定してください。
cli-backup-exists = ファイル{ $path }がすでにあります（変更していません）。別の名前を指定するか、--forceを付けて置き換えてください。
cli-backup-in-use = { $path }の隣に{ $beside }があります。このデータベースを開いているプログラムがあるか、ファイルだけが残っています。別のファイルを指定してください。
cli-backup-folder = { $path }はフォルダーです。中のファイルを指定してください（例：{ $path }/kawaraban-copy.db）
cli-backup-no-room = { $path }へのバックアップには{ $needed } MB必要ですが、空きは{ $free } MBです。空きを作るか、別のディスクのファイルを指定してください。
cli-backup-last = データベースの最後のバックアップ：{ $at } UTC。
cli-backup-none = データベースのバックアップはまだありません。
cli-backup-failed = 前回は作成できませんでした：{ $why }
cli-backup-damaged = { $path }へのバックアップに異常があったため、残しませんでした（{ $why }）。`kawaraban check`でデータベースを、あわせてディスクを確かめてください。

# restore
cli-restore-progress = 復元中
cli-restore-done = { $path }をバックアップの内容に戻しました（バージョン{ $version }、確認済み）。
cli-restore-kept = 復元前のデータベースは{ $path }にあります。不要になったら削除してください。
cli-restore-next = 次にボットを起動すると、{ $at } UTC以降のメッセージを各チャンネルで読んでから送信を始めるため、同じものは二度送られません。それ以降の変更（購読、ダイジェスト、通知しない時間帯、設定）はバックアップ時点に戻っています。
cli-restore-hidden = バックアップのあとに非表示にした投稿{ $count }件は、非表示のままです。
cli-restore-hidden-unknown = 復元前のデータベースがないか、読み取れないか、別の方法で置き換えられたため、{ $at } UTC以降に非表示にした投稿がわかりません。ボットを起動する前に、`kawaraban hide`でもう一度非表示にしてください。
cli-restore-noted = { $path }がバックアップから復元されたことを記録しました。
cli-restore-stopped = 中止しました。データベースは元のままです。
cli-restore-no-file = 戻すバックアップを指定してください：kawaraban restore FILE
cli-restore-one-of-two = --keep-hiddenはデータベースを置き換える前、--noteは置き換えた後に使います。どちらか1つを指定してください。
cli-restore-server = データベースはPostgreSQLサーバーにあります。ボットを止めて、`kawaraban restore --keep-hidden hidden.json`、`{ $command }`、`kawaraban restore --note hidden.json`の順に実行してください。
cli-restore-keep-where = 書き込むファイルを指定してください：kawaraban restore --keep-hidden FILE
cli-restore-keep-exists = ファイル{ $path }がすでにあります（変更していません）。別の名前を指定してください。
cli-restore-keep-unwritten = { $path }に書き込めません：{ $why }。書き込めるフォルダーのファイルを指定してください。
cli-restore-keep-unread = { $path }を読めません：{ $why }。`kawaraban restore --keep-hidden`で作ったファイルを指定してください。
cli-restore-keep-not-one = { $path }は`kawaraban restore --keep-hidden`で作った完全なファイルではありません。置き換える前のデータベースから作り直してください。もうない場合は、ファイルを指定せずに`kawaraban restore --note`を実行し、投稿をもう一度非表示にしてください。
cli-restore-keep-done = 非表示の投稿{ $count }件を{ $path }に保存しました。ボットを止めたままデータベースを復元し、続けて`kawaraban restore --note { $file }`を実行してください。
cli-restore-missing = ファイル{ $path }がありません。戻すバックアップを指定してください。
cli-restore-folder = { $path }はフォルダーです。中のバックアップを指定してください。
cli-restore-same = { $path }は使用中のデータベースそのものです。戻すバックアップを指定してください。
cli-restore-in-use = { $path }の隣に{ $beside }があります。このデータベースを開いているプログラムがあるか、ファイルだけが残っています。先に`kawaraban backup`でバックアップを作ってください。
cli-restore-not-one = { $path }はデータベースではありません。`kawaraban backup`で作ったファイルを指定してください。
cli-restore-not-ours = { $path }は瓦版のデータベースではありません。`kawaraban backup`で作ったファイルを指定してください。
cli-restore-newer = { $path }は新しい瓦版で作られています（バージョン{ $version }、この瓦版が扱えるのは{ $newest }まで）。瓦版を更新してから復元してください。
cli-restore-no-room = { $path }の復元には、データベースの隣に{ $needed } MB必要ですが、空きは{ $free } MBです。先に空きを作ってください。
cli-restore-damaged = { $path }は壊れているか不完全です（{ $why }）。データベースは元のままです。別のバックアップを使ってください。
cli-demo-port-taken = ポート{ NUMBER($port, useGrouping: 0) }は使用中です。--portで別のポートを指定してください（0なら空いているものを使います）
cli-demo-needs = デモには{ $name }が必要で、追加機能`demo`に含まれます。ソースのフォルダーでは`uv run --extra demo kawaraban demo`を実行してください。wheelの場合は、FILE.whlの代わりに`'FILE.whl[demo]'`をインストールしてください。
cli-demo-no-simcord = デモにはプレビュー付きのSimCordが必要です（{ $why }）。`uv sync --extra demo`でインストールできます。
cli-demo-other-simcord = インストールされているSimCordは、デモが対応している3.2ではありません（不足：{ $parts }）。`uv sync --extra demo`で入れ直せます。
cli-completion-installed = { $shell }の補完を{ $path }に組み込みました。新しいターミナルを開くと使えます。
cli-completion-unknown-shell = 対応していないシェルです。補完を組み込めるのは{ $shells }です。

# 使えないデータベース
cli-database-made = データベース{ $path }を作りました
cli-database-none = { $path }にデータベースがまだありません。`kawaraban run`、`kawaraban watch add TOPIC`、`kawaraban migrate`のどれかで作られます。場所の設定：database.url（KAWARABAN_DATABASE__URL）
cli-database-no-folder = { $path }にデータベースがありません。フォルダー{ $folder }もありません。`kawaraban migrate`で両方作られます。場所の設定：database.url（KAWARABAN_DATABASE__URL）
cli-database-folder-is-file = { $folder }がファイルなので、その中に{ $path }を置けません。{ $setting }に別の場所を指定してください。
cli-database-is-folder = { $path }はフォルダーです。{ $setting }にはファイルを指定してください（例：sqlite:///{ $path }/kawaraban.db）
cli-database-folder-closed = { $folder }に書き込めないため、{ $path }を使えません。このユーザーに書き込みを許可するか、{ $setting }に別の場所を指定してください。
cli-database-read-only = { $path }のあるディスクが読み取り専用です。書き込めるようにマウントするか、{ $setting }に別の場所を指定してください。
cli-database-closed = このユーザーは{ $path }を読み書きできません。ボットを動かすユーザーで実行するか、ファイルの所有者を変えてください（chown）。
cli-database-not-one = { $path }は瓦版のデータベースではありません（変更していません）。database.url（KAWARABAN_DATABASE__URL）に別のファイルを指定してください。
cli-database-newer = { $path }はバージョン{ $current }のデータベースですが、この瓦版が扱えるのは{ $newest }までです。瓦版を更新するか、更新前のデータベースのバックアップに戻してください。
cli-database-newer-copied = { $path }はバージョン{ $current }のデータベースですが、この瓦版が扱えるのは{ $newest }までです。瓦版を更新するか、更新前のバックアップ{ $copy }に置き換えてください（更新後の内容は失われます）。
cli-database-not-migrated = { $path }をバージョン{ $newest }に更新できません。手順{ $step }が失敗しました（{ $why }）。ファイルは元のままです。以前の瓦版で動かし、この行を報告してください。
cli-database-no-copy-before = 更新前のバックアップを{ $folder }に作れないため、{ $path }をバージョン{ $newest }に更新しませんでした（{ $why }）。ファイルは元のままです。このユーザーに書き込みを許可してください。
cli-database-migration-full = ディスクの空きが足りないため、{ $path }をバージョン{ $newest }に更新できません。ファイルは元のままです。{ $mb } MBの空きを作ってから、もう一度起動してください。
cli-database-older = { $path }はバージョン{ $current }ですが、この瓦版には{ $newest }が必要です。ボットを再起動するか、`kawaraban migrate`を実行してください。バックアップを隣に残します。
cli-database-disk-full = { $path }のあるディスクがいっぱいです。空きを作ってください。
cli-database-busy = { $path }は今使えません：{ $why }。もう一度実行してください。続くようなら、ほかに開いているプログラムがないか確かめてください。
cli-database-damaged = { $path }が壊れています：{ $why }。データベースのバックアップに戻すか、読み取れる内容を救い出してください（sqlite3 OLD.db .recover | sqlite3 NEW.db）。
cli-database-other = { $path }を使えません：{ $why }

# データベースサーバーを使えない
cli-server-no-driver = { $url }を使うにはPostgreSQLのドライバーが必要です。瓦版を追加機能`postgres`付きでインストールしてください（ソースのフォルダーでは`uv sync --extra postgres`か`pip install '.[postgres]'`、wheelではFILE.whlの代わりに`'FILE.whl[postgres]'`）。
cli-server-wrong-url = { $setting }をPostgreSQLのアドレスとして読み取れません。`postgresql://user:password@host:5432/name`の形で指定してください。パスワードの`@ / : # ?`は`%40 %2F %3A %23 %3F`と書きます。`?`のあとに書けるのは、sslmode=requireのようなlibpqのパラメーターだけです。
cli-server-unreachable = { $url }のPostgreSQLサーバーにつながりません：{ $why }。サーバーを起動するか、{ $setting }を直してください。
cli-server-not-ready = { $url }のPostgreSQLサーバーは今、接続を受け付けていません：{ $why }。1分ほど待って、もう一度実行してください。
cli-server-pooler = { $url }は、トランザクションごとに別のセッションを使うプーラーです。セッション単位に設定するか（PgBouncerではpool_mode = session）、PostgreSQLに直接接続してください。
cli-server-full = { $url }のPostgreSQLサーバーに空いている接続がありません：{ $why }。サーバーのmax_connectionsを増やすか、プロセスを減らしてください。
cli-server-login = PostgreSQLサーバーが{ $url }へのログインを拒否しました：{ $why }。{ $setting }のユーザーとパスワードを直してください。
cli-server-not-admitted = { $url }のPostgreSQLサーバーは、このマシンからのこのユーザーの接続を許可していません：{ $why }。サーバーのpg_hba.confに行を追加してください（ホスティングサービスでは「ネットワークルール」や「許可リスト」と呼ばれることがあります）。
cli-server-encryption = { $url }のPostgreSQLサーバーに暗号化して接続できません：{ $why }。{ $setting }の`?`のあとのsslmodeかsslrootcertを直してください。sslmode=requireなら暗号化し、sslmode=verify-fullならsslrootcertのファイルでサーバーの証明書も確かめます。
cli-server-certificate = { $url }のPostgreSQLサーバーにはクライアント証明書が必要です：{ $why }。{ $setting }の`?`のあとに、sslcert=client.crt&sslkey=client.keyのように指定してください。鍵のファイルは、瓦版を実行するユーザーだけが読めるようにしてください（chmod 600）。
cli-server-option = { $setting }の`?`のあとの指定を使えません（{ $url }）：{ $why }。
cli-server-read-only = { $url }のPostgreSQLサーバーに書き込めません：{ $why }。スタンバイか、ホスティングサービスが読み取り専用にしたサーバーです（ディスクがほぼいっぱいになるとそうするサービスがあります）。{ $setting }にプライマリーを指定するか、ディスクの空きを増やしてください。
cli-server-disk-full = { $url }のPostgreSQLサーバーのディスクがいっぱいです：{ $why }。サーバーの空き容量を増やしてから、もう一度実行してください。
cli-server-left-behind = { $url }のPostgreSQLサーバーは、別のサーバーがプライマリーを引き継いだあとも書き込みを受け付けています。内容は古いままなので、停止するか、新しいプライマリーのスタンバイにしてください。
cli-server-no-schema = { $url }のsearch_pathにあるスキーマがどれも存在しません：{ $why }。スキーマを作成するか（CREATE SCHEMA … AUTHORIZATION …）、search_pathを直してください。
cli-server-no-database = { $url }のデータベースがPostgreSQLサーバーにまだありません。サーバーで作成してください：CREATE DATABASE kawaraban ENCODING 'UTF8' TEMPLATE template0
cli-server-forbidden = { $url }のPostgreSQLユーザーに必要な権限がありません：{ $why }。そのユーザーをデータベースの所有者にしてください（ALTER DATABASE … OWNER TO …）。テーブルを別のユーザーが作った場合は、テーブルの所有者も変えてください（REASSIGN OWNED BY … TO …）。
cli-server-too-old = { $url }はPostgreSQL { $version }ですが、瓦版には{ $oldest }以降が必要です。サーバーを更新してください。
cli-server-encoding = { $url }の文字コードは{ $encoding }ですが、瓦版にはUTF8が必要です。別のデータベースを作成してください：CREATE DATABASE kawaraban ENCODING 'UTF8' TEMPLATE template0
cli-server-clock = このマシンと{ $url }のPostgreSQLサーバーの時計が{ $seconds }秒ずれています。両方で時刻の同期（NTP）を有効にしてください。
cli-server-empty = { $url }に瓦版のテーブルがまだありません。`kawaraban run`、`kawaraban watch add TOPIC`、`kawaraban migrate`のどれかで作られます。
cli-server-older = { $url }はバージョン{ $current }ですが、この瓦版には{ $newest }が必要です。バックアップを取り（{ $backup }）、`kawaraban migrate`を実行するか、ボットを再起動してください。
cli-server-newer = { $url }は新しい瓦版のデータベースです。瓦版を更新するか、更新前のデータベースのバックアップに戻してください。
cli-server-not-migrated = { $url }をバージョン{ $newest }に更新できません。手順{ $step }が失敗しました（{ $why }）。データベースは元のままです。以前の瓦版で動かし、この行を報告してください。
cli-server-migration-full = { $url }のPostgreSQLサーバーはディスクの空きが足りず、バージョン{ $newest }に更新できません（{ $why }）。データベースは元のままです。空きを増やしてから、もう一度起動してください。
cli-server-not-ours = { $url }には別のプログラムのテーブルがあります（変更していません）。{ $setting }に瓦版専用のデータベースを指定してください。
cli-server-busy = { $url }は今使えません：{ $why }。もう一度実行してください。
cli-server-other = { $url }を使えません：{ $why }

# `run`が終わる理由
cli-refused-token = Discordがボットのトークンを受け付けません。誤りがあるか、リセットされています。開発者ポータルの「Bot」ページでもう一度コピーしてください。
cli-refused-shard = Discordがシャード番号を受け付けません。ボットを再起動すると、シャード数をDiscordに確かめます。
cli-refused-shards = これまでより多くのシャードが必要です。ボットを再起動すると、シャード数をDiscordに確かめます。
cli-refused-version = Discordがこのバージョンのゲートウェイに対応しなくなりました。ボットを更新してください。
cli-refused-unknown-intent = ボットが求めるインテントをDiscordが認識しません。ボットを更新してください。
cli-refused-intent = ボットが求めるインテントがこのアプリケーションに許可されていません。開発者ポータルの「Bot」ページを確かめてください。
cli-refused-closed = Discordがゲートウェイを閉じました（{ $code }）。
cli-alone-database = このデータベース（{ $path }）を別のkawarabanが使っています。先にそちらを止めるか、データベースとトークンを別に用意してください。
cli-alone-token = このマシンで別のkawarabanが同じトークンを使っています。先にそちらを止めるか、別のトークンを用意してください。
cli-roles-need-server = 役割を指定したプロセスはデータベースをほかのプロセスと共有するため、PostgreSQLが必要です。database.url（KAWARABAN_DATABASE__URL）を`postgresql://…`の形で指定するか、--roleなしで`kawaraban run`を実行してください。
cli-shards-wrong = シャードの番号は0から総数より1小さい数までで、重複は使えません。`--shard-ids 0,1 --shard-count 4` のように両方を指定してください。
cli-shards-need-gateway = シャードを持つのはゲートウェイだけです。--role gatewayを付けるか、discord.shard_idsと--shard-idsを外してください。
cli-alone-whole = このデータベース（{ $path }）では、役割を指定しない瓦版が動いています。役割を指定したプロセスを起動する前に停止してください。
cli-alone-shard = 同じシャードのゲートウェイがすでに動いています。ゲートウェイごとに別のシャードを指定してください（--shard-ids）。

cli-healthcheck-alive = ボットは動いています。
cli-healthcheck-ready = ボットの準備はできています。
cli-healthcheck-red = ボットの準備ができていません：{ $causes }
cli-healthcheck-silent = { $host }のポート{ $port }から応答がありません（{ $why }）。`kawaraban run`が同じhttp_serverの設定で動いているか確認してください。
cli-healthcheck-off = http_server.enabledが設定されていないため、ボットに確認できません。trueにしてください（KAWARABAN_HTTP_SERVER__ENABLED=trueでも設定できます）。

# kawaraban reload
cli-reload-done = { $any ->
    [yes] { $process }が設定を読み直しました。変わった項目：{ $changed }
   *[other] { $process }が設定を読み直しました。動作中に変えられる項目に変更はありません。
  }
cli-reload-restart = 再起動が必要な項目：{ $names }
cli-reload-error = { $process }は設定を変えませんでした：{ $why }
cli-reload-silent = { $process }から{ $seconds }秒以内に応答がありません。理由はログを見てください。
cli-reload-none = { $path }を使うボットが動いていないので、読み直すものがありません。`kawaraban run`は今の設定で起動します。
cli-reload-database = データベースを使えませんでした：{ $why }。もう一度実行してください。
cli-reload-fault = 瓦版の不具合です。経過はボットのログにあります。

# 運営者への知らせ（Webhookとログ）
cli-operator-login = Discordに受け付けられないため、瓦版が止まりました：{ $why }
cli-operator-login-over = 瓦版は再びDiscordに接続しています。
cli-operator-space = { $kind ->
    [limit] 瓦版のデータベースが{ $used } MBになり、database.soft_limit_mb（{ $limit }）を超えました。投稿の保存は3日だけになります。上限を上げるか、トピックを減らしてください。
   *[disk] 瓦版のデータベースのあるディスクの空きが{ $free } MBだけです。投稿の保存は3日だけになります。いっぱいになる前に空きを作ってください。
  }
cli-operator-space-over = 瓦版のデータベースの空きは十分です。
cli-operator-backup = 瓦版のデータベースをバックアップできません：{ $why }。1時間ごとに試します。
cli-operator-backup-over = 瓦版のデータベースのバックアップを再開しました。
cli-operator-delivery = Discordへのメッセージが{ $minutes }分間送信されていません。`kawaraban status`とログを見てください。
cli-operator-delivery-over = 瓦版は再びメッセージを送信しています。
cli-operator-polls = { $count }件のトピックが確認を待っています（最長{ $minutes }分）。pollerは動いていますか。
cli-operator-polls-over = 瓦版は再び時刻どおりに確認しています。
cli-operator-budget = { $source }で今日読める{ $most }件をすべて読みました。UTCの0時に再開します。
cli-operator-budget-over = 瓦版は有料の投稿を再び読んでいます。
cli-operator-source = { $source }を読み取れません（{ $count }件のトピック）：{ $why }。
cli-operator-source-over = { $partly ->
    [yes] { $source }を再び読み取れます（{ $count }件のトピックを除く）。
   *[no] { $source }を再び読み取れます。
  }
