## フォーラムの投稿のタイトル
forum-title-story = { $topic }:{ $words }
forum-title-digest = { $name }・{ $day }
forum-title-notice = このフォーラムのトピックの情報源について
forum-title-none = 投稿

## フォーラムへの知らせ方(/購読 で選ぶ)
opt-sub-forum-name = フォーラム
opt-sub-forum-description = フォーラムで何ごとに投稿を立てるか(省略すると今のまま、初めはトピックごと)
choice-forum-topic = トピックごと(通知はその中に届く)
choice-forum-story = 通知ごと
forum-told-topic = このフォーラムでは、トピックごとに1つの投稿を立て、通知はその中に届けます。
forum-told-story = このフォーラムでは、通知ごとに新しい投稿を立てます。
forum-changed-topic = このトピックはもう購読しています。これから { $channel } では、トピックごとに1つの投稿を立て、通知はその中に届けます。
forum-changed-story = このトピックはもう購読しています。これから { $channel } では、通知ごとに新しい投稿を立てます。
error-no-forum = 「フォーラム」はフォーラムチャンネル用の項目です。ほかのチャンネルでは省略してください。
error-forum-tags = このフォーラムの投稿にはタグが必要ですが、ボットが付けられるタグがありません。だれでも付けられるタグを追加するか、ボットに「{ perm-manage-threads }」を許可してください。
perm-create-posts = 投稿を作成
