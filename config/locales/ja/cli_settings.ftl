# コマンドラインが設定の誤りについて言うこと。値は秘密かもしれないので、どの文にも出さない。

cli-settings-no-file = KAWARABAN_CONFIGが指すファイル{ $file }がありません
cli-settings-no-such-file = KAWARABAN_CONFIGが指すファイルがありません
cli-settings-unreadable = { $file }を読み取れません：{ $why }
cli-settings-dotenv-not-utf8 = .envがUTF-8のテキストではありません
cli-settings-toml-not-utf8 = { $file }は正しいTOMLではありません（UTF-8のテキストではありません）
cli-settings-bad-toml = { $file }は正しいTOMLではありません（{ $line }行{ $column }文字目）
cli-settings-bad-toml-end = { $file }は正しいTOMLではありません（末尾で何かが閉じられていません）
cli-settings-table-twice = JSON（テーブル）を入れる環境変数に別のものが入っていて、そのテーブルのキーを別の環境変数も設定しています
cli-settings-no-table = { $file }：テーブル「[{ $table }]」はありません{ $maybe }。使えるのは{ $known }です
cli-settings-no-variable = { $name }：そのような設定はありません{ $maybe }。名前はKAWARABAN_に{ $known }のどれかと、下線2つが続きます
cli-settings-no-key = { $key }（または{ $name }）：そのような設定はありません{ $maybe }。使えるのは{ $known }です
cli-settings-maybe = （{ $guess }ではありませんか？）
cli-settings-config-in-dotenv = KAWARABAN_CONFIGは環境変数だけから読み取ります。.envには書けません
cli-settings-login = { $key }（または{ $name }）には、ホストの前に名前やパスワードのないアドレスを指定してください
cli-settings-wrong-value = { $key }（または{ $name }）の値が正しくありません（値はここに表示しません）。{ $takes }
cli-settings-not-json = { $name }がJSONではありません。環境変数ではテーブルを{ $example }のように書きます
cli-settings-no-token = discord.tokenが設定されていません。ボットのトークンをDISCORD_TOKENか.envに入れてください（`kawaraban demo`はトークンなしで動きます）
cli-http-server-unusable = HTTPサーバーを{ $host }のポート{ $port }で開けません（{ $why }）。http_server.hostかhttp_server.portを変更してください。
cli-settings-demo = { $why }

# 「値が正しくありません。」に続く文。
cli-takes-database = 「sqlite:///パス」または「postgresql://ユーザー@ホスト/名前」の形で指定してください
cli-takes-template = {"{topic}"}を含むhttpまたはhttpsのアドレスを指定してください
cli-takes-ascii = ヘッダーに入るため、表示できるASCII文字だけを使ってください
cli-takes-address = http://またはhttps://で始まるアドレスを指定してください
cli-takes-server = ?や#以降のない、サーバーのアドレスを指定してください
cli-takes-https = トークンを送るため、https://で始めてください（http://はこのマシン自身だけ）
cli-takes-line = 200文字以内の1行にしてください
cli-takes-host = ホスト名かIPアドレスにしてください（ポートは付けません）
cli-takes-gateway = ws://またはwss://で始めてください
cli-takes-wss = トークンを送るため、wss://で始めてください（ws://はこのマシン自身だけ）
cli-takes-token = 空白やASCII以外の文字のない、トークンだけを指定してください
cli-takes-both = identifier（…__IDENTIFIER）とapp_password（…__APP_PASSWORD）は、両方指定するか、両方なしにしてください
cli-takes-url-and-model = url（…__URL）とmodel（…__MODEL）は、両方指定するか、両方なしにしてください
cli-takes-at-least = { $limit }以上の数を指定してください
cli-takes-more-than = { $limit }より大きい数を指定してください
cli-takes-at-most = { $limit }以下の数を指定してください
cli-takes-less-than = { $limit }より小さい数を指定してください
cli-takes-integer = 整数を指定してください
cli-takes-number = 数を指定してください
cli-takes-boolean = trueかfalseを指定してください
cli-takes-text = 文字列を指定してください
cli-takes-list = リストを指定してください。環境変数では項目をコンマで区切ります
cli-takes-table = テーブルを指定してください
cli-takes-choice = { $choices }のどれかを指定してください
cli-takes-other = 別の形で指定してください（例はconfig/kawaraban.example.tomlにあります）
