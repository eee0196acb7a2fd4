## The card of an alert
alert-dot = {" · "}
alert-head = ### { $topic } · { $why }
alert-why-new = new post
alert-why-new-passed = new post, passed { $count ->
    [one] { $minimum } repost
   *[other] { $minimum } reposts
}
alert-why-new-entry = new article
alert-why-rose = passed { $count ->
    [one] { $minimum } repost
   *[other] { $minimum } reposts
}
alert-why-together = passed { $count ->
    [one] { $minimum } repost
   *[other] { $minimum } reposts
} together with posts that say the same
alert-rp = RP { $rp }
alert-rp-rise = RP { $before } → { $now }
alert-reposts = { $count ->
    [one] { $rp } repost
   *[other] { $rp } reposts
}
alert-reposts-unknown = repost count unknown
velocity-hour = +{ $gained } in the last hour
velocity-minutes = +{ $gained } in { $minutes } minutes
alert-menu-translate = Translate
translate-by-model = Translated by a language model.
translate-off = This post can't be translated here.
translate-spent = You've used up your translations for today. Please try again after 00:00 UTC.
translate-failed = Can't translate this post right now. Please try again later.
alert-reposts-rise = Reposts: { $before } → { $now }
alert-reposts-grown = Reposts: { $sent } when sent → { $now } now
score-bookmarks = { $count ->
    [one] { $shown } bookmark
   *[other] { $shown } bookmarks
}
score-searches = { $shown }+ searches
alert-age = posted { $age }
alert-age-day = posted { $day }
alert-as-of = { $source } · as of { $time }
alert-caution = {""}
alert-also = { $more ->
    [0] also on { $sources }
   *[other] also on { $sources } and { $more } more
}
alert-story = Also { $count ->
    [one] 1 more post
   *[other] { $count } more posts
 } on { $sources ->
    [one] 1 source
   *[other] { $sources } sources
 }
alert-story-counted = Also { $count ->
    [one] 1 more post
   *[other] { $count } more posts
 } on { $sources ->
    [one] 1 source
   *[other] { $sources } sources
 }, together RP { $rp }
alert-needed-rp = Today's minimum: RP { $minimum }
alert-pace = { $number } of about { $pace } today
alert-most-by-author = Most posts of this hour come from one author
alert-most-by-site = Most posts of this hour link to one site
alert-sensitive = ⚠️ Marked as sensitive
alert-warning = ⚠️ Sensitive: { $warning }
alert-withheld = 🔞 Sensitive post with media, not shown in this channel (reposts: { $rp })
alert-button-open = Open post
alert-button-article = Read article
alert-button-trend = Trend
alert-button-held = Show
alert-button-story = { $count } more
alert-sample = -# This is a preview, not a real alert.

## The summary line
alert-summary-ceiling = **{ $topic }** · { $count ->
    [one] 1 more post
   *[other] { $count } more posts
 } over the hourly limit
alert-summary-catch-up = **{ $topic }** · { $count ->
    [one] 1 more post
   *[other] { $count } more posts
 } from while the bot was away

## What a summary counted
alert-held-title = ### { $topic } · { $count ->
    [one] 1 more post
   *[other] { $count } more posts
 }
alert-held-page = Page { $page } of { $pages }
alert-held-empty = These posts are no longer stored.
alert-held-previous = Back
alert-held-next = Next

## Posts that say the same
alert-story-rest = **{ $topic }** · { $count ->
    [one] 1 more post says
   *[other] { $count } more posts say
 } the same as a hidden post
alert-story-title = ### { $topic } · { $count ->
    [one] 1 more post says the same
   *[other] { $count } more posts say the same
 }
alert-story-empty = These posts are no longer stored, or were hidden.
alert-story-split = Not the same
alert-story-split-done = ✅ That post is sent on its own, and won't be counted in this alert again.
alert-story-unsplit = ✅ That post is counted in the alert again.
alert-story-unsplit-sent = ✅ Undone from now on. The post was already sent on its own, so that alert stays.
alert-story-gone = That post isn't counted in this alert anymore.

