cmd-about-name = about
cmd-about-description = See this bot's version, sources, privacy and contact
about-title = ## Kawaraban { $version }
about-what = A bot that sends a channel an alert when a post about one of its topics takes off. Open source, under the MIT License.
about-sources-title = ### Sources
about-sources = Only public posts are read, within each site's limits and robots.txt. Their authors keep all rights, and every alert links to the post. Terms:
about-source = - { $source }: { $links }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}
about-source-own = - { $source }: each site's own
about-no-source = - No source is on.
about-hide-title = ### Hide a post
about-hide = People with the permission "{ perm-manage-messages }" can hide a post with ⋯ under the alert, or with /hide. It disappears from everything the bot sent in this server and won't be sent again. An author who wants a post hidden everywhere can ask the bot's operator.
about-privacy-title = ### Privacy
about-privacy-read = The bot doesn't read this server's conversations. It keeps subscriptions, digests and settings, with the IDs of the server, channels and roles.
about-privacy-model = Texts of posts go to the language model that the bot's operator chose, for summaries and translations.
about-privacy-people = Of people in this server it keeps the IDs of those who made a subscription or a digest, chose the role of the button "Notify me", or hid a post.
about-privacy-posts = Posts are deleted { $posts ->
    [one] a day
   *[other] { $posts } days
} after their last change, and sent messages after { $messages } days. For { $decisions } days the bot remembers which posts it sent, so that none is sent twice. Of a hidden post only a hash is kept.
about-privacy-left = { $left ->
    [0] When it's removed from a server, it deletes everything it knows of the server the same day.
    [one] A day after it's removed from a server, it deletes everything it knows of the server.
   *[other] { $left } days after it's removed from a server, it deletes everything it knows of the server.
}
about-contact-title = ### The bot's operator
about-contact-none = The operator has left no contact here. Ask the person who invited the bot.
