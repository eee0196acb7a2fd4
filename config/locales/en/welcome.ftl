welcome-title = ### Thank you for inviting Kawaraban
welcome-what = Subscribe a channel to a topic, and it gets an alert when a post about it takes off.
welcome-subscribe = - **/subscribe** starts with a word, such as AI, or the address of a feed. For people with "{ perm-manage-channels }".
welcome-settings = - **/settings** has language, quiet hours and defaults. For people with "{ perm-manage-guild }".
welcome-help = - **/help** shows the rest to anyone, and **/about** where posts come from.
welcome-button = Help
deliveries-welcome = The welcome of this server
