# コマンドラインのヘルプ。最初の行がコマンドの一覧に出る。

cli-help = 瓦版は、トピックの投稿が話題になると、Discordのチャンネルに通知します。
    { "" }
    `kawaraban demo`でデモをブラウザーに表示します。自分のボットに何が足りないかは`kawaraban doctor`で分かります。
cli-help-usage = 使い方：{ $command }
cli-help-choices = { $meaning }{ $choices }のどれか。
cli-help-usage-options = [オプション]
cli-help-usage-command = コマンド …
cli-help-arguments = 引数：
cli-help-options = オプション：
cli-help-commands = コマンド：
cli-help-default = ［既定値：{ $value }］

cli-help-run = ボットを動かします（DISCORD_TOKENが必要です）。
    { "" }
    --roleなしでは1つのプロセスがすべてを行います。PostgreSQLでは複数のプロセスで分担でき、それぞれに役割を指定します：gateway（コマンドに応答）、poller（トピックを確認）、sender（メッセージとダイジェストを送信）。
cli-help-demo = ブラウザーでボットを試します。
    { "" }
    本物のボットが、模擬のDiscordの中で動きます。トークンもネットワークも使いません。
cli-help-fetch = トピックを1回だけ確認して、投稿を表示します。
    { "" }
    有効なソースすべてで確認します（料金のかかるXを除く）。かかった料金のほかは何も保存しません。サーバーがいくつかあるときは、答えたものを表示します。
cli-help-poll = Discordにつながずに、時間の来たトピックを確認します。
    { "" }
    止めるまで（Ctrl-CかSIGTERM）続けます。--onceを付けると、今あるものだけを確認して終わります。通知は`kawaraban run`が送ります（`run`も確認をします）。
cli-help-watch = チャンネルの購読と関係なく確認するトピック。
cli-help-watch-add = トピックの確認を始めます。
    { "" }
    ソースを指定しないと、有効で料金のかからないソースすべてで確認します。アドレスはフィードとして扱います（トレンドページのホストならトレンドページ）。`kawaraban watch add mastodon TOPIC`で1つ、--sourceでいくつでも指定できます。
cli-help-watch-list = 確認先とその状態をすべて表示します。
cli-help-watch-remove = トピックの確認をやめます（購読しているチャンネルがあれば続きます）。
cli-help-watch-import = ファイルから確認するトピックをまとめて追加します。
    { "" }
    1行に1トピック、またはタブかコンマで区切った表（ソース、トピックの順）。1行目に列の名前を書けば順番は自由です。ソースが空なら、有効なソースすべてで確認します。「# 」で始まる行はコメントです。使えない行が1つでもあれば、何も追加しません。
cli-help-digest = 定期のダイジェスト。
cli-help-digest-list = ダイジェストと次回の予定をすべて表示します。
cli-help-digest-preview = 今送るとしたらどうなるかを表示します。送信も保存もしません。
cli-help-healthcheck = ボットが動いているかを確認します（コンテナやサービス管理用）。
cli-help-reload = 動いているボットに設定を読み直させ、再起動が必要な項目を表示します。
    { "" }
    http_server.enabledが必要です。ボットが応答すれば0、しなければ1で終わります。
cli-help-status = ソースの状態と、送信待ちの件数を表示します。
cli-help-hide = 投稿を非表示にします（すべてのサーバーか、1つのサーバー）。
    { "" }
    ボットが動くとすぐに送信済みのメッセージから消え、以後は送りません。
cli-help-unhide = 非表示の投稿を再表示できるようにします。
    { "" }
    送信済みのメッセージから消えたものは戻りません。
cli-help-hidden = だれがいつ何をなぜ非表示、再表示にしたかを、新しい順に表示します。
cli-help-doctor = 問題がないかを調べ、あれば対処を示します。
    { "" }
    設定、トークン、各サーバーでの権限、コマンド、データベース、ソース、時計、フォントを調べ、招待用のアドレスを表示します。何も変更しません。対応が必要なことがあれば終了コード1で終わります。
cli-help-migrate = データベースを作る、このバージョンに更新する、または別の場所にコピーします。
    { "" }
    ボットは起動時に自分で行います。更新前のバックアップを隣に残します。
cli-help-backup = データベースをファイルにバックアップします。ボットの動作中でも実行できます。
    { "" }
    完成して確認が済んでから、指定した名前になります。読み書きできるのはこのユーザーだけです。すでにあるファイルは、--forceを付けたときだけ置き換えます。PostgreSQLでは、pg_dumpのコマンドを表示します。

