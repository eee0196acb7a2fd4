"""The English world of the demo. Every author, handle, place and figure here is made up."""

from __future__ import annotations

from bot.demo.worlds.script import Article, Cast, Place, Script, ScriptedPicture, earlier, rising, settled, surge

MASTODON, MISSKEY = Place.MASTODON, Place.MISSKEY

DATA_CENTER = Script(
    "data center",
    2_140,
    71,
    "men in their 30s",
    (
        surge(
            "Harbor Money Notes",
            "demo_harbor_mon",
            1_280,
            "BREAKING: the old shipyard on the waterfront becomes one of the country's largest data centers.\n\n"
            "• about 40 football fields of land\n"
            "• cooled by seawater and groundwater 🌊\n"
            "• waste heat goes to the public pool next door\n"
            "• building starts in spring, opens in three years\n\n"
            "The handout was a joy to read. Summary here 👇\n"
            "https://example.com/harbor/data-center",
        ),
        surge(
            "Cable Nerd Kit",
            "demo_cable_kit",
            940,
            "They're keeping the shipyard cranes and putting the data center underneath. "
            "Whoever drew that: take a bow 👏 #datacenter",
        ),
        surge(
            "The Power Desk",
            "demo_power_desk",
            610,
            "That waterfront data center needs as much power as 90,000 homes.\n"
            "The hard parts are summer noons and winter mornings.\n"
            "How many batteries they add decides how the town gets through both.\n"
            "Charts later 🔋 #datacenter",
            MASTODON,
        ),
        surge(
            "Sea Breeze Realty",
            "demo_seabreeze",
            430,
            "The data center was only just announced.\nWe're on our fifth call about warehouses by the station. "
            "That was quick. #datacenter",
            MISSKEY,
        ),
        rising(
            "Cooling Uncle",
            "demo_cooling_un",
            520,
            "Visited a data center that sinks its servers in oil.\n"
            "No fans. Complete silence.\n"
            "Like a fish tank. I could have stayed all day 🫧",
        ),
        rising(
            "Night Shift Ops",
            "demo_night_ops",
            340,
            "Things everyone in a data center knows\n\n"
            "✅ you wear a cardigan in August\n"
            "✅ a screw dropped under the floor belongs to the floor\n"
            "✅ “the internet is slow” hurts a little, at home\n"
            "✅ nobody misses the day they test the generator",
            MISSKEY,
        ),
        settled(
            "Snow Country Tech",
            "demo_snow_tech",
            860,
            "The data center cooled by snow has filled its store again ⛄\n"
            "It covers 70% of the cooling until late summer.\n"
            "“We used to pay to have it taken away,” says the mayor.",
        ),
        settled(
            "Erica reads maps",
            "demo_erica_maps",
            295,
            "Put every data center on one map:\n"
            "1. near a substation\n2. far from a fault\n3. along the fiber trunk\n"
            "They line up so neatly 🗺️ #maps #datacenter",
        ),
        settled(
            "Slow Budget",
            "demo_slow_budge",
            152,
            "Somewhere a data center is cooling my 10,000 photos, and half of them are blurry. Sorry 📷",
        ),
        settled(
            "Main Street Lab",
            "demo_mainstreet",
            88,
            "Our survey on living next to a data center is in.\n"
            "--------\n"
            "• worried about noise 31%\n• worried about the view 44%\n• glad of the taxes 62%\n"
            "--------\n"
            "The comments behind the numbers are in the report.",
        ),
        settled(
            "raccoon_ops",
            "demo_raccoon_op",
            47,
            "People whose racks are tidy at the back explain things well, too.",
            MASTODON,
        ),
        settled(
            "First Investor",
            "demo_first_inve",
            31,
            "“Data center stocks” can mean buildings, power, cooling or fiber. That's as far as I got today.",
            MISSKEY,
        ),
        surge(
            "Minato City Watch",
            "demo_minato_wat",
            720,
            "Minato City to hold public meeting on data center on 6 December, 2 pm at Civic Hall",
        ),
        surge(
            "Tram Window Seat",
            "demo_tram_seat",
            310,
            "public meeting about the data center on December 6, 2 pm, Civic Hall. "
            "see you there, Minato City! #datacenter",
            MASTODON,
        ),
        surge(
            "Next to Civic Hall",
            "demo_next_hall",
            260,
            "Notice: Minato City invites residents to a public meeting on the data center, "
            "6 December at 2 pm in the Civic Hall. #datacenter",
            MISSKEY,
        ),
        surge(
            "Harbor Town Post",
            "demo_harbor_pst",
            380,
            "A public meeting on the data center will be held by Minato City in the Civic Hall "
            "on 6 December at 2 pm.",
        ),
        surge(
            "Notice Board Nan",
            "demo_board_nan",
            180,
            "Public meeting on 6 December, 2 pm, Civic Hall, Minato City #datacenter",
            MASTODON,
        ),
    ),
    earlier(
        ("Harbour Walks", "demo_harb_walk", "There is another data center tour next month. Bring ear plugs."),
        ("Night Shift Hal", "demo_night_hal", "Night shift at the data center is quiet. Just me and the kettle."),
        ("Loose Screws", "demo_loose_scr", "We move to the cloud, so the data center racks empty out."),
        ("Solar Roofs", "demo_solar_rof", "The data center down our road put panels on its roof. Pretty."),
        ("Fan by the Window", "demo_fan_windw", "Somebody records the hum of data center fans as a hobby."),
        ("Morning Courier", "demo_m_courier", "I pass the data center every morning and the guard waves."),
        ("Ruler and Plan", "demo_ruler_pln", "Learned today that a data center has a floor above its floor."),
        ("Shelf of Words", "demo_shelf_wrd", "What do you call a data center for short?"),
        ("Generator Watch", "demo_generator", "Generator check at the data center went fine."),
        ("Dreams below Sea", "demo_below_sea", "Watched the film about a data center under the sea, twice."),
        ("Above the Deli", "demo_abov_deli", "Builders of a data center bought thirty lunches from us."),
        ("Old Magnet", "demo_oldmagnet", "Gave a magnet to a friend who works at a data center. He laughed."),
        ("Quiet Windows", "demo_quietwind", "A house without windows turned out to be a data center."),
        ("Tea and Stocks", "demo_tea_stock", "Data center stocks had a calm week."),
        ("Water Tower Fan", "demo_watertowr", "How much water does a data center drink in a year, I wonder."),
        (
            "Snowman North",
            "demo_snow_nrth",
            "Read about a data center cooled by snow. I like winter more now.",
        ),
        ("Job Board Gazer", "demo_job_gazer", "More data center jobs take people without a certificate now."),
        ("Second-hand Servers", "demo_2nd_serve", "The machines I got from a data center still run fine."),
        (
            "Under the Wires",
            "demo_underwire",
            "Borrowed a book about data centers and power lines.",
        ),
        ("Warm Pool Club", "demo_warm_pool", "Swam in the pool that a data center heats. Lovely as always."),
    ),
)

