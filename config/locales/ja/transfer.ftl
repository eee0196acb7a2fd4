# サーバーの設定のファイル：書き出しと取り込み（Discordとコマンドライン）

transfer-exported = { $path }に書き出しました：サーバー{ $servers }件、購読{ $subscriptions }件、ダイジェスト{ $digests }件。フィードのアドレスはサーバーの秘密です。読めるのはこのユーザーだけです。
transfer-unwritten = { $path }に書き込めません：{ $why }。書き込めるフォルダーのファイルを指定してください。
transfer-unread = { $path }を読めません：{ $why }。`kawaraban export`で書き出したファイルか、OPMLのファイルを指定してください。
transfer-large = ファイルが{ $limit } MBを超えています。--guildでサーバーごとに書き出してください。
transfer-no-channel = フィードの一覧には、届けるチャンネルが必要です：--channel ID
transfer-no-guild = このチャンネルの記録はまだありません。サーバーも指定してください：--guild ID
transfer-no-feed = { $url }はフィードのアドレスではありません。
transfer-other-server = ファイルにサーバー{ $guild }がありません。チャンネルはサーバーごとに違います。別のサーバーでは、そこで /設定の取り込み を使ってください（チャンネルを名前で探します）。
transfer-wrong-file = 何も変更していません。ファイルに誤りが{ $count }件あります。
transfer-flaw = { $line }行目、{ $where }：{ $what }
transfer-flaw-line = { $line }行目：{ $what }
transfer-more = …ほか{ $count }件。
transfer-dry = 何も変更していません。取り込むと、追加{ $added }件、変更{ $changed }件、削除{ $removed }件です。
transfer-done = 取り込みました：追加{ $added }件、変更{ $changed }件、削除{ $removed }件。

transfer-added = ＋ { $channel }：{ $what }
transfer-changed = 〜 { $channel }：{ $what }（{ $fields }）
transfer-removed = − { $channel }：{ $what }
transfer-subscription = 「{ $name }」の購読
transfer-digest = ダイジェスト「{ $name }」
transfer-hours = 通知しない時間帯
transfer-forum = フォーラムへの通知方法
transfer-blocked-topic = ブロック中のトピック「{ $name }」
transfer-notify-role = 「通知を受け取る」ボタンのロール
transfer-hidden = 非表示の投稿{ $post }…
transfer-settings = サーバーの設定

transfer-not-text = UTF-8のテキストではありません。UTF-8で保存するか、もう一度書き出してください。
transfer-not-toml = TOMLではありません（{ $why }）。文字は引用符で囲み、表は「[[servers.subscriptions]]」のように始めます。
transfer-text-long = ここは{ $limit }文字までです。短くしてください。
transfer-no-id = { $value }はIDではありません。Discordからコピーしてください。
transfer-no-topic-key = このトピックのkeyは使えません。代わりに「topic = "名前"」と入力してください。
transfer-no-line = 目に見える文字だけの1行にしてください。
transfer-words = この語は別の形で読まれます。/購読 の欄と同じように、引用符なしで入力してください。
transfer-names-many = ここに入力できるのは{ $limit }件までです（現在{ $count }件）。
transfer-paid-source = 投稿ごとに料金がかかるソースは、ダイジェストのトピックには使えません。sourcesから"x"を消してください。
transfer-weekdays = 通知しない時間帯の時刻は"00:00"から"23:59"まで、曜日は0（月曜日）から6（日曜日）までです。
transfer-no-version = 最初に`version = { $known }`が必要です。瓦版が書き出したファイルか確かめてください。
transfer-newer = ファイルのバージョンは{ $version }です。この瓦版が読めるのは{ $known }までです。先に更新してください。
transfer-unknown-key = 「{ $key }」という項目はありません。つづりか、置く表を確かめてください。
transfer-missing-key = 項目「{ $key }」がありません。
transfer-no-table = 「[[servers.subscriptions]]」のような表の並びにしてください。
transfer-no-time = 「{ $value }」は時刻ではありません。"23:00"のように入力してください。
transfer-no-choice = 「{ $value }」は選べません。選べる値はdocs/operations/settings-file.ja.mdにあります。
transfer-wrong-kind = { $expected ->
    [int] 引用符のない整数にしてください。
    [str] 引用符で囲んだ文字にしてください。
    [bool] trueかfalseにしてください。
    [array] 角括弧で囲んだ一覧にしてください。
    [object] 表にしてください。
    [datetime] 2026-11-29T03:15:00Zのような時刻にしてください。
   *[other] { $expected }にしてください。
 }