cli-help-restore = ボットを止めた状態で、データベースをバックアップに戻します。
    { "" }
    先にバックアップを確認し、元のファイルは隣に残します。次にボットを起動すると、バックアップ以降に各チャンネルへ届いたものを読んでから送信を始めるため、同じものは二度送られません。PostgreSQLでは、実行するコマンドを順に表示します。

cli-help-check = データベースの異常を調べ、--mendを付けると修復します。
    { "" }
    ファイルのページと索引、失われた行への参照、ボットの動作に必要な整合性を調べます。--mendを付けなければ何も変更しません。修復するときはボットを止めてください。修復前のバックアップを残します。直すものが残っていると1で終わります。

cli-help-export = サーバーの設定を、人が読んで編集できるファイルに書き出します。
    { "" }
    購読、ダイジェスト、通知しない時間帯、設定、非表示の投稿をTOMLで書き出します（docs/operations/settings-file.ja.md）。ファイルを省略すると標準出力に書きます。フィードのアドレスはサーバーの秘密です。
cli-help-import = ファイルからサーバーの設定を取り込みます。
    { "" }
    ファイルにあるものを追加、変更します。--removeを付けると、ファイルにないものを削除します。誤りのあるファイルでは何も変更せず、誤りを行ごとに示します。サーバーごとに、すべて変更するか何も変更しないかのどちらかです。フィードの一覧（OPML）には--channelが必要です。

cli-param-help = このヘルプを表示します。
cli-param-version = バージョンを表示します。
cli-param-language = コマンドラインの言語（省略すると設定のcli.language、なければシステムの言語）。
cli-param-install-completion = このシェルに補完を組み込みます。
cli-param-show-completion = このシェルの補完スクリプトを表示します。
cli-param-as-json = JSONを出力します（英語、docs/commands.md）。
cli-param-topic = キーワード、またはフィードかトレンドページのアドレス。
cli-param-words = キーワードかアドレス。その前にソースを指定できます。
cli-param-source = このソースだけ。いくつでも指定できます。
cli-param-post = 投稿のリンクかID。
cli-param-unhide-post = 投稿のリンクかIDかハッシュ。
cli-param-guild = このIDのサーバーだけ。
cli-param-reason = 記録に残す理由。
cli-param-name = ダイジェストの名前かID。
cli-param-file = 一覧のファイル。-なら標準入力から読みます。
cli-param-dry-run = 何が追加されるかを表示します。書き込みはしません。
cli-param-addresses = アドレス全体を表示します（鍵を含むことがあります）。
cli-param-ready = 準備ができているか（接続、トピックの確認、送信）も確認する。
cli-param-watch = Ctrl-Cまで2秒ごとに表示し直す。
cli-param-once = 今あるものだけを確認して終わります。
cli-param-role = このプロセスの役割（省略するとall、いくつでも指定できます）。
cli-param-shard-ids = このゲートウェイのシャード。例：0,1（省略するとすべて）。
cli-param-shard-count = シャードの総数（省略するとDiscordの推奨数）。
cli-param-demo-language = デモの言語（省略するとコマンドラインの言語）。
cli-param-backup-file = バックアップのファイル。
cli-param-restore-file = 戻すバックアップのファイル（--keep-hiddenと--noteでは、非表示の投稿のファイル）。
cli-param-note = pg_restoreなど別の方法で復元したことを記録します。ファイルを指定すると、その投稿をもう一度非表示にします。
cli-param-keep-hidden = 別の方法で復元する前に、非表示の投稿をファイルに保存します。
cli-param-export-file = 書き出すファイル（省略すると標準出力）。
cli-param-opml = フィードだけを、フィードリーダー用の一覧（OPML）で書き出します。
cli-param-import-file = 設定のファイル。-なら標準入力から読みます。
cli-param-import-dry-run = 変わるものを表示し、何も書き込みません。
cli-param-remove = ファイルにないものを削除します。
cli-param-channel = OPMLのフィードを届けるチャンネル。
cli-param-mend = 修復できるものを修復します。
cli-param-force = すでにあるファイルを置き換えます。
cli-param-to = 更新する代わりに、データベースをこの空のアドレスにコピーします（例：postgresql://user@host/name、sqlite:////path/file.db）。
cli-param-port = ページのポート。0なら空いているものを使います。
cli-param-seconds = この秒数で自動的に終わります。
cli-param-speed = デモの時間を何倍の速さで進めるか（1〜60）。
cli-param-browser = ブラウザーでページを開きます。