SEMICONDUCTOR = Script(
    "semiconductors",
    3_420,
    76,
    "men in their 40s",
    (
        rising(
            "Clean DiskUsage Radio",
            "demo_clean_room",
            450,
            "Counted the steps into the clean room: 12 🧪\n"
            "Shoes off → hands → hood → … → a mirror in which you no longer know who you are.",
        ),
        rising(
            "Maple High electronics",
            "demo_maple_elec",
            310,
            "At the school fair we show a one-bit memory made by hand 💡\n"
            "Two transistors that remember and forget. One switch, no experience needed. #semiconductors",
            MASTODON,
        ),
        settled(
            "Silicon Fields Weekly",
            "demo_silicon_fl",
            1_150,
            "This week in semiconductors 📦\n\n"
            "• older chips are getting scarce\n"
            "• water heaters: back to three weeks\n"
            "• the lab that stacks chips went from 4 layers to 6\n\n"
            "The boring generations are the interesting ones.\nhttps://example.com/silicon/weekly",
        ),
        settled(
            "Engineer turned farmer",
            "demo_eng_farmer",
            240,
            "Three years since I left the fab.\nWhen my tomato yield fell below 50% I saw my old boss's face 🍅",
        ),
        settled(
            "Hollis",
            "demo_hollis_wfr",
            128,
            "Grandma calls wafers “crackers.” Explaining why they're round took until sunset.",
            MASTODON,
        ),
        settled(
            "Freight Friend",
            "demo_freight_fr",
            96,
            "Trucks that carry chips record every shake. One speed bump and the graph jumps 📈",
        ),
        settled(
            "Small Town Numbers",
            "demo_smalltown",
            74,
            "A year after the fab came: rents up 18%, four fewer empty shops. Both are true.",
        ),
        settled(
            "bear_fab",
            "demo_bear_fab",
            39,
            "You're not trained until you can tell the machine's mood from the pitch of its beep.",
            MISSKEY,
        ),
    ),
)

