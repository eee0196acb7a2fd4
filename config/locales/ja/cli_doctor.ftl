# `kawaraban doctor`の文。

cli-doctor-line = { $mark } { $title }：{ $detail }
cli-doctor-end = { $wrong ->
    [0] 対応が必要なことはありません。
   *[other] 対応が必要なことが{ $wrong }件あります（✗）。
 }

cli-doctor-title-settings = 設定
cli-doctor-title-token = トークン
cli-doctor-title-application = アプリケーション
cli-doctor-title-invite = 招待
cli-doctor-title-intents = インテント
cli-doctor-title-servers = サーバー
cli-doctor-title-server = サーバー
cli-doctor-title-commands = コマンド
cli-doctor-title-database = データベース
cli-doctor-title-backups = バックアップ
cli-doctor-title-postgres = PostgreSQL
cli-doctor-title-processes = プロセス
cli-doctor-title-files = ファイル
cli-doctor-title-topics = トピック
cli-doctor-title-source = ソース
cli-doctor-title-sources = ソース
cli-doctor-title-clock = 時計
cli-doctor-title-fonts = フォント
cli-doctor-title-words = 単語

cli-doctor-settings = バージョン{ $version }、{ $file }を読み取りました
cli-doctor-no-settings = バージョン{ $version }、{ $name }はありません（環境変数と既定値だけを使います）
cli-doctor-token-none = 設定されていません（`kawaraban demo`はトークンなしで動きます）
cli-doctor-token-none-advice = https://discord.com/developers/applications でアプリケーションを作り、「Bot」ページのトークンをDISCORD_TOKENか.envに入れてください。
cli-doctor-token-form = ボットのトークンの形ではありません
cli-doctor-token-form-advice = ボットのトークンは、ドットでつながった3つの部分からできています。「Bot」ページからもう一度コピーしてください（クライアントシークレットではありません）。
cli-doctor-token-ok = Discordが受け付けました：{ $application }
cli-doctor-token-refused = Discordが受け付けません。誤りがあるか、リセットされています
cli-doctor-token-refused-advice = https://discord.com/developers/applications の「Bot」ページでトークンをリセットし、新しいものをDISCORD_TOKENか.envに入れて、ボットを再起動してください。
cli-doctor-token-unasked = ボットのトークンの形ですが、確かめられませんでした：{ $why }
cli-doctor-discord-unreached = Discordに接続できません（{ $facts }）
cli-doctor-discord-answered = Discordの答えが使えないものでした（{ $facts }）
cli-doctor-application-other = discord.application_idが、トークンとは別のアプリケーションを指しています（トークンのものは{ $id }）
cli-doctor-application-grant = 「Requires OAuth2 Code Grant」が有効なため、だれもボットを招待できません。「Bot」ページで無効にしてください
cli-doctor-application-private = 「Public Bot」が無効です。招待できるのはアプリケーションの所有者だけです
cli-doctor-invite-none = トークンを設定すると、ここに招待用のアドレスが出ます
cli-doctor-intents = 特権インテントは必要ありません
cli-doctor-not-asked = 確かめていません：{ $why }
cli-doctor-servers-none = ボットはまだどのサーバーにもいません
cli-doctor-servers-none-advice = サーバーの管理権限のある人が、上の招待用のアドレスを開いてください。
cli-doctor-servers = { $servers }サーバー（うち{ $well }サーバーで必要な権限がそろっています）
cli-doctor-servers-rest = { $rest }サーバーは確かめていません（一度に100サーバーまで）
cli-doctor-missing = { $server }：ボットに{ $permissions }の権限がありません（チャンネルごとの許可を除く）
cli-doctor-channels-blocked = { $server }：{ $channels }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
 }に通知を送れません
cli-doctor-channels-blocked-advice = チャンネルでボットのロールにこれらの権限を与えるか、そのチャンネルの購読を解除してください。
cli-doctor-channel-closed = #{ $name }（{ $permissions }がない）
cli-doctor-channel-gone = チャンネル{ $id }（削除されたか、ボットに見えません）
cli-doctor-commands-ok = Discordに{ $count }件、このボットが登録したとおりです
cli-doctor-commands-untold = Discordに{ $count }件。このデータベースのボットはまだ登録していません（`kawaraban run`で登録されます）
cli-doctor-commands-other = Discordの{ $count }件はこのボットのものではありません。同じアプリケーションの別のプログラムが書き換えました
cli-doctor-commands-other-advice = そのプログラムを止めるか、別のアプリケーションを使わせてください。`kawaraban run`がコマンドを元に戻します。

