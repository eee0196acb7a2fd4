welcome-title = ### 瓦版を招待していただき、ありがとうございます
welcome-what = チャンネルでトピックを購読すると、投稿が伸びたときに通知が届きます。
welcome-subscribe = - **/購読** 「AI」のような言葉やフィードのアドレスで始められます（「{ perm-manage-channels }」の権限が必要）
welcome-settings = - **/サーバー設定** 言語、通知しない時間帯、初期設定を決められます（「{ perm-manage-guild }」の権限が必要）
welcome-help = - **/ヘルプ** ほかの使い方を、**/このボットについて** 投稿のソースなどを確認できます（だれでも）
welcome-button = ヘルプ
deliveries-welcome = このサーバーへのあいさつ