GENERATIVE_AI = Script(
    "generative AI",
    8_930,
    62,
    "men in their 20s",
    (
        rising(
            "Corner of the copy desk",
            "demo_copy_desk",
            560,
            "What I learned from fixing AI drafts ✍️\n\n"
            "• a plausible gap is worse than a mistake\n"
            "• check every name at the source\n"
            "• read the smooth parts aloud\n\n"
            "In the end it's a reading job.",
        ),
        rising(
            "Little Library",
            "demo_little_lib",
            280,
            "Seven people this month asked for a book an AI told them about. None of them exist 📚\n"
            "The plots sound wonderful, though. #generativeAI",
            MASTODON,
        ),
        settled(
            "After School Code",
            "demo_after_code",
            730,
            "A ten-year-old on prompts: “Ask like you ask your mom. Start with why.” Better than most of us.",
        ),
        settled(
            "Tired of minutes",
            "demo_minutes_zz",
            410,
            "The AI minutes are perfect. Only the three minutes of silence are missing.",
        ),
        settled(
            "Mika | drawings",
            "demo_mika_draws",
            188,
            "I like the hours I spend drawing by hand.\nMore tools, and still nothing smells like paper 🎨",
            MISSKEY,
        ),
        settled(
            "Market Street IT",
            "demo_market_it",
            143,
            "Asked the AI for a sign for the grocer. It wrote “This cabbage is quietly serious.” We printed it 🥬",
        ),
        settled(
            "Papers, slouching",
            "demo_slouch_pap",
            92,
            "Look at the figures, write down a guess, then read the abstract. Nothing sticks better.",
        ),
        settled(
            "Sleepy lecturer",
            "demo_sleepy_lec",
            55,
            "Student: “Your comments read like AI.”\nMe: “I haven't slept.”",
            MISSKEY,
        ),
    ),
)

NIGHT_TRAINS = Script(
    "night trains",
    1_280,
    64,
    "men in their 40s",
    (
        rising(
            "Window Seat Hunter",
            "demo_window_hun",
            390,
            "The mountain this morning, with a hat of cloud 🗻\n"
            "Eight seconds from the night train, and one chance.\n"
            "(Left side, rear car, 40 minutes after sunrise.)",
        ),
        settled(
            "Dining Car Stamps",
            "demo_dining_car",
            670,
            "My 100th meal on a night train 🍱\n\n"
            "🥇 dumplings at 2 a.m.\n🥈 soup in a real bowl\n🥉 toast, but moving\n\n"
            "I keep every menu. My family doesn't know.",
        ),
        settled(
            "Always Traveling",
            "demo_alwaystrav",
            215,
            "A stranger turned off the light because I looked tired. I'll take night trains for that alone.",
        ),
        settled(
            "Rail Math",
            "demo_rail_math",
            134,
            "Draw the timetable as lines and you see where the freight lets the sleeper pass 📐 #nighttrains",
            MASTODON,
        ),
        settled(
            "Mom of twins",
            "demo_mom_twins",
            98,
            "Two two-year-olds on a night train. Thank you, conductor, for the quiet compartment 🙏",
        ),
        settled(
            "Wandering Badger",
            "demo_wander_bad",
            61,
            "Missed the connection. The soup on the platform was the best part of the trip.",
        ),
        settled(
            "modelrail_kent",
            "demo_model_kent",
            28,
            "Repainted the sleeping car for the seventh time. My wife sees no difference.",
            MISSKEY,
        ),
        settled(
            "First Departure", "demo_first_dep", 19, "Four a.m., and nobody in the car has spoken yet.", MASTODON
        ),
    ),
)

