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
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL, live_rp INTEGER, live_rp_at INTEGER, found_at TEXT,
  PRIMARY KEY (channel_id, post_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "alerts" VALUES(2001,'x:1800000000000000001',1,1,'rose',NULL,150,1795316580123456,1,240,1797994800123456,'{"source":"trendpage","name":""}');
INSERT INTO "alerts" VALUES(2001,'x:1800000000000000004',1,1,'rose','catch_up',150,1795316580123456,8,150,NULL,'{"source":"trendpage","name":""}');
INSERT INTO "alerts" VALUES(2001,'x:1800000000000000005',1,1,'rose',NULL,150,1795316580123456,2,150,NULL,'{"source":"trendpage","name":""}');
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
CREATE TABLE channels (
  channel_id INTEGER PRIMARY KEY,
  guild_id INTEGER NOT NULL,
  quiet TEXT
) STRICT;
INSERT INTO "channels" VALUES(2001,1001,'{"zone":"Asia/Tokyo","start":1380,"end":420,"weekdays":[0,4]}');
CREATE TABLE digest_issues (
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  due_at INTEGER NOT NULL,
  entry_id INTEGER REFERENCES entries (id) ON DELETE SET NULL,
  PRIMARY KEY (digest_id, due_at)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_issues" VALUES(1,1797998400123456,12);
CREATE TABLE digest_posts (
  post_key TEXT NOT NULL,
  entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
  PRIMARY KEY (post_key, entry_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_posts" VALUES('fediverse:https://social.example/users/h/statuses/9',12);
INSERT INTO "digest_posts" VALUES('x:1800000000000000001',12);
CREATE TABLE digest_topics (
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  topic_key TEXT NOT NULL REFERENCES topics (topic_key),
  position INTEGER NOT NULL,
  PRIMARY KEY (digest_id, topic_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_topics" VALUES(1,'データセンター',0);
INSERT INTO "digest_topics" VALUES(1,'生成ai',1);
CREATE TABLE digest_watches (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
  PRIMARY KEY (watch_id, digest_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "digest_watches" VALUES(1,1);
INSERT INTO "digest_watches" VALUES(6,1);
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
) STRICT;
INSERT INTO "digests" VALUES(1,1001,2001,'朝刊','weekly','30 8 * * 1','Asia/Tokyo',3001,1797994800123456,'ja',1797998400123456,7,20,4001,1,'["trendpage","bluesky"]',NULL,1798603200123456,1797998400123456,'a5bb59b4b9e8af3b84d05cea',1798603260123456,1,NULL);
INSERT INTO "digests" VALUES(2,1001,2001,'夕刊','weekly','30 8 * * 1','Asia/Tokyo',3001,1797994800123456,'ja',1797994800123456,7,20,NULL,0,'["trendpage","bluesky"]','by_user',NULL,NULL,NULL,NULL,1,NULL);
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
) STRICT;
INSERT INTO "entries" VALUES(1,'alert',1001,2001,1,NULL,'{"topic":{"key":"データセンター","name":"データセンター"},"source":"trendpage","post":{"network":"x","canonical_id":"1800000000000000001","text":"見出し 1\n本文","rp":150,"url":"https://x.com/kawara/status/1800000000000000001","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","created_at":"2026-11-22T01:00:00.123456Z","day_only":true,"likes":20,"replies":3,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"source_id":"1900000000000000001","score":77,"score_name":"buzz","by_bot":true,"titled":true},"reason":"rose","observed_at":"2026-11-22T02:59:00.123456Z","min_rp":100,"language":"ja","role_id":4001,"previous_rp":40,"counted_by":"x","hidden":false,"also":[{"source":"mastodon","name":"social.example"}],"most_by":"site"}',1795316580123456,1795316580123456,'sent',NULL,1795402801123456,'000000000000000000000001',0);
INSERT INTO "entries" VALUES(2,'alert',1001,2001,1,NULL,'{"topic":{"key":"データセンター","name":"データセンター"},"source":"trendpage","post":{"network":"x","canonical_id":"1800000000000000005","text":"","rp":150,"url":null,"author_name":null,"author_handle":null,"author_url":null,"created_at":"2026-11-22T01:00:00.123456Z","day_only":true,"likes":null,"replies":null,"language":null,"sensitive":false,"content_warning":null,"has_media":false,"source_id":null,"score":null,"score_name":null,"by_bot":false,"titled":false},"reason":"rose","observed_at":"2026-11-22T02:59:00.123456Z","min_rp":100,"language":"ja","role_id":4002,"previous_rp":40,"counted_by":"x","hidden":true,"also":[],"most_by":"site"}',1795316580123456,1795316580123456,'sealed',NULL,NULL,'000000000000000000000002',0);
INSERT INTO "entries" VALUES(8,'summary',1001,2001,1,'catch_up','{"topic":{"key":"データセンター","name":"データセンター"},"why":"catch_up","language":"ja","count":0}',1795316580123456,1795575600123456,'waiting',NULL,NULL,NULL,NULL);
INSERT INTO "entries" VALUES(12,'digest',1001,2001,NULL,NULL,'{"digest_id":1,"name":"朝刊","period":{"start":"2026-12-16T04:00:00.123456Z","end":"2026-12-23T04:00:00.123456Z"},"zone":"Asia/Tokyo","language":"ja","topics":[{"topic":{"key":"データセンター","name":"データセンター"},"state":"news","posts":[{"post":{"network":"x","canonical_id":"1800000000000000001","text":"見出し 1\n本文","rp":150,"url":"https://x.com/kawara/status/1800000000000000001","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","created_at":"2026-11-22T01:00:00.123456Z","day_only":true,"likes":20,"replies":3,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"source_id":"1900000000000000001","score":77,"score_name":"buzz","by_bot":true,"titled":true},"source":"trendpage","gained":90,"observed_at":"2026-12-22T03:00:00.123456Z","told":true,"hidden":false},{"post":{"network":"fediverse","canonical_id":"https://social.example/users/h/statuses/9","text":"","rp":9,"url":null,"author_name":null,"author_handle":null,"author_url":null,"created_at":null,"day_only":false,"likes":null,"replies":null,"language":null,"sensitive":false,"content_warning":null,"has_media":false,"source_id":null,"score":null,"score_name":null,"by_bot":false,"titled":false},"source":"mastodon","gained":null,"observed_at":"2026-12-22T04:00:00.123456Z","told":false,"hidden":true}],"new_posts":5,"held":2,"more":3,"volume":{"source":"trendpage","count":5678,"before":4321,"observed_at":"2026-12-22T05:00:00.123456Z"},"audience":{"male_pct":60,"female_pct":40,"group":"30代/男性"},"audience_source":"trendpage","troubles":[{"place":{"source":"mastodon","host":"social.example"},"why":{"text_id":"health-http","values":{"status":502}}}]},{"topic":{"key":"quiet","name":"quiet"},"state":"quiet","posts":[],"new_posts":0,"held":0,"more":0,"volume":null,"audience":null,"audience_source":null,"troubles":[]},{"topic":{"key":"awaited","name":"awaited"},"state":"awaited","posts":[],"new_posts":0,"held":0,"more":0,"volume":null,"audience":null,"audience_source":null,"troubles":[]},{"topic":{"key":"broken","name":"broken"},"state":"broken","posts":[],"new_posts":0,"held":0,"more":0,"volume":null,"audience":null,"audience_source":null,"troubles":[]}],"role_id":4001,"late":true}',1797998400123456,1797998400123456,'waiting',NULL,NULL,NULL,NULL);
INSERT INTO "entries" VALUES(14,'notice',1001,2001,NULL,NULL,'{"place":{"source":"mastodon","host":"social.example"},"extent":1,"better":true,"count":1,"topics":["データセンター","生成AI"],"language":"ja","since":"2026-11-21T22:00:00.123456Z","why":{"text_id":"health-no-answer","values":{"status":503}},"too_dear":false}',1798005600123456,1798005600123456,'waiting',NULL,NULL,NULL,NULL);
INSERT INTO "entries" VALUES(15,'notice',1001,2001,NULL,NULL,'{"place":{"source":"bluesky","host":""},"extent":1,"better":false,"count":2,"topics":["データセンター","生成AI"],"language":"ja","since":"2026-11-21T22:00:00.123456Z","why":{"text_id":"health-no-answer","values":{"status":503}},"too_dear":false}',1798002000123456,1798002000123456,'waiting',NULL,NULL,NULL,NULL);
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
, mentions TEXT NOT NULL DEFAULT '[]', edited_at INTEGER, removed_at INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "messages" VALUES('000000000000000000000001',1001,2001,1795402800123456,'sent',1,1795402800123456,NULL,NULL,NULL,5001,1795402801123456,1795402801123456,NULL,'[4001]',NULL,NULL);
INSERT INTO "messages" VALUES('000000000000000000000002',1001,2001,1795402800123456,'uncertain',1,1795402800123456,NULL,NULL,NULL,NULL,NULL,1795402802123456,'no answer within 30 s','[4002]',NULL,NULL);
CREATE TABLE notes (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "notes" VALUES('bluesky_session','{"service":"https://bsky.social","identifier":"kawaraban.example","access":"access.jwt","refresh":"refresh.jwt"}');
INSERT INTO "notes" VALUES('database.tight','disk');
CREATE TABLE post_bodies (
  watch_id INTEGER NOT NULL,
  post_key TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (watch_id, post_key),
  FOREIGN KEY (watch_id, post_key) REFERENCES posts (watch_id, post_key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "post_bodies" VALUES(1,'x:1800000000000000001','{"text":"見出し 1\n本文","url":"https://x.com/kawara/status/1800000000000000001","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","day_only":true,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"score_name":"buzz","by_bot":true,"titled":true}');
INSERT INTO "post_bodies" VALUES(1,'x:1800000000000000002','{"text":"見出し 2\n本文","url":"https://x.com/kawara/status/1800000000000000002","author_name":"瓦 太郎","author_handle":"kawara","author_url":"https://x.com/kawara","day_only":true,"language":"ja","sensitive":true,"content_warning":"注意","has_media":true,"score_name":"buzz","by_bot":true,"titled":true}');
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
  digest TEXT NOT NULL, gone_at INTEGER,
  PRIMARY KEY (watch_id, post_key)
) STRICT, WITHOUT ROWID;
INSERT INTO "posts" VALUES(1,'x:1800000000000000001',150,1795316580123456,180,20,3,77,1795309200123456,1795316580123456,1795316580123456,1795316940123456,'1900000000000000001','412e0717cd675960',NULL);
INSERT INTO "posts" VALUES(1,'x:1800000000000000002',150,1795316580123456,180,20,3,77,1795309200123456,1795316580123456,1795316580123456,1795316940123456,'1900000000000000002','56f7233bfebc6d70',NULL);
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
) STRICT, WITHOUT ROWID;
INSERT INTO "redraws" VALUES('000000000000000000000001',0,1797994800123456,1797994800123456,2,0,'82f9297b0158858f',1797994860123456,NULL,NULL);
INSERT INTO "redraws" VALUES('000000000000000000000002',1,1798009200123456,1798005600123456,1,1,NULL,NULL,'403: Missing Permissions',NULL);
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
CREATE TABLE subscription_watches (
  watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
  subscription_id INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  min_rp INTEGER NOT NULL,
  PRIMARY KEY (watch_id, subscription_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "subscription_watches" VALUES(1,1,100);
INSERT INTO "subscription_watches" VALUES(1,2,500);
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
) STRICT;
INSERT INTO "subscriptions" VALUES(1,1001,2001,'データセンター',NULL,3001,1795316400123456,'ja','{"include":["増設"],"exclude":["広告","/懸賞/"],"languages":["ja"],"muted_authors":["spammer"],"allow_sensitive":false,"people_only":false}',4001,NULL,1795489200123456,NULL);
INSERT INTO "subscriptions" VALUES(2,1001,2002,'データセンター',NULL,3001,1795316400123456,'en','{"include":[],"exclude":[],"languages":[],"muted_authors":[],"allow_sensitive":true,"people_only":true}',NULL,NULL,NULL,NULL);
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
  post_count INTEGER NOT NULL DEFAULT 0, vitals TEXT NOT NULL DEFAULT '{}',
  UNIQUE (source, topic_key, target)
) STRICT;
INSERT INTO "watches" VALUES(1,'trendpage','データセンター','',1,1,NULL,'W/"etag"','Sun, 22 Nov 2026 02:00:00 GMT',1800500400123456,1795315200123456,3,'down','HTTP 503',NULL,NULL,15,2,'{"since":"2026-11-21T22:00:00.123456Z","why":{"text_id":"health-no-answer","values":{"status":503}},"shown":["rp"],"rhythm":{"since":"2026-11-19T03:00:00.123456Z","last_new_at":"2026-11-21T21:00:00.123456Z","usual_gap":"PT5400S","gaps":7},"wait_until":"2026-11-22T03:30:00.123456Z","sightings":{"posts":{"looks":1,"last_at":"2026-11-22T02:00:00.123456Z"},"rp":{"looks":2,"last_at":"2026-11-22T01:00:00.123456Z"},"authors":{"looks":3,"last_at":"2026-11-22T00:00:00.123456Z"},"times":{"looks":4,"last_at":"2026-11-21T23:00:00.123456Z"},"ids":{"looks":5,"last_at":"2026-11-21T22:00:00.123456Z"},"volume":{"looks":6,"last_at":"2026-11-21T21:00:00.123456Z"}},"turns":2,"whole":{"at":"2026-11-22T02:40:00.123456Z","digest":"abcdef"},"lied_at":"2026-11-22T02:39:00.123456Z","gap_at":"2026-11-22T02:38:00.123456Z","pace":"PT781.5S","moved":{"to":"https://feed.example/new","since":"2026-11-20T03:00:00.123456Z","last_at":"2026-11-21T03:00:00.123456Z"}}');
INSERT INTO "watches" VALUES(2,'bluesky','データセンター','',1,1,'{"newest":"2026-11-22T02:53:00.123456Z","top_at":1795316401}',NULL,NULL,1797908400123456,1795316640123456,0,'ok',NULL,'edfa35e2a45ca4886a86237b',1797994860123456,1,0,'{"since":null,"why":null,"shown":[],"rhythm":null,"wait_until":null,"sightings":{},"turns":0,"whole":null,"lied_at":null,"gap_at":null,"pace":null,"moved":null}');
INSERT INTO "watches" VALUES(6,'mastodon','データセンター','https://social.example/tags/%E3%83%87%E3%83%BC%E3%82%BF%E3%82%BB%E3%83%B3%E3%82%BF%E3%83%BC',0,1,'{"since":"1150000000000000001","volume_at":1795316400}',NULL,NULL,1797908400123456,1795316640123456,0,'ok',NULL,'edfa35e2a45ca4886a86237b',1797994860123456,7,0,'{"since":null,"why":null,"shown":[],"rhythm":null,"wait_until":null,"sightings":{},"turns":0,"whole":null,"lied_at":null,"gap_at":null,"pace":null,"moved":null}');
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit',5);
INSERT INTO "sqlite_sequence" VALUES('digests',3);
INSERT INTO "sqlite_sequence" VALUES('entries',15);
INSERT INTO "sqlite_sequence" VALUES('subscriptions',7);
INSERT INTO "sqlite_sequence" VALUES('watches',17);
COMMIT;
PRAGMA user_version = 7;
