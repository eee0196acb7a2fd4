cmd-notify-name = notify
cmd-notify-description = Give people a button under alerts with which they take a role and give it back
cmd-notify-set-name = set
cmd-notify-set-description = Choose the role that the button "Notify me" gives
opt-notify-role-name = role
opt-notify-role-description = A role without permissions, below the bot's own and yours
opt-notify-topic-name = topic
opt-notify-topic-description = Only for alerts of this subscription (all alerts of the server if left out)
cmd-notify-off-name = off
cmd-notify-off-description = Remove the button "Notify me"
opt-notify-off-topic-description = Only this subscription's own button (the server's if left out)
notify-button = Notify me
notify-button-topic = Notify me: { $topic }
notify-which-all = all alerts of this server
notify-which-topic = alerts of **{ $topic }**
notify-chosen = ✅ A button under { $which } now gives { $role } to anyone who presses it, and takes it back when they press it again. To mention the role, choose it in /subscriptions or as a default in /settings.
notify-opens = ⚠️ The role also opens { $more ->
        [0] { $channels }
       *[other] { $channels } and { $more } more
    } to everyone who presses the button. If that isn't what you want, choose another role.
notify-ended = ✅ Removed the button under { $which }. Those under alerts that were sent already say that it's off.
notify-given = 🔔 You now have { $role }. Press the button again to give it back.
notify-taken = 🔕 You no longer have { $role }. Press the button again to get it.
notify-none = There is no such button here.
notify-off = This button is off now. People with "{ perm-manage-guild }" and "{ perm-manage-roles }" can choose a role with /notify set.
notify-unsafe = This role can't be given out any more, because it has permissions now. People with "{ perm-manage-guild }" and "{ perm-manage-roles }" can choose another one with /notify set.
notify-forbidden = Discord didn't let the bot change this role. The bot needs the permission "{ perm-manage-roles }", and its own role must be above this one.
notify-bot-needs = The bot needs the permission "{ perm-manage-roles }" for this button. Allow it for the bot's role in the server's settings.
notify-pending = Please accept this server's rules first, then press the button again.
notify-role-everyone = Everyone has @everyone already. Choose another role.
notify-role-managed = This role belongs to an app, to boosts or to a subscription, so nobody can give it out. Choose another role.
notify-role-dangerous = Anyone can press the button, so the role must have no such permissions, in no channel either: { $permissions }. Choose another role.
notify-role-above-you = This role isn't below your highest role, so you can't give it out yourself. Choose another role.
notify-role-above-bot = This role isn't below the bot's own role. Move the bot's role above it in the server's settings, then try again.