cli-doctor-database = { $path }、バージョン{ $current }：トピック{ $topics }件、確認先{ $watches }件、購読{ $subscriptions }件、投稿{ $posts }件、送信待ち{ $waiting }件
cli-doctor-database-new = { $path }が最初の起動で作られます（バージョン{ $newest }）
cli-doctor-database-old = { $path }はバージョン{ $current }です（最新は{ $newest }）
cli-doctor-migrate = `kawaraban migrate`かボットの次の起動で、データベースが作られるか最新になります。バックアップを隣に残します。
cli-doctor-database-room = 空きを作ってください（ディスクを大きくする、database.soft_limit_mbを上げる、上限を下げるなど）。
cli-doctor-postgres = バージョン{ $version }、{ $encoding }、応答{ $ms }ミリ秒、接続{ $used }/{ $most }、このマシンとの時計の差は{ $seconds }秒以内
cli-doctor-postgres-new = { $path }のテーブルが最初の起動で作られます（バージョン{ $newest }）
cli-doctor-postgres-migrate = バックアップを取ってください（{ $backup }）。その後、`kawaraban migrate`かボットの次の起動で、データベースが最新になります。
cli-doctor-postgres-unconfirmed = { $waiting }件のコミットが、応答しないスタンバイを待っています。その間は保存も送信もできません。スタンバイを起動するか、synchronous_standby_namesから外してサーバーの設定を再読み込みしてください。
cli-doctor-postgres-crowded = 空いている接続が少なくなっています。サーバーのmax_connectionsを上げるか、ほかの接続を減らしてください。
cli-doctor-postgres-backup = バックアップのコマンドは `{ $backup }` です。
cli-doctor-postgres-far = 確認のたびにサーバーの応答を17回ほど待ちます。ボットをサーバーの近くで動かしてください。
cli-doctor-backups = { $last }{ $folder }に{ $kept }件あります。
cli-doctor-backups-overdue = 作成の時刻を過ぎています。`kawaraban run`の動作中は1分以内に作られます。
cli-doctor-backups-failed = { $last }前回は作成できませんでした：{ $why }
cli-doctor-backups-advice = 原因を取り除くと、1時間以内に再試行します。すぐに試すには：kawaraban backup FILE
cli-doctor-backups-off = データベースの定期バックアップはありません
cli-doctor-backups-off-advice = backup.every_h（KAWARABAN_BACKUP__EVERY_H）を設定してください（例：24）。
cli-doctor-processes = 稼働中のgatewayは{ $gateways }、pollerは{ $pollers }、senderは{ $senders }です。{ $lost ->
    [0] {""}
   *[other] 応答のないプロセスが{ $lost }あります。
 }
cli-doctor-files-open = このマシンのほかのユーザーが{ $files }を読めます
cli-doctor-files-command = chmod 600 { $paths }
cli-doctor-files-were-open = ほかのユーザーが{ $files }を読める状態でした。データベースを開いたときに直しました
cli-doctor-file = { $path }（モード{ $mode }）
cli-doctor-files-ok = データベースと、鍵を含む設定は（あるものについて）ほかのユーザーから読めません

cli-doctor-topics-unasked = トピック{ $topics }件、すべて未確認
cli-doctor-topics-ok = トピック{ $topics }件、すべて正常{ $quiet }
cli-doctor-topics-ill = トピック{ $topics }件、一部取得不可{ $degraded }件、応答なし{ $down }件{ $quiet }。最初のもの：{ $first }
cli-doctor-topics-quiet = 、いつもより静か{ $quiet }件（{ $names }）
cli-doctor-topics-advice = どのトピックかは`kawaraban status`で見られます。
cli-doctor-source-off = 無効
cli-doctor-no-source = 有効なものがないため、通知を送れません
cli-doctor-no-source-advice = 少なくとも1つを有効にしてください。
cli-doctor-source-by-address = 有効。アドレスだけで使います：`/購読 トピック:https://…`
cli-doctor-source-answers = { $asked }が答えました
cli-doctor-source-fails = { $asked }：{ $why }
cli-doctor-source-advice = 設定のアドレスと、このマシンからつながるかを確かめてください。
cli-doctor-paid-unasked = 確認していません。かかった料金はデータベースに記録します
cli-doctor-paid-no-count = 確認していません：{ $why }
cli-doctor-paid-answers = { $asked }が答えました。今日の読み取りは{ $limit }件中{ $spent }件（UTC）
cli-doctor-paid-spent = 今日の読み取りは{ $limit }件中{ $spent }件（UTC）
cli-doctor-paid-spent-advice = 00:00 UTCから再開します。1日の上限はposts_per_dayで決めます。
cli-doctor-paid-fails = { $why }。今日の読み取りは{ $limit }件中{ $spent }件（UTC）

cli-doctor-clock-unknown = Discordの時計と比べていません：{ $why }
cli-doctor-clock-undated = Discordの答えに日時がないため、比べていません
cli-doctor-clock-off = { $seconds }秒ずれています
cli-doctor-clock-advice = 時刻の同期（NTP）を有効にしてください。
cli-doctor-clock-ok = Discordとの差は{ $seconds }秒以内
cli-doctor-fonts-unknown = 確かめていません（fc-listがありません）。日本語フォントが必要なのはデモのページだけです
cli-doctor-fonts-ok = 日本語：{ $font }
cli-doctor-fonts-none = 日本語フォントがありません
cli-doctor-fonts-advice = このマシンのブラウザーでデモを見るには：apt install fonts-noto-cjk
cli-doctor-words-sudachi = 日本語はSudachiPyで単語に区切ります
cli-doctor-words-by-script = 日本語は文字の種類で単語に区切ります（やや粗くなります）
cli-doctor-words-advice = 増えた言葉を日本語でより正しく示すには、追加機能 `japanese`（120 MB）をインストールしてください（ソースのフォルダーでは`uv sync --extra japanese`か`pip install '.[japanese]'`、wheelではFILE.whlの代わりに`'FILE.whl[japanese]'`）。
