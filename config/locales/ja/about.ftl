cmd-about-name = このボットについて
cmd-about-description = バージョン、ソース、プライバシー、連絡先を表示します
about-title = ## 瓦版（Kawaraban）バージョン{ $version }
about-what = 購読したトピックの投稿が伸びたときに、チャンネルへ通知を届けるボットです。MITライセンスのオープンソースです。
about-sources-title = ### ソース
about-sources = 読み取るのは公開された投稿だけで、各サイトの制限とrobots.txtを守ります。投稿の権利は投稿者にあり、通知には必ず元の投稿へのリンクが付きます。利用条件：
about-source = - { $source }：{ $links }{ $more ->
    [0] {""}
   *[other] ほか{ $more }件
}
about-source-own = - { $source }：サイトごとの利用条件
about-no-source = - 有効なソースはありません。
about-hide-title = ### 投稿を非表示にするには
about-hide = 「{ perm-manage-messages }」の権限がある人は、通知の下の「⋯」か /非表示 で投稿を非表示にできます。このサーバーに送信済みのメッセージから消え、再び届くことはありません。すべてのサーバーで非表示にしてほしい投稿者は、ボットの運営者に依頼してください。
about-privacy-title = ### プライバシー
about-privacy-read = このサーバーの会話は読みません。保存するのは購読、ダイジェスト、設定と、そのサーバー、チャンネル、ロールのIDです。
about-privacy-model = 要約と翻訳のために、投稿の本文をボットの運営者が選んだ言語モデルに送ります。
about-privacy-people = このサーバーの人については、購読やダイジェストを作成した人、「通知を受け取る」のロールを選んだ人、投稿を非表示にした人のIDだけを保存します。
about-privacy-posts = 投稿は最後の変化から{ $posts }日後に、送信したメッセージの記録は{ $messages }日後に削除します。同じ投稿を二度送らないように、どの投稿を送ったかだけは{ $decisions }日間保存します。非表示の投稿はハッシュだけを残します。
about-privacy-left = { $left ->
    [0] ボットをサーバーから外すと、そのサーバーのデータをその日のうちにすべて削除します。
   *[other] ボットをサーバーから外すと、そのサーバーのデータを{ $left }日後にすべて削除します。
}
about-contact-title = ### ボットの運営者
about-contact-none = 運営者の連絡先は登録されていません。ボットを招待した人に尋ねてください。
