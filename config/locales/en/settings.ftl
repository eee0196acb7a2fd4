cmd-settings-name = settings
cmd-settings-description = See and change this server's settings, such as language, quiet hours and defaults

settings-title = ## Settings of this server
settings-means = -# Each change is saved at once. Defaults hold for what is made from now on. Subscriptions and digests that exist keep their settings.
settings-part-general = ### Language and times
settings-part-status = ### Notices
    -# Sent to this channel when a source can't be read. Without a channel, each channel with alerts gets its own.
settings-part-subscriptions = ### Defaults for new subscriptions
    -# Used for what /subscribe isn't given.
settings-part-role = -# A role to mention in new subscriptions and digests, if the person who makes them can mention it:
settings-part-digests = ### Defaults for new digests
    -# Used for what /digest create isn't given.
settings-zone = **Time zone**: { $value }
settings-quiet = **Quiet hours**: { $value }
settings-button-zone = Time zone…
settings-button-quiet = Quiet hours…
settings-button-quiet-off = No quiet hours
settings-form-zone = Time zone of this server
settings-form-zone-hint = For example Tokyo, Europe/Paris or UTC (if left empty, none)
settings-form-quiet = Quiet hours of this server
settings-hours = { $days } { $start }–{ $end }, { $zone }
settings-hours-overnight = { $days } { $start }–{ $end } the next day, { $zone }
settings-name-language = Language
settings-name-zone = Time zone
settings-name-quiet = Quiet hours
settings-name-role = Mention
settings-name-status = Channel for notices
settings-saved = ✅ Saved. { $name }: { $value }
settings-undone = ↩️ Undone. { $name }: { $value }
settings-saved-value = ✅ Saved. { $value }
settings-undone-value = ↩️ Undone. { $value }
settings-set = as shown below
settings-unset = the bot's default
settings-unset-language = Each person's own language
settings-unset-zone = not chosen
settings-unset-quiet = none
settings-unset-role = No mention
settings-unset-status = Each channel's own notices
settings-default = { $value } (default)
settings-amount-pace = { $count ->
    [one] About 1 alert a day
   *[other] About { $count } alerts a day
}
settings-amount-each = Every post that reaches its source's minimum
settings-amount-minimum = Every post that reaches { $count } reposts
settings-surge = Surges: { $which }
settings-fold-on = Posts saying the same: one alert
settings-fold-off = Posts saying the same: one each
settings-media-on = Pictures: shown in alerts
settings-media-off = Pictures: text only
settings-top = { $count ->
    [one] 1 post for each topic
   *[other] { $count } posts for each topic
}
settings-alerts-on = Alerts and digest
settings-alerts-off = Digest only
settings-channel-unseen = The bot can't see this channel. Give it "View Channel" there, or choose another one.
settings-unclear = This can't be chosen. Open /settings again.
settings-undo-changed = This was changed again meanwhile, so there is nothing to undo. See /settings.
