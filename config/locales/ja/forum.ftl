## フォーラムの投稿のタイトル
forum-title-story = { $topic }：{ $words }
forum-title-digest = { $name } ・ { $day }
forum-title-notice = このフォーラムのトピックのソースについて
forum-title-none = 投稿

## フォーラムでの投稿の作り方（/購読 で選ぶ）
opt-sub-forum-name = フォーラム
opt-sub-forum-description = フォーラムで何ごとに投稿を作成するか（省略すると今の設定のまま、最初はトピックごと）
choice-forum-topic = トピックごと（通知はその投稿の中に届く）
choice-forum-story = 通知ごと
forum-posts-by-topic = このフォーラムでは、トピックごとに投稿を1つ作成し、通知はその中に届きます。
forum-posts-by-story = このフォーラムでは、通知ごとに投稿を作成します。
forum-changed-topic = このトピックはすでに購読中です。これから{ $channel }では、トピックごとに投稿を1つ作成し、通知はその中に届きます。
forum-changed-story = このトピックはすでに購読中です。これから{ $channel }では、通知ごとに投稿を作成します。
error-no-forum = 「フォーラム」はフォーラムチャンネルでだけ使えます。ほかのチャンネルでは省略してください。
error-forum-tags = このフォーラムの投稿にはタグが必要ですが、ボットが付けられるタグがありません。モデレーター以外も使えるタグを追加するか、ボットに「{ perm-manage-threads }」を許可してください。
perm-create-posts = 投稿を作成
