## Names of commands
cmd-hide-name = hide
cmd-hide-description = Take a post down in this server: it vanishes from alerts already sent and never comes back
opt-hide-post-name = post
opt-hide-post-description = The link or id of the post, or the link to one of this bot's messages
opt-hide-reason-name = reason
opt-hide-reason-description = A reason for the record (may be left out)
cmd-unhide-name = unhide
cmd-unhide-description = Let a post that was taken down be seen again
opt-unhide-post-description = The post (choose from the list, or give its link or id)
cmd-hidden-name = hidden
cmd-hidden-description = See who took down what, when and why
cmd-hide-message-name = Hide a post

## Taking down
hide-which = Which post should go?
hide-button = Hide…
hide-question = **Take this post down in this server?**
hide-means = It vanishes from every message already sent here, from alerts that wait and from `/trend`, and never comes back, whichever source brings it. The stored text is deleted.
hide-button-sure = Hide it
hide-button-keep = Keep it
hide-kept = Nothing was taken down.
hide-late = Too much time has passed. Please run the command again.
hide-done = ✅ Taken down.
hide-done-counts = It goes from { $messages ->
    [one] 1 message
   *[other] { $messages } messages
} and { $waiting ->
    [one] 1 waiting alert is
   *[other] { $waiting } waiting alerts are
} dropped.
hide-already = This post was taken down before.
hide-undo-means = Unhiding does not bring back what vanished from sent messages. From then on the post can appear again, for example in `/trend`.
hide-without-text = (a post without text)
hide-post-empty = Please give the link or the id of the post.
hide-post-unknown = This post cannot be found. Known are the links of the Open buttons in alerts and `/trend`, links to posts on X, and links to this bot's messages.
hide-needs-server = Taking a post down, and taking that back, holds in the whole server. It needs the permission "{ perm-manage-messages }" for the server, not only for a channel.
hide-message-unknown = That message holds no post told by this bot.

## Letting back
unhide-button = Unhide
unhide-done = ✅ The post can be seen again.
unhide-not-hidden = This post is not hidden in this server. `/hidden` shows what is.
unhide-not-yours = The operator of the bot took this post down, or it was deleted where it came from. A server cannot bring it back.

## The record
hidden-title = Posts taken down
hidden-none = No post was taken down in this server.
hidden-hint = Nothing of the posts is kept. The letters and digits are marks to tell them apart.
hidden-line-hide = { $time } · { $who } hid `{ $post }` · { $why }
hidden-line-unhide = { $time } · { $who } unhid `{ $post }` · { $why }
hidden-no-reason = no reason given
hidden-by-operator = the operator
hidden-by-source = deleted at its source
hidden-by-person = a member
