## Names of commands
cmd-hide-name = hide
cmd-hide-description = Hide a post in this server: it disappears from messages already sent and never comes back
opt-hide-post-name = post
opt-hide-post-description = The link or ID of the post, or the link of one of this bot's messages
opt-hide-reason-name = reason
opt-hide-reason-description = Your note for the record (if left out, you're asked for one)
cmd-unhide-name = unhide
cmd-unhide-description = Unhide a post in this server
opt-unhide-post-description = The hidden post (choose from the list, or enter its link or ID)
cmd-hidden-name = hidden
cmd-hidden-description = See which posts were hidden, by whom, when and why, and unhide them
cmd-hide-message-name = Hide a post

## Hiding
hide-which = Which post should be hidden?
hide-button = Hide…
hide-confirm = **Hide this post in this server?**
hide-means = It disappears from every message already sent here, from waiting alerts and from /trend, and never comes back from any source. Its stored text is deleted.
hide-button-cancel = Cancel
hide-kept = Nothing was hidden.
hide-late = Too much time has passed. Please run the command again.
hide-form-title = Hide this post?
hide-form-reason = Reason (optional)
hide-form-reason-hint = Kept as your note in /hidden, for people with Manage Messages
hide-done = ✅ Hidden.
hide-done-counts = It will disappear in a moment from { $messages ->
    [0] {""}
    [one] 1 message
   *[other] { $messages } messages
}{ $both ->
    [yes] {" "}and{" "}
   *[no] {""}
}{ $waiting ->
    [0] {""}
    [one] 1 waiting alert
   *[other] { $waiting } waiting alerts
}.
hide-done-note = Your note: { $why }
hide-already = This post is hidden already.
hide-undo-means = Unhiding doesn't restore messages already sent. From then on the post can appear again, for example in /trend.
hide-undo-later = To unhide it later: /hidden or /unhide.
hide-without-text = (a post without text)
hide-post-empty = Please enter the link or the ID of a post.
hide-post-unknown = Can't find this post. These work: the links of "Open post" in alerts and /trend, links to posts on X, and links to this bot's messages.
hide-needs-server = Hiding and unhiding posts affects the whole server, so you need the permission "{ perm-manage-messages }" for the server, not only for this channel.
hide-message-unknown = There is no post of this bot in that message.

## Unhiding
unhide-button = Unhide
unhide-done = ✅ The post can be seen again.
unhide-not-hidden = This post isn't hidden in this server. See /hidden for those that are.
unhide-not-yours = The bot's operator hid this post, or it was deleted where it was posted. A server can't unhide it.

## The record
hidden-title = Hidden posts
hidden-count = Hidden now: { $count }
hidden-none = No post has been hidden in this server.
hidden-hint = The posts themselves aren't kept, only your notes. The letters and digits tell posts apart.
hidden-line-hide = Hidden by { $who } · { $time } · `{ $post }`
hidden-line-unhide = Unhidden by { $who } · { $time } · `{ $post }`
hidden-no-reason = No reason given
hidden-by-operator = the bot's operator
hidden-by-source = its source (deleted there)
hidden-by-person = a member
hidden-page = Page { $page } of { $pages }