transfer-wrong = この値は使えません：{ $why }。
transfer-no-zone = 時刻にはタイムゾーンが必要です。2026-11-29T03:15:00Zのように入力してください。
transfer-no-blocked-topic = ブロックできるトピックではありません。/急上昇 に表示される名前を、#を付けずに入力してください。
transfer-no-hash = 非表示の投稿は、数字とaからfまでの文字の32文字です。
transfer-address-differs = アドレスがトピックのものと違います。トピックのkeyを消してください。
transfer-no-address = フィードにはアドレス（address）が必要です。
transfer-language = 「{ $language }」は瓦版の言語ではありません。"en"か"ja"を入力してください。
transfer-velocity = 伸びは0から{ $limit }までにしてください。
transfer-quota-subscriptions = 購読が{ $count }件になりますが、1つのサーバーでは{ $limit }件までです。
transfer-quota-digests = ダイジェストが{ $count }件になりますが、1つのサーバーでは{ $limit }件までです。
transfer-hidden-many = 非表示の投稿が{ $count }件になりますが、ファイルで追加できるのは{ $limit }件までです。
transfer-opml-broken = OPMLを読み取れません（{ $line }行目：{ $why }）。フィードリーダーからもう一度書き出してください。
transfer-opml-none = OPMLではありません。フィードリーダーからOPMLで書き出してください。
transfer-opml-empty = この一覧にフィードがありません（xmlUrlのあるoutlineがありません）。
transfer-opml-long = フィードが{ $limit }件を超えています。分けて取り込んでください。
transfer-opml-entity = この一覧はエンティティを定義しています。フィードリーダーには不要です。DOCTYPEを消してください。

cmd-export-name = 設定の書き出し
cmd-export-description = このサーバーの購読、ダイジェスト、設定をファイルで受け取ります
cmd-import-name = 設定の取り込み
cmd-import-description = 購読、ダイジェスト、設定をファイルから取り込みます
cmd-import-file = ファイル
cmd-import-file-description = /設定の書き出し のファイル（編集したものも可）
cmd-import-remove = 削除
cmd-import-remove-description = ファイルにないものを削除する（省略すると残す）
transfer-export = このサーバーの設定です。購読{ $subscriptions }件、ダイジェスト{ $digests }件（管理できるチャンネルの分）。フィードのアドレスはこのサーバーの秘密です。編集して /設定の取り込み で取り込めます。
transfer-button-apply = 取り込む
transfer-left-out = ほか{ $count }件は変更しません（管理できないチャンネルのもの、または「メッセージの管理」が必要な非表示の投稿）。
transfer-too-large = ファイルが{ $limit } KBを超えています。不要なものを消してください。
transfer-forgotten = この取り込みはもう残っていません。/設定の取り込み をもう一度使ってください。
transfer-not-yours = 管理できないチャンネルがあります。/設定の取り込み をもう一度使ってください。
transfer-changed-since = その後、ほかの人が設定を変更しました。/設定の取り込み をもう一度使うと、今の状態との違いを確かめられます。
transfer-status-channel = お知らせのチャンネル{ $channel }が見つかりません。ファイルのstatus_channelを変えるか、消してください。
transfer-several-servers = ファイルにこのサーバーはありません（{ $count }件のサーバーがあります）。1件だけ残してください。
transfer-channel-unknown = { $count ->
    [0] 「{ $name }」というチャンネルがありません。作るか名前を変えるか、ファイルから消してください。
   *[other] 「{ $name }」というチャンネルが{ $count }件あります。名前を変えてください。
 }
transfer-role-unknown = ロール{ $role }はこのサーバーにありません。ファイルのrole_idを消してください。
transfer-no-forum = チャンネル{ $channel }はフォーラムではありません。ファイルのforumsから消してください。