CATS = Script(
    "cats",
    12_600,
    38,
    "women in their 30s",
    (
        rising(
            "Sunny Cat Cafe",
            "demo_sunny_cats",
            980,
            "🐾 Adopted today 🐾\n\n"
            "Mochi spent three years under the counter.\n"
            "Then she climbed into a lap, and that's where she lives now.\n\n"
            "The whole staff is pretending to sweep.",
        ),
        rising(
            "Home office, ginger",
            "demo_ginger_wfh",
            610,
            "In the meeting my cat stepped on Ctrl+Z.\nShe took back what I said 🐈 #cats",
            MISSKEY,
        ),
        settled(
            "Nox the black cat",
            "demo_nox_cat",
            1_640,
            "On the gift of sleeping on expensive clothes, and no others.",
        ),
        settled(
            "Front desk at the vet",
            "demo_vet_desk",
            720,
            "Before it gets cold:\n• knock on the hood before you drive 🚗\n• a bowl of water in every room\n"
            "• a way out of every blanket fort\nSee you all in spring.",
        ),
        settled(
            "lord_of_blankets",
            "demo_blankets",
            330,
            "Got the heated blanket out.\nTaken in three seconds.\nNo seat for humans again this year.",
        ),
        settled(
            "Cat Photo Club",
            "demo_cat_photos",
            204,
            "She yawns at every click of the shutter. This is yawn number 100 📸\nhttps://example.com/cats/yawn-100",
        ),
        settled(
            "Calico of Block C",
            "demo_calico_c",
            117,
            "The calico who sits on the third step sits on the fourth today. The whole building is talking. #cats",
            MASTODON,
        ),
        settled("Sardine Store", "demo_sardines", 58, "Weigh out sardines and every shadow is a cat.", MISSKEY),
        settled("Late Night Vet", "demo_late_vet", 41, "At night I'm not sure which of us is being examined."),
    ),
)

TYPHOON = Script(
    "typhoon",
    5_070,
    52,
    "women in their 50s",
    (
        rising(
            "Sky Notebook",
            "demo_sky_notes",
            820,
            "Drew the clouds of what may become typhoon 24 🌀\n\n"
            "No eye yet.\nThick on the right: coasts to the southeast, start early.\n\n"
            "⚠️ One person's drawing. Decide by your town's and the weather service's word.",
        ),
        settled(
            "Go Bag Club",
            "demo_gobag_club",
            1_340,
            "Before a typhoon, in five minutes 👇\n\n"
            "1. charge your phone\n2. fill the tub\n3. bring in the balcony\n"
            "4. tell family where you are\n5. bottles of water into the freezer\n\n"
            "Number 5 saves you when the power goes.",
        ),
        settled(
            "Orchard Hal",
            "demo_orchardhal",
            560,
            "Thirty kids from the high school came to pick before the typhoon 🍎\n"
            "Eight tons that would have been on the ground. Thank you.",
        ),
        settled(
            "Island Ferry",
            "demo_isl_ferry",
            173,
            "Tomorrow's last boat leaves at 3 p.m.\nThe captain has the banjo somebody left. He isn't playing it.",
        ),
        settled(
            "Potluck Duty",
            "demo_potluck",
            290,
            "Typhoon coming, so I baked too much bread. Don't ask why 🍞 #typhoon",
            MISSKEY,
        ),
        settled(
            "Barometer by the window",
            "demo_barometer",
            84,
            "When the pressure falls, Grandpa's knee says so first. Accuracy: good. #typhoon",
            MASTODON,
        ),
        settled(
            "Beach Keeper",
            "demo_beach_keep",
            52,
            "Signs down, flags in. Now we wait.",
        ),
        settled(
            "Rain Collector",
            "demo_rain_coll",
            23,
            "The gutter is half a tone higher than usual. The wind has turned.",
            MASTODON,
        ),
    ),
)

