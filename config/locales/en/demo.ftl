## The demo: the terminal
demo-running = The Kawaraban demo is running. Nothing leaves this computer. Ctrl-C ends it.
demo-address = { $name }: { $address }
demo-address-page = Channel
demo-address-site = Trend page
demo-address-feed = Feed
demo-try-wait = Wait a minute: posts about "{ $surging }" take off, and #{ $channel } gets alerts: about { $pace } a day, those with the most reposts.
demo-try-trend = Type /trend, press Enter, choose "{ $surging }" and press Enter to see its top posts.
demo-try-subscribe = Subscribe to "{ $other }" with /subscribe in the same way. More topics: { $others }
demo-try-buttons = Use the buttons below an alert to get fewer alerts or mute the topic.
demo-try-digest = A digest sums it all up soon after. Create your own with /digest create.
demo-try-page = At the top of the page, switch channels, view it as another person, or make time pass faster.

## The demo: in the channel
demo-welcome =
    ## Kawaraban demo
    This channel is subscribed to "{ $surging }". About { $pace } posts a day, those with the most reposts, will show up here. Type `/` to choose a command.
demo-digest-name = Today's broadsheet
demo-not-listed = The demo reads only its own sites and never the internet. Try its feed instead: { $feed }

## The demo: the page around the channel
demo-page-title = Kawaraban demo
demo-page-channels = Channels
demo-page-viewer = Viewing as
demo-page-speed = Time
demo-page-speed-of = { $speed }× speed
demo-page-sites = Sites
demo-page-site-trend = Trend page
demo-page-site-news = News site and feed
demo-page-end = End demo
demo-page-ended = The demo has ended. Start it again in the terminal.
demo-page-simulated = This Discord is simulated by SimCord.
demo-viewer-editor = { $name } (manages channels)
demo-viewer-member = { $name } (member)

## The demo: its sites
demo-site-topic = { $topic } trends
demo-site-all = All topics
demo-site-popular = Popular posts
demo-site-caution = RP counts as of the time above
demo-site-today = Today's topics
demo-site-about = A made-up trend site for the Kawaraban demo. It runs on this computer alone.
demo-site-counts = { $posts } posts · up to { $top } RP
demo-site-audience = Men: { $male }% Women: { $female }% ({ $group })
demo-site-nothing = There are no posts about "{ $topic }" right now.
demo-site-made-up = Made up for the Kawaraban demo.
demo-site-nowhere = In the demo, this link leads nowhere.
demo-site-footer = Every person, place and number here is made up. This site runs on this computer alone, for the Kawaraban demo.