## The ⋯ menu
alert-menu-title = ### Alerts for { $topic }
alert-menu-minimums = Sent now: { $minimums }
alert-menu-minimum = { $source } from RP { $minimum }
alert-menu-all = { $source }: every post
alert-menu-articles = { $source }: every article
alert-menu-until = Muted until { $time }.
alert-menu-quieter = Fewer alerts
alert-menu-pace-quieter = Fewer ({ $pace } a day)
alert-menu-pace-more = More ({ $pace } a day)
alert-menu-mute-hour = Mute 1 hour
alert-menu-mute-day = Mute 1 day
alert-menu-author = Mute this author
alert-menu-stop = Unsubscribe
alert-menu-hide = Hide this post…
alert-menu-undo = Undo
alert-done-quieter = ✅ Fewer alerts for **{ $topic }** from now on: { $minimums }
alert-done-more = ✅ More alerts for **{ $topic }** from now on: { $minimums }
alert-done-muted = 🔕 **{ $topic }** is muted until { $time }. Posts from that time won't be sent later either.
alert-done-author = ✅ Posts by { $handle } won't be sent for **{ $topic }** any more.
alert-done-stopped = ✅ Unsubscribed from **{ $topic }**.
alert-later-quieter = To change this later: /subscriptions, then Edit.
alert-later-pace = To change this later: /subscriptions, then Edit.
alert-later-muted = To unmute it later: /subscriptions.
alert-later-author = To unmute the author later: /subscriptions, then Filters.
alert-later-stopped = You can undo this for 30 days. After that, use /subscribe.
alert-undone-quieter = ↩️ Alerts for **{ $topic }** are as before: { $minimums }
alert-undone-muted = ↩️ **{ $topic }** isn't muted any more.
alert-undone-muted-until = ↩️ **{ $topic }** is muted until { $time }, as before.
alert-undone-author = ↩️ Posts by { $handle } can be sent for **{ $topic }** again.
alert-undone-stopped = ↩️ Subscribed to **{ $topic }** again.
error-undo-changed = This was changed again meanwhile, so there is nothing to undo. See /subscriptions.

## A channel that was lost
paused-forbidden = I no longer have permission to post in { $channel }, so these are paused: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. Restore the permission, then press the button below, or resume in /subscriptions and /digest list.
paused-not-found = { $channel } no longer exists, so these are paused: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. See /subscriptions and /digest list.
paused-refused = { $channel } refused several messages in a row, so these are paused: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. Check what kind of channel it is now, then press the button below, or resume in /subscriptions and /digest list.
paused-several-forbidden = I no longer have permission to post in { $count } channels of **{ $server }**, so everything sent there is paused. Restore the permission, then press the button below, or resume in /subscriptions and /digest list.
paused-several-not-found = { $count } channels of **{ $server }** no longer exist, so everything sent there is paused. See /subscriptions and /digest list.
paused-several-refused = { $count } channels of **{ $server }** refused several messages in a row, so everything sent there is paused. Check what kind of channels they are now, then press the button below, or resume in /subscriptions and /digest list.
paused-channel = - { $channel }: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }
paused-more-channels = - and { $count } more channels
paused-private = Something you set up in this server is paused, because I can't post in its channel any more. See /subscriptions and /digest list.
button-resume-all = Resume all
paused-invited-back = I'm back in **{ $server }**. { $count ->
        [one] One thing is
       *[other] { $count } things are
    } still paused from before: { $topics }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }. Press the button below to resume, or see /subscriptions and /digest list.
paused-invited-back-private = I'm back in **{ $server }**. { $count ->
        [one] One thing is
       *[other] { $count } things are
    } still paused from before. Press the button below to resume, or see /subscriptions and /digest list.
resume-done-all = Resumed { $count } in { $channels ->
        [one] one channel
       *[other] { $channels } channels
    }.
resume-left-out = { $channels ->
        [one] One channel wasn't resumed:
       *[other] { $channels } channels weren't resumed:
    } { $why }

# Descriptions of pictures, for people who cannot see them. $kind: image, video, animation, audio or face.
picture-alt = { $kind ->
        [video] Video: { $alt }
        [animation] Animation: { $alt }
        [audio] Sound: { $alt }
       *[image] { $alt }
    }
picture-by = { $kind ->
        [video] Video in a post by { $author }
        [animation] Animation in a post by { $author }
        [audio] Sound in a post by { $author }
        [face] Profile picture of { $author }
       *[image] Picture in a post by { $author }
    }
picture-kind = { $kind ->
        [video] Video
        [animation] Animation
        [audio] Sound
        [face] Profile picture
       *[image] Picture
    }
