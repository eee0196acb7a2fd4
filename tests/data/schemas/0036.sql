BEGIN TRANSACTION;
CREATE TABLE alerts (
  channel_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  subscription_id INTEGER NOT NULL,
  watch_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  held TEXT,
  rp INTEGER,
  decided_at INTEGER NOT NULL,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL, live_rp INTEGER, live_rp_at INTEGER, found_at TEXT, lead_key TEXT, bar INTEGER,
  PRIMARY KEY (channel_id, post_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "alerts" VALUES(2001,'x:1800000000000000001',1,1,'rose',NULL,150,1795316580123456,1,240,1797994800123456,'{"source":"trendpage","name":""}',NULL,NULL);
INSERT INTO "alerts" VALUES(2001,'x:1800000000000000004',1,1,'rose','catch_up',150,1795316580123456,8,150,NULL,'{"source":"trendpage","name":""}',NULL,NULL);
INSERT INTO "alerts" VALUES(2001,'x:1800000000000000005',1,1,'rose',NULL,150,1795316580123456,2,150,NULL,'{"source":"trendpage","name":""}',NULL,NULL);
CREATE TABLE answer_posts (
  post_key TEXT NOT NULL,
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "answer_posts" VALUES('fediverse:https://social.example/users/h/statuses/9','000000000000000000000008');
INSERT INTO "answer_posts" VALUES('x:1800000000000000001','000000000000000000000008');
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  post_hash TEXT NOT NULL,
  why TEXT
) STRICT;
INSERT INTO "audit" VALUES(1,1798005600123456,1001,'hide','user:3001','0dbfd3ead1d1e4f4968178a6911a778e','依頼');
INSERT INTO "audit" VALUES(2,1798005600123456,0,'hide','operator','4355bea6125e8a9f23cf8aef1d81bf96',NULL);
CREATE TABLE baselines (
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  post_key TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (subscription_id, post_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "baselines" VALUES(1,'x:0','first_look',1795316580123456);
INSERT INTO "baselines" VALUES(1,'x:1','subscribed',1795316580123456);
CREATE TABLE blocked_topics (
  guild_id INTEGER NOT NULL,
  topic TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (guild_id, topic)
) STRICT, WITHOUT ROWID;
INSERT INTO "blocked_topics" VALUES(1001,'後の話題','後の話題',0);
CREATE TABLE channel_troubles (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  lost_since INTEGER,
  refusals INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "channel_troubles" VALUES(2003,1001,1798012800123456,0);
INSERT INTO "channel_troubles" VALUES(2005,1001,NULL,2);
CREATE TABLE channels (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  quiet TEXT
) STRICT;
INSERT INTO "channels" VALUES(2001,1001,'{"zone":"Asia/Tokyo","start":1380,"end":420,"weekdays":[0,4]}');
CREATE TABLE count_states (
  watch_id INTEGER PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  state TEXT NOT NULL
) STRICT;
INSERT INTO "count_states" VALUES(1,'{"until":"2027-01-01T03:00:00.123456Z","hour":null,"total":{"end_s":0.0,"total":0.0,"parts":[]},"jump":null,"recent":[]}');
CREATE TABLE crossings (
  watch_id INTEGER PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  body BLOB NOT NULL
) STRICT;
INSERT INTO "crossings" VALUES(1,X'78019B799E812DF967E887770E471218680CEE30481C61201D4E3830810100ABBC1D1E');
CREATE TABLE digest_issues (
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  due_at INTEGER NOT NULL,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (digest_id, due_at)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_issues" VALUES(1,1797998400123456,12);
CREATE TABLE digest_posts (
  post_key TEXT NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE, url TEXT,
  PRIMARY KEY (post_key, entry_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_posts" VALUES('fediverse:https://social.example/users/h/statuses/9',12,NULL);
INSERT INTO "digest_posts" VALUES('x:1800000000000000001',12,'https://x.com/kawara/status/1800000000000000001');
CREATE TABLE digest_topics (
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  position INTEGER NOT NULL, name TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (digest_id, topic_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_topics" VALUES(1,'データセンター',0,'データ・センター');
INSERT INTO "digest_topics" VALUES(1,'生成ai',1,'生成AI');
CREATE TABLE digest_watches (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE, since INTEGER,
  PRIMARY KEY (watch_id, digest_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_watches" VALUES(1,1,1797994800123456);
INSERT INTO "digest_watches" VALUES(6,1,1797994800123456);
CREATE TABLE digests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  recurrence TEXT NOT NULL,
  cron TEXT NOT NULL,
  zone TEXT NOT NULL,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  language TEXT NOT NULL,
  anchor INTEGER NOT NULL,
  top INTEGER NOT NULL,
  min_rp INTEGER NOT NULL,
  role_id INTEGER,
  replaces_alerts INTEGER NOT NULL,
  sources TEXT NOT NULL,
  paused TEXT,
  next_at INTEGER,
  told_at INTEGER,
  claim TEXT,
  claimed_until INTEGER,
  version INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER
, also_rising INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "digests" VALUES(1,1001,2001,'朝刊','weekly','30 8 * * 1','Asia/Tokyo',3001,1797994800123456,'ja',1797998400123456,7,20,4001,1,'["trendpage","bluesky"]',NULL,1798603200123456,1797998400123456,'0395f55a03e0e72c40661ad7',1798603260123456,1,NULL,0);
INSERT INTO "digests" VALUES(2,1001,2001,'夕刊','weekly','30 8 * * 1','Asia/Tokyo',3001,1797994800123456,'ja',1797994800123456,7,20,NULL,0,'["trendpage","bluesky"]','by_user',NULL,NULL,NULL,NULL,1,NULL,0);
CREATE TABLE disabled_sources (
  source TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO "disabled_sources" VALUES('misskey');
CREATE TABLE echoes (
  channel_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  found_at TEXT NOT NULL,
  told_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, post_key, found_at),
  FOREIGN KEY (channel_id, told_key) REFERENCES alerts (channel_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "echoes" VALUES(2001,'x:1800000000000000001','{"source":"feed","name":"瓦版の便り"}','x:1800000000000000001',1797994800123456);
INSERT INTO "echoes" VALUES(2001,'x:1800000000000000005','{"source":"mastodon","name":"social.example"}','x:1800000000000000005',1795316640123456);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  subscription_id INTEGER,
  why TEXT,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  ended_at INTEGER,
  message_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER
, alone INTEGER NOT NULL DEFAULT 0, reason_code TEXT) STRICT;
INSERT INTO "entries" VALUES(1,'alert',1001,2001,1,NULL,'{"topic":{"key":"データセンター","name":"データセンター"},"source":"trendpage","post":{"network":"x","canonical_id":"1800000000000000001","text":"見出し 1\n本文","rp":150,"url":"https://x.com/kawara/status/1800000000000000001","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","created_at":"2026-11-22T01:00:00.123456Z","day_only":true,"likes":20,"replies":3,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"source_id":"1900000000000000001","score":77,"score_name":"buzz","by_bot":true,"titled":true,"media":[],"avatar_url":null},"reason":"rose","observed_at":"2026-11-22T02:59:00.123456Z","min_rp":100,"language":"ja","role_id":4001,"previous_rp":40,"counted_by":"x","hidden":false,"also":[{"source":"mastodon","name":"social.example"}],"most_by":"site","velocity":null,"is_fastest":false,"more":null,"pace":null}',1795316580123456,1795316580123456,'sent',NULL,1795402801123456,'000000000000000000000001',0,0,NULL);
INSERT INTO "entries" VALUES(2,'alert',1001,2001,1,NULL,'{"topic":{"key":"データセンター","name":"データセンター"},"source":"trendpage","post":{"network":"x","canonical_id":"1800000000000000005","text":"","rp":150,"url":null,"author_name":null,"author_handle":null,"author_url":null,"created_at":"2026-11-22T01:00:00.123456Z","day_only":true,"likes":null,"replies":null,"language":null,"sensitive":false,"content_warning":null,"has_media":false,"source_id":null,"score":null,"score_name":null,"by_bot":false,"titled":false,"media":[],"avatar_url":null},"reason":"rose","observed_at":"2026-11-22T02:59:00.123456Z","min_rp":100,"language":"ja","role_id":4002,"previous_rp":40,"counted_by":"x","hidden":true,"also":[],"most_by":"site","velocity":null,"is_fastest":false,"more":null,"pace":null}',1795316580123456,1795316580123456,'sealed',NULL,NULL,'000000000000000000000002',0,0,NULL);
INSERT INTO "entries" VALUES(8,'summary',1001,2001,1,'catch_up','{"topic":{"key":"データセンター","name":"データセンター"},"why":"catch_up","language":"ja","count":0}',1795316580123456,1795575600123456,'waiting',NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "entries" VALUES(12,'digest',1001,2001,NULL,NULL,'{"digest_id":1,"name":"朝刊","period":{"start":"2026-12-16T04:00:00.123456Z","end":"2026-12-23T04:00:00.123456Z"},"zone":"Asia/Tokyo","language":"ja","topics":[{"topic":{"key":"データセンター","name":"データセンター"},"state":"news","posts":[{"post":{"network":"x","canonical_id":"1800000000000000001","text":"見出し 1\n本文","rp":150,"url":"https://x.com/kawara/status/1800000000000000001","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","created_at":"2026-11-22T01:00:00.123456Z","day_only":true,"likes":20,"replies":3,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"source_id":"1900000000000000001","score":77,"score_name":"buzz","by_bot":true,"titled":true,"media":[],"avatar_url":null},"source":"trendpage","gained":90,"observed_at":"2026-12-22T03:00:00.123456Z","told":true,"hidden":false},{"post":{"network":"fediverse","canonical_id":"https://social.example/users/h/statuses/9","text":"","rp":9,"url":null,"author_name":null,"author_handle":null,"author_url":null,"created_at":null,"day_only":false,"likes":null,"replies":null,"language":null,"sensitive":false,"content_warning":null,"has_media":false,"source_id":null,"score":null,"score_name":null,"by_bot":false,"titled":false,"media":[],"avatar_url":null},"source":"mastodon","gained":null,"observed_at":"2026-12-22T04:00:00.123456Z","told":false,"hidden":true}],"new_posts":5,"held":2,"more":3,"volume":{"source":"trendpage","count":5678,"before":4321,"observed_at":"2026-12-22T05:00:00.123456Z"},"audience":{"male_pct":60,"female_pct":40,"group":"30代/男性"},"audience_source":"trendpage","troubles":[{"place":{"source":"mastodon","host":"social.example"},"cause":"other"}],"words":[]},{"topic":{"key":"quiet","name":"quiet"},"state":"quiet","posts":[],"new_posts":0,"held":0,"more":0,"volume":null,"audience":null,"audience_source":null,"troubles":[],"words":[]},{"topic":{"key":"awaited","name":"awaited"},"state":"awaited","posts":[],"new_posts":0,"held":0,"more":0,"volume":null,"audience":null,"audience_source":null,"troubles":[],"words":[]},{"topic":{"key":"broken","name":"broken"},"state":"broken","posts":[],"new_posts":0,"held":0,"more":0,"volume":null,"audience":null,"audience_source":null,"troubles":[],"words":[]}],"role_id":4001,"late":true,"rising":[]}',1797998400123456,1797998400123456,'waiting',NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "entries" VALUES(14,'notice',1001,2001,NULL,NULL,'{"place":{"source":"mastodon","host":"social.example"},"extent":1,"better":true,"count":1,"topics":["データセンター","生成AI"],"language":"ja","since":"2026-11-21T22:00:00.123456Z","cause":"silent","too_dear":false}',1798005600123456,1798005600123456,'waiting',NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "entries" VALUES(15,'notice',1001,2001,NULL,NULL,'{"place":{"source":"bluesky","host":""},"extent":1,"better":false,"count":2,"topics":["データセンター","生成AI"],"language":"ja","since":"2026-11-21T22:00:00.123456Z","cause":"silent","too_dear":false}',1798002000123456,1798002000123456,'waiting',NULL,NULL,NULL,NULL,0,NULL);
CREATE TABLE entry_memos (
  watch_id INTEGER PRIMARY KEY REFERENCES watches (id) ON DELETE CASCADE,
  full_at INTEGER NOT NULL,
  context BLOB NOT NULL,
  entries BLOB NOT NULL
) STRICT;
INSERT INTO "entry_memos" VALUES(1,1798772400123456,X'636F6E74657874',X'9192B5783A31383030303030303030303030303030303031C405656E747279');
CREATE TABLE entry_names (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  post_key TEXT NOT NULL,
  name INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (watch_id, post_key, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "entry_names" VALUES(11,'web:https://feed.example/1',1664446627196485946,1795316640123456);
INSERT INTO "entry_names" VALUES(11,'web:https://feed.example/1',3492876415234859964,1795316640123456);
CREATE TABLE forum_posts (
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL,
  thread_id INTEGER NOT NULL,
  PRIMARY KEY (channel_id, topic_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "forum_posts" VALUES(2002,'データセンター',5003);
CREATE TABLE forums (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  posts_by TEXT NOT NULL
) STRICT;
INSERT INTO "forums" VALUES(2002,1001,'topic');
INSERT INTO "forums" VALUES(2007,1001,'story');
CREATE TABLE found_entries (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  mark TEXT NOT NULL,
  channel_id INTEGER NOT NULL,
  PRIMARY KEY (message_id, position, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "found_entries" VALUES('000000000000000000000001',5,'mark',2010);
CREATE TABLE guild_settings (
  guild_id INTEGER PRIMARY KEY,
  settings TEXT NOT NULL
) STRICT;
INSERT INTO "guild_settings" VALUES(1001,'{}');
CREATE TABLE hidden (
  guild_id INTEGER NOT NULL,
  post_hash TEXT NOT NULL,
  hidden_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  why TEXT,
  PRIMARY KEY (guild_id, post_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO "hidden" VALUES(0,'4355bea6125e8a9f23cf8aef1d81bf96',1798005600123456,'operator',NULL);
INSERT INTO "hidden" VALUES(0,'ce6b38e4e77f0fffb8b50c4c0cf9fd4a',1798005600123456,'source:mastodon','gone');
CREATE TABLE incidents (
  channel_id INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  extent INTEGER NOT NULL,
  some_at INTEGER,
  all_at INTEGER,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (channel_id, source, host)
) STRICT, WITHOUT ROWID;
INSERT INTO "incidents" VALUES(2001,1001,'bluesky','',1,1798002000123456,NULL,15);
INSERT INTO "incidents" VALUES(2001,1001,'mastodon','social.example',1,NULL,1798002000123456,14);
CREATE TABLE leaders (
  role TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL,
  holder TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "leaders" VALUES('sender',1,'c4704e81d744704b');
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "leases" VALUES('polls:bluesky','c4704e81d744704b',1798772460123456);
INSERT INTO "leases" VALUES('polls:feed.example','c4704e81d744704b',1798772460123456);
CREATE TABLE left_guilds (
  guild_id INTEGER PRIMARY KEY,
  left_at INTEGER NOT NULL
) STRICT;
INSERT INTO "left_guilds" VALUES(1002,1798012800123456);
CREATE TABLE mentions (
  channel_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, role_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "mentions" VALUES(2001,4001,1795402800123456);
INSERT INTO "mentions" VALUES(2001,4002,1795402800123456);
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  first_try_at INTEGER,
  next_try_at INTEGER,
  claim TEXT,
  claimed_until INTEGER,
  discord_message_id INTEGER,
  sent_at INTEGER,
  ended_at INTEGER,
  error TEXT
, mentions TEXT NOT NULL DEFAULT '[]', edited_at INTEGER, removed_at INTEGER, put_off_at INTEGER, aside_at INTEGER, posts_by TEXT, thread_id INTEGER, error_code TEXT, files TEXT, shown INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "messages" VALUES('000000000000000000000001',1001,2001,1795402800123456,'sent',1,1795402800123456,NULL,NULL,NULL,5001,1795402801123456,1795402801123456,NULL,'[4001]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "messages" VALUES('000000000000000000000002',1001,2001,1795402800123456,'uncertain',1,1795402800123456,NULL,NULL,NULL,NULL,NULL,1795402802123456,'no answer within 30 s','[4002]',NULL,NULL,NULL,NULL,NULL,NULL,'other',NULL,NULL);
INSERT INTO "messages" VALUES('000000000000000000000008',1001,2001,1795402800123456,'sent',0,NULL,NULL,NULL,NULL,5008,1795402800123456,1795402800123456,NULL,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE notes (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "notes" VALUES('bluesky_session','{"service":"https://bsky.social","identifier":"kawaraban.example","access":"access.jwt","refresh":"refresh.jwt"}');
INSERT INTO "notes" VALUES('database.tight','disk');
CREATE TABLE notify_roles (
  guild_id INTEGER NOT NULL,
  subscription_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  chosen_by INTEGER NOT NULL,
  chosen_at INTEGER NOT NULL,
  PRIMARY KEY (guild_id, subscription_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "notify_roles" VALUES(1001,8,4001,3001,0);
CREATE TABLE pause_notices (
  user_id INTEGER NOT NULL,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  why TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (user_id, guild_id, channel_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "pause_notices" VALUES(3001,1001,2004,'not_found',1798012800123456);
CREATE TABLE post_bodies (
  watch_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (watch_id, post_key),
  FOREIGN KEY (watch_id, post_key) REFERENCES posts (watch_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "post_bodies" VALUES(1,'x:1800000000000000001','{"text":"見出し 1\n本文","url":"https://x.com/kawara/status/1800000000000000001","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","day_only":true,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"score_name":"buzz","by_bot":true,"titled":true}');
INSERT INTO "post_bodies" VALUES(1,'x:1800000000000000002','{"text":"見出し 2\n本文","url":"https://x.com/kawara/status/1800000000000000002","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","day_only":true,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"score_name":"buzz","by_bot":true,"titled":true}');
CREATE TABLE post_counts (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  span INTEGER NOT NULL,
  seen_s INTEGER NOT NULL,
  posts INTEGER NOT NULL,
  people INTEGER,
  bots INTEGER NOT NULL,
  cut INTEGER NOT NULL,
  PRIMARY KEY (watch_id, start)
) STRICT, WITHOUT ROWID;
INSERT INTO "post_counts" VALUES(1,1998636,1,900,3,NULL,0,0);
CREATE TABLE posts (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  post_key TEXT NOT NULL,
  rp INTEGER,
  rp_at INTEGER NOT NULL,
  max_rp INTEGER,
  likes INTEGER,
  replies INTEGER,
  score INTEGER,
  created_at INTEGER,
  first_seen_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  relook_at INTEGER,
  source_id TEXT,
  digest TEXT NOT NULL, gone_at INTEGER, peak_velocity INTEGER,
  PRIMARY KEY (watch_id, post_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "posts" VALUES(1,'x:1800000000000000001',150,1795316580123456,180,20,3,77,1795309200123456,1795316580123456,1795316580123456,1795316940123456,'1900000000000000001','412e0717cd675960',NULL,NULL);
INSERT INTO "posts" VALUES(1,'x:1800000000000000002',150,1795316580123456,180,20,3,77,1795309200123456,1795316580123456,1795316580123456,1795316940123456,'1900000000000000002','56f7233bfebc6d70',NULL,NULL);
CREATE TABLE processes (
  holder TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  shards TEXT NOT NULL,
  shard_count INTEGER,
  started_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ahead_us INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "processes" VALUES('c4704e81d744704b','host:1','gateway','[0]',2,1798772400123456,1798945200123456,NULL);
CREATE TABLE rankings (
  place TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  answered_at INTEGER,
  answer TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "rankings" VALUES('mastodon social.example',0,0,NULL,NULL);
CREATE TABLE read_histories (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  after_id INTEGER,
  pages INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  failed_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "read_histories" VALUES(2010,1001,'read',NULL,0,NULL,NULL);
CREATE TABLE redraws (
  message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  urgent INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  attempts INTEGER NOT NULL DEFAULT 0,
  claim TEXT,
  claimed_until INTEGER,
  error TEXT,
  ended_at INTEGER
, put_off_at INTEGER, error_code TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "redraws" VALUES('000000000000000000000001',0,1797994800123456,1797994800123456,2,0,'a984791ff6a8bf4d',1797994860123456,NULL,NULL,NULL,NULL);
INSERT INTO "redraws" VALUES('000000000000000000000002',1,1798009200123456,1798005600123456,1,1,NULL,NULL,'403: Missing Permissions',NULL,1798005600123456,'other');
CREATE TABLE samples (
  watch_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  rp INTEGER NOT NULL,
  PRIMARY KEY (watch_id, post_key, at),
  FOREIGN KEY (watch_id, post_key) REFERENCES posts (watch_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "samples" VALUES(1,'x:1800000000000000001',1795316580123456,150);
INSERT INTO "samples" VALUES(1,'x:1800000000000000002',1795316580123456,150);
CREATE TABLE snapshots (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  observed_at INTEGER NOT NULL,
  volume INTEGER,
  male_pct INTEGER,
  female_pct INTEGER,
  audience_group TEXT,
  PRIMARY KEY (watch_id, observed_at)
) STRICT, WITHOUT ROWID;
INSERT INTO "snapshots" VALUES(1,1795316520123456,5678,60,40,'30代/男性');
CREATE TABLE source_targets (
  source TEXT NOT NULL,
  position INTEGER NOT NULL,
  template TEXT NOT NULL,
  PRIMARY KEY (source, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "source_targets" VALUES('bluesky',0,'');
INSERT INTO "source_targets" VALUES('feed',0,'');
CREATE TABLE spend (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  reads INTEGER NOT NULL CHECK (reads >= 0),
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
INSERT INTO "spend" VALUES('x','2026-11-22',150);
CREATE TABLE spend_shares (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  guild_id INTEGER NOT NULL,
  reads INTEGER NOT NULL DEFAULT 0 CHECK (reads >= 0),
  waits INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, day, guild_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "spend_shares" VALUES('x','2026-11-22',0,50,0);
CREATE TABLE story_posts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  post_key TEXT NOT NULL UNIQUE,
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;
INSERT INTO "story_posts" VALUES(1,'x:1800000000000000001',1,1795316580123456);
INSERT INTO "story_posts" VALUES(3,'x:1800000000000000006',1,1795316580123456);
CREATE TABLE story_splits (
  channel_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  lead_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (channel_id, post_key, lead_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "story_splits" VALUES(2010,'x:1800000000000000002','x:1800000000000000001',0,'user:3001');
CREATE TABLE subscription_watches (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  min_rp INTEGER NOT NULL, since INTEGER,
  PRIMARY KEY (watch_id, subscription_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "subscription_watches" VALUES(1,1,100,1795316400123456);
INSERT INTO "subscription_watches" VALUES(1,2,500,1795316400123456);
CREATE TABLE subscriptions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guild_id INTEGER NOT NULL,
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  target TEXT,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  language TEXT NOT NULL,
  rules TEXT NOT NULL,
  role_id INTEGER,
  paused TEXT,
  muted_until INTEGER,
  removed_at INTEGER
, name TEXT NOT NULL DEFAULT '', pace INTEGER, surge TEXT) STRICT;
INSERT INTO "subscriptions" VALUES(1,1001,2001,'データセンター',NULL,3001,1795316400123456,'ja','{"include":["増設"],"exclude":["広告","/懸賞/"],"languages":["ja"],"muted_authors":["spammer"],"allow_sensitive":false,"people_only":false,"min_velocity":0,"fold":true,"media":true}',4001,NULL,1795489200123456,NULL,'データセンター 2001',NULL,NULL);
INSERT INTO "subscriptions" VALUES(2,1001,2002,'データセンター',NULL,3001,1795316400123456,'en','{"include":[],"exclude":[],"languages":[],"muted_authors":[],"allow_sensitive":true,"people_only":true,"min_velocity":0,"fold":true,"media":true}',NULL,NULL,NULL,NULL,'データセンター 2002',NULL,NULL);
CREATE TABLE surge_alerts (
  channel_id INTEGER NOT NULL,
  topic_key TEXT NOT NULL,
  watch_id INTEGER NOT NULL,
  subscription_id INTEGER NOT NULL,
  preset TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  ended_at INTEGER,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (channel_id, topic_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "surge_alerts" VALUES(2010,'後の話題',1,8,'unusual',1798772400123456,1798772400123456,NULL,1);
CREATE TABLE surge_figures (
  entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
  figures TEXT NOT NULL
) STRICT;
INSERT INTO "surge_figures" VALUES(1,'{"at":"2027-01-03T03:00:00.123456Z","ratio":6.1,"peak_ratio":6.1,"per_hour":240.0,"normal_per_hour":40.0,"at_least":false,"over":false,"curve":null}');
CREATE TABLE surge_posts (
  post_key TEXT NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, entry_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "surge_posts" VALUES('x:1800000000000000001',1);
INSERT INTO "surge_posts" VALUES('x:1800000000000000002',1);
CREATE TABLE surge_states (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  preset TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (watch_id, preset)
) STRICT, WITHOUT ROWID;
INSERT INTO "surge_states" VALUES(1,'unusual','{"first_s":0.0,"end_s":0.0,"baseline":{"history":{"next_hour":0,"values":[]},"hour":null,"seasons":[null,null,null],"alike":false,"ratios":[],"level":0.0,"mean":null},"evidence":{"nats":0.0,"dispersion":0.1},"open_bin":null,"bins":[],"hot_s":null,"episodes":{"current":null,"past":[]},"surge":null,"alert":null,"silent_since_s":0.0,"silent_normal":0.0}');
CREATE TABLE told_addresses (
  channel_id INTEGER NOT NULL,
  address_hash TEXT NOT NULL,
  told_key TEXT NOT NULL,
  PRIMARY KEY (channel_id, address_hash),
  FOREIGN KEY (channel_id, told_key) REFERENCES alerts (channel_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "told_addresses" VALUES(2001,'0576d9780bc049b63750b1c565b04a8a','x:1800000000000000004');
INSERT INTO "told_addresses" VALUES(2001,'2ae5434da6d8e127972f5a43172cbffd','x:1800000000000000005');
CREATE TABLE topics (
  topic_key TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "topics" VALUES('url:5d20506117c9e5811a9acb98','瓦版の便り 2005');
INSERT INTO "topics" VALUES('データセンター','データセンター');
INSERT INTO "topics" VALUES('生成ai','生成ai');
CREATE TABLE watches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  target TEXT NOT NULL DEFAULT '',
  operator INTEGER NOT NULL DEFAULT 0,
  enabled INTEGER NOT NULL DEFAULT 1,
  cursor TEXT,
  etag TEXT,
  last_modified TEXT,
  next_poll_at INTEGER,
  last_ok_at INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  health TEXT NOT NULL DEFAULT 'ok',
  health_note TEXT,
  claim TEXT,
  claimed_until INTEGER,
  rules_version INTEGER NOT NULL DEFAULT 0,
  post_count INTEGER NOT NULL DEFAULT 0, vitals TEXT NOT NULL DEFAULT '{}', outlook TEXT NOT NULL DEFAULT '{}', price REAL, cause TEXT, host TEXT NOT NULL DEFAULT '',
  UNIQUE (source, topic_key, target)
) STRICT;
INSERT INTO "watches" VALUES(1,'trendpage','データセンター','',1,1,NULL,'W/"etag"','Sun, 22 Nov 2026 02:00:00 GMT',1800500400123456,1795315200123456,3,'down','HTTP 503',NULL,NULL,15,2,'{"since":"2026-11-21T22:00:00.123456Z","cause":null,"hours":30,"usual_hours":2,"shown":["rp"],"rhythm":{"since":"2026-11-19T03:00:00.123456Z","last_new_at":"2026-11-21T21:00:00.123456Z","usual_gap":"PT5400S","gaps":7},"wait_until":"2026-11-22T03:30:00.123456Z","sightings":{"posts":{"looks":1,"last_at":"2026-11-22T02:00:00.123456Z"},"rp":{"looks":2,"last_at":"2026-11-22T01:00:00.123456Z"},"authors":{"looks":3,"last_at":"2026-11-22T00:00:00.123456Z"},"times":{"looks":4,"last_at":"2026-11-21T23:00:00.123456Z"},"ids":{"looks":5,"last_at":"2026-11-21T22:00:00.123456Z"},"volume":{"looks":6,"last_at":"2026-11-21T21:00:00.123456Z"}},"turns":2,"whole":{"at":"2026-11-22T02:40:00.123456Z","digest":"abcdef"},"lied_at":"2026-11-22T02:39:00.123456Z","gap_at":"2026-11-22T02:38:00.123456Z","pace":"PT781.5S","moved":{"to":"https://feed.example/new","since":"2026-11-20T03:00:00.123456Z","last_at":"2026-11-21T03:00:00.123456Z"}}','{"crossings":1.5,"hours":30.25,"candidates":[{"key":"x:1800000000000000002","bar":100,"rp":60,"speed":12.5,"read_at":"2026-11-22T02:55:00.123456Z","born":"2026-11-22T02:00:00.123456Z","source_id":"1900000000000000002"}],"looked_at":"2026-11-22T02:56:00.123456Z","velocities":[]}',0.375,'silent','trendpage');
INSERT INTO "watches" VALUES(2,'bluesky','データセンター','',1,1,'{"newest":"2026-11-22T02:53:00.123456Z","top_at":1795316401}',NULL,NULL,1797908400123456,1795316640123456,0,'ok',NULL,'08ca25280a31f41df5cace5d',1797994860123456,1,0,'{"since":null,"cause":null,"hours":0,"usual_hours":0,"shown":[],"rhythm":null,"wait_until":null,"sightings":{},"turns":0,"whole":null,"lied_at":null,"gap_at":null,"pace":null,"moved":null}','{"crossings":0.0,"hours":0.0,"candidates":[],"looked_at":null,"velocities":[]}',NULL,NULL,'bluesky');
INSERT INTO "watches" VALUES(6,'mastodon','データセンター','https://social.example/tags/%E3%83%87%E3%83%BC%E3%82%BF%E3%82%BB%E3%83%B3%E3%82%BF%E3%83%BC',0,1,'{"since":"1150000000000000001","volume_at":1795316400}',NULL,NULL,1797908400123456,1795316640123456,0,'ok',NULL,'08ca25280a31f41df5cace5d',1797994860123456,7,0,'{"since":null,"cause":null,"hours":0,"usual_hours":0,"shown":[],"rhythm":null,"wait_until":null,"sightings":{},"turns":0,"whole":null,"lied_at":null,"gap_at":null,"pace":null,"moved":null}','{"crossings":0.0,"hours":0.0,"candidates":[],"looked_at":null,"velocities":[]}',NULL,NULL,'social.example');
INSERT INTO "watches" VALUES(11,'feed','url:5d20506117c9e5811a9acb98','https://feed.example/rss',0,1,NULL,NULL,NULL,1797908400123456,1795316640123456,0,'ok',NULL,'08ca25280a31f41df5cace5d',1797994860123456,1,0,'{"since":null,"cause":null,"hours":0,"usual_hours":0,"shown":[],"rhythm":null,"wait_until":null,"sightings":{},"turns":0,"whole":{"at":"2026-11-22T03:04:00.123456Z","digest":null},"lied_at":null,"gap_at":null,"pace":null,"moved":null}','{"crossings":0.0,"hours":0.0,"candidates":[],"looked_at":null,"velocities":[]}',NULL,NULL,'feed.example');
CREATE TABLE welcomes (
  guild_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;
INSERT INTO "welcomes" VALUES(1001,0);
CREATE INDEX watches_due ON watches (next_poll_at) WHERE enabled = 1 AND next_poll_at IS NOT NULL;
CREATE INDEX watches_of_topic ON watches (topic_key);
CREATE INDEX posts_relook ON posts (watch_id, relook_at) WHERE relook_at IS NOT NULL;
CREATE UNIQUE INDEX subscriptions_one_a_topic ON subscriptions (channel_id, topic_key) WHERE removed_at IS NULL;
CREATE INDEX subscriptions_of_guild ON subscriptions (guild_id) WHERE removed_at IS NULL;
CREATE INDEX subscriptions_of_topic ON subscriptions (topic_key) WHERE removed_at IS NULL;
CREATE INDEX subscriptions_removed ON subscriptions (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX watches_of_subscription ON subscription_watches (subscription_id);
CREATE INDEX messages_unfinished ON messages (channel_id, sealed_at) WHERE state = 'sealed';
CREATE INDEX entries_waiting ON entries (channel_id, not_before) WHERE state = 'waiting';
CREATE INDEX entries_waiting_of_subscription ON entries (subscription_id) WHERE state = 'waiting';
CREATE UNIQUE INDEX entries_open_summary ON entries (subscription_id, why)
  WHERE kind = 'summary' AND state = 'waiting';
CREATE INDEX entries_summaries ON entries (subscription_id, why, not_before) WHERE kind = 'summary';
CREATE INDEX entries_of_message ON entries (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX alerts_told ON alerts (subscription_id, decided_at) WHERE held IS NULL;
CREATE INDEX alerts_of_entry ON alerts (entry_id);
CREATE INDEX audit_of_guild ON audit (guild_id, at);
CREATE INDEX alerts_of_post ON alerts (post_key);
CREATE INDEX messages_in_trouble ON messages (guild_id, ended_at) WHERE state IN ('uncertain', 'given_up');
CREATE INDEX redraws_due ON redraws (urgent, due_at) WHERE ended_at IS NULL;
CREATE INDEX channels_of_guild ON channels (guild_id);
CREATE INDEX watches_unwell ON watches (source) WHERE health <> 'ok';
CREATE INDEX incidents_open ON incidents (source) WHERE extent > 0;
CREATE INDEX incidents_of_entry ON incidents (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX echoes_of_told ON echoes (channel_id, told_key, at);
CREATE INDEX told_addresses_of_told ON told_addresses (channel_id, told_key);
CREATE INDEX digests_due ON digests (next_at) WHERE next_at IS NOT NULL AND paused IS NULL AND removed_at IS NULL;
CREATE INDEX digests_of_guild ON digests (guild_id) WHERE removed_at IS NULL;
CREATE INDEX digests_of_channel ON digests (channel_id) WHERE removed_at IS NULL;
CREATE INDEX digests_removed ON digests (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX digests_for_alerts ON digests (channel_id)
  WHERE replaces_alerts = 1 AND paused IS NULL AND removed_at IS NULL;
CREATE INDEX digest_topics_of_topic ON digest_topics (topic_key);
CREATE INDEX watches_of_digest ON digest_watches (digest_id);
CREATE INDEX digest_issues_of_entry ON digest_issues (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX digest_posts_of_entry ON digest_posts (entry_id);
CREATE INDEX post_bodies_at ON post_bodies (json_extract(body, '$.url'));
CREATE INDEX entries_at ON entries (json_extract(content, '$.post.url')) WHERE kind = 'alert';
CREATE INDEX digest_posts_at ON digest_posts (url) WHERE url IS NOT NULL;
CREATE INDEX messages_at_discord ON messages (discord_message_id) WHERE discord_message_id IS NOT NULL;
CREATE INDEX messages_on_the_way ON messages (guild_id, sealed_at) WHERE state = 'sealed';
CREATE INDEX watches_of_operator ON watches (topic_key) WHERE operator = 1;
CREATE INDEX channel_troubles_of_guild ON channel_troubles (guild_id);
CREATE INDEX pause_notices_of_guild ON pause_notices (guild_id);
CREATE INDEX redraws_refused ON redraws (error) WHERE urgent = 1 AND error IS NOT NULL;
CREATE INDEX answer_posts_of_message ON answer_posts (message_id);
CREATE INDEX entry_names_by_name ON entry_names (watch_id, name);
CREATE INDEX alerts_of_story ON alerts (channel_id, lead_key) WHERE lead_key IS NOT NULL;
CREATE INDEX story_posts_at ON story_posts (at);
CREATE INDEX story_posts_of_watch ON story_posts (watch_id);
CREATE INDEX story_splits_at ON story_splits (at);
CREATE INDEX posts_of_key ON posts (post_key);
CREATE INDEX surge_alerts_open ON surge_alerts (watch_id) WHERE ended_at IS NULL;
CREATE INDEX surge_alerts_sent ON surge_alerts (subscription_id, decided_at);
CREATE INDEX surge_alerts_of_entry ON surge_alerts (entry_id);
CREATE INDEX surge_posts_of_entry ON surge_posts (entry_id);
CREATE INDEX entries_surges ON entries (subscription_id, created_at) WHERE kind = 'surge';
CREATE INDEX found_entries_of_channel ON found_entries (channel_id);
CREATE INDEX found_entries_by_mark ON found_entries (mark);
CREATE INDEX digests_rising ON digests (next_at) WHERE also_rising = 1;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('watches',17);
INSERT INTO "sqlite_sequence" VALUES('subscriptions',7);
INSERT INTO "sqlite_sequence" VALUES('entries',15);
INSERT INTO "sqlite_sequence" VALUES('story_posts',5);
INSERT INTO "sqlite_sequence" VALUES('digests',3);
INSERT INTO "sqlite_sequence" VALUES('audit',5);
COMMIT;
PRAGMA user_version = 36;