RAMEN = Script(
    "ramen",
    6_310,
    66,
    "men in their 30s",
    (
        rising(
            "Beyond the steam",
            "demo_steam_rmn",
            470,
            "The shop is closing, and everyone adds a line to the notice on the door.\n"
            "It's the longest line the place has ever had 🍜",
        ),
        settled(
            "Soup Thermometer",
            "demo_soup_therm",
            530,
            "Measured the first sip of 100 bowls of ramen 🌡️\n\n"
            "• miso 78 °C\n• soy 74 °C\n• dipping broth 61 °C\n\nWhat we remember as good was hot.",
        ),
        settled(
            "Breakfast Ramen Board",
            "demo_bfast_rmn",
            260,
            "Ramen at 7 a.m. isn't a sin, it's a warm-up. #ramen",
            MISSKEY,
        ),
        settled(
            "Bowl maker",
            "demo_bowl_maker",
            139,
            "The part I worked on most is the word at the bottom, for those who finish. (I won't tell.) #ramen",
            MASTODON,
        ),
        settled(
            "Noodle mill, 3rd gen",
            "demo_noodle_3rd",
            105,
            "Five percent more humidity and the dough answers differently. Today it said yes.",
        ),
        settled(
            "Delivery Bike",
            "demo_deliv_bike",
            77,
            "To spill nothing, sing slower before the lights 🛵",
        ),
        settled(
            "Extra Noodles CPA",
            "demo_extra_cpa",
            46,
            "Are extra noodles an asset or an expense? Settled on the third helping.",
        ),
        settled(
            "Only the bamboo", "demo_bamboo_rmn", 33, "Extra extra bamboo shoots? They did it. #ramen", MISSKEY
        ),
    ),
)

ARTICLES = (
    Article(
        "Data center to rise on old shipyard, work starts in spring",
        "Seawater and groundwater will cool a site of 40 football fields. Former shipwrights came to the hearing.",
        1.2,
    ),
    Article(
        "Swim in the heat of servers: plans for the pool on show",
        "Drawings of a public pool warmed by the data center hang in the lobby of town hall.",
        4,
    ),
    Article(
        "Harbor shops take down their signs before the typhoon",
        "With number 24 on its way, shopkeepers spent the morning on ladders.",
        8,
    ),
    Article(
        "In the chip town, a library that opens at night",
        "Open from 10 p.m. to 4 a.m. for the fab's late shift, it turned one this week.",
        -35,
    ),
    Article(
        "Station cat promoted to deputy stationmaster",
        "After 12 years on the same bench, Swallow got her papers. Term of office: up to her.",
        -150,
    ),
    Article(
        "Notice on closed ramen shop fills up with farewells",
        "Three days after the last bowl there is no room left on the paper.",
        -320,
    ),
    Article(
        "This year's field art, seen from the night train: a dragon",
        "You have eight seconds. Sit on the left.",
        -900,
    ),
)

PICTURES = {
    "demo_harbor_mon": ScriptedPicture("The hills behind the old shipyard, the sun just up"),
    "demo_cable_kit": ScriptedPicture("Hills and sky from the top of a crane"),
    "demo_power_desk": ScriptedPicture("The sun above some hills", is_video=True),
    "demo_seabreeze": ScriptedPicture("Hills seen from the roof of a warehouse by the station"),
    "demo_night_ops": ScriptedPicture("Hills on the way home from the night shift, very bright", sensitive=True),
    "demo_snow_tech": ScriptedPicture("Mountains behind the snow store"),
    "demo_tram_seat": ScriptedPicture("Hills from the window of a tram"),
    "demo_maple_elec": ScriptedPicture("Hills and the sun from the roof of our school"),
}
PHOTOS = {
    "Swim in the heat of servers: plans for the pool on show": ScriptedPicture(
        "The hills that swimmers will see from the pool"
    ),
    "In the chip town, a library that opens at night": ScriptedPicture("Hills from a window of the library"),
    "Station cat promoted to deputy stationmaster": ScriptedPicture("Hills as seen from the cat's bench"),
}

CAST = Cast(
    "en",
    (DATA_CENTER, SEMICONDUCTOR, GENERATIVE_AI, NIGHT_TRAINS, CATS, TYPHOON, RAMEN),
    "Harbor Courier",
    ARTICLES,
    PICTURES,
    PHOTOS,
)
