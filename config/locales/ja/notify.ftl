cmd-notify-name = 通知ボタン
cmd-notify-description = 通知の下に、ロールを受け取ったり外したりできるボタンを付けます
cmd-notify-set-name = 設定
cmd-notify-set-description = 「通知を受け取る」ボタンで受け取るロールを選びます
opt-notify-role-name = ロール
opt-notify-role-description = 権限のないロールで、ボットのロールとあなたのロールより下にあるもの
opt-notify-topic-name = トピック
opt-notify-topic-description = この購読の通知だけに付けます（省略するとサーバーのすべての通知）
cmd-notify-off-name = 解除
cmd-notify-off-description = 「通知を受け取る」ボタンをなくします
opt-notify-off-topic-description = この購読だけのボタン（省略するとサーバー全体のボタン）
notify-button = 通知を受け取る
notify-button-topic = 通知を受け取る：{ $topic }
notify-which-all = このサーバーのすべての通知
notify-which-topic = **{ $topic }** の通知
notify-chosen = ✅ { $which }の下にボタンを付けます。押した人は{ $role }を受け取り、もう一度押すと外れます。ロールにメンションするには、/購読一覧 で選ぶか、/サーバー設定 で初期設定にしてください。
notify-opens = ⚠️ このロールがあると、{ $more ->
        [0] { $channels }
       *[other] { $channels }とほか{ $more }件
    }のチャンネルも見えるようになります。ボタンはだれでも押せるため、意図していない場合は別のロールを選んでください。
notify-ended = ✅ { $which }のボタンをなくしました。送信済みの通知のボタンを押すと、使えないことを伝えます。
notify-given = 🔔 { $role }を受け取りました。もう一度押すと外れます。
notify-taken = 🔕 { $role }を外しました。もう一度押すと受け取れます。
notify-none = そのボタンはありません。
notify-off = このボタンは今は使えません。「{ perm-manage-guild }」と「{ perm-manage-roles }」の権限がある人が、/通知ボタン 設定 でロールを選べます。
notify-unsafe = このロールには権限が付いたため、ボタンでは渡せません。「{ perm-manage-guild }」と「{ perm-manage-roles }」の権限がある人が、/通知ボタン 設定 で別のロールを選べます。
notify-forbidden = このロールの変更をDiscordが許可しませんでした。ボットに「{ perm-manage-roles }」の権限があり、ボットのロールがこのロールより上にある必要があります。
notify-bot-needs = このボタンには、ボットに「{ perm-manage-roles }」の権限が必要です。サーバーの設定で、ボットのロールに許可してください。
notify-pending = 先にこのサーバーのルールに同意してから、もう一度押してください。
notify-role-everyone = @everyoneは全員が持っています。別のロールを選んでください。
notify-role-managed = アプリ、ブースト、サブスクリプションのロールは渡せません。別のロールを選んでください。
notify-role-dangerous = ボタンはだれでも押せるため、次の権限がどのチャンネルにもないロールだけを選べます：{ $permissions }。別のロールを選んでください。
notify-role-above-you = あなたの最上位のロールより下にないため、選べません。別のロールを選んでください。
notify-role-above-bot = ボットのロールより下にありません。サーバーの設定でボットのロールを上に移動してから、もう一度試してください。
