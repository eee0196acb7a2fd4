"""What people in the demo say. Every author, handle, place and figure here is made up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """How a post's RP goes: settled long ago, rising while one watches, or carried by a surge."""

    SETTLED = "settled"
    RISING = "rising"
    SURGE = "surge"


@dataclass(frozen=True, slots=True)
class Draft:
    """A post before it is born. ``peak``: the RP it ends up with."""

    name: str
    handle: str
    peak: int
    text: str
    fate: Fate = Fate.SETTLED


@dataclass(frozen=True, slots=True)
class Script:
    """A topic of the demo. ``volume``: posts counted when the demo starts; ``male``: per cent."""

    topic: str
    volume: int
    male: int
    group: str
    drafts: tuple[Draft, ...]

    @property
    def surges(self) -> bool:
        """Whether this is the topic everybody starts to talk about."""
        return any(draft.fate is Fate.SURGE for draft in self.drafts)


def _settled(name: str, handle: str, peak: int, text: str) -> Draft:
    return Draft(name, handle, peak, text)


def _rising(name: str, handle: str, peak: int, text: str) -> Draft:
    return Draft(name, handle, peak, text, Fate.RISING)


def _surge(name: str, handle: str, peak: int, text: str) -> Draft:
    return Draft(name, handle, peak, text, Fate.SURGE)


DATA_CENTER = Script(
    "データセンター",
    2_140,
    71,
    "30代/男性",
    (
        _surge(
            "みなと経済メモ",
            "demo_minato_mem",
            1_280,
            "【速報】海沿いの旧造船所あと、国内最大級のデータセンターになるそうです。\n\n"
            "・敷地はグラウンド約40面ぶん\n"
            "・冷却は海水と地下水のハイブリッド🌊\n"
            "・排熱は隣の市民プールと温室へ\n"
            "・着工は来春、稼働は3年後の予定\n\n"
            "説明会の資料がとても読みやすかったので、要点をまとめました👇\n"
            "https://example.com/minato/data-center",
        ),
        _surge(
            "配線好きのコウ",
            "demo_kou_cable",
            940,
            "造船所のクレーンを残したままデータセンターにするの、設計した人に拍手したい👏 #データセンター",
        ),
        _surge(
            "となりの電力部",
            "demo_denryoku_b",
            610,
            "例の海沿いデータセンター、必要な電力は約9万世帯ぶん。\n"
            "気になるのは「夏の昼」と「冬の朝」。\n"
            "蓄電池をどれだけ積むかで、まちの停電リスクも変わってきます。\n"
            "あとで図にします🔋",
        ),
        _surge(
            "しおかぜ不動産日記",
            "demo_shiokaze_r",
            430,
            "造船所あとのデータセンター、発表されたばかりなのに。\n駅前の貸し倉庫の問い合わせが、もう5件目です。早い。",
        ),
        _rising(
            "冷却おじさん",
            "demo_reikyaku_o",
            520,
            "サーバーを油に沈めて冷やす「液浸」、見学してきました。\n"
            "ファンの音がない。しーんとしている。\n"
            "金魚鉢みたいで、ずっと見ていられる…🫧",
        ),
        _rising(
            "夜勤明けのインフラ屋",
            "demo_yakin_infr",
            340,
            "データセンター勤務あるある\n\n"
            "✅ 真夏でもカーディガン必須\n"
            "✅ 床下に落としたネジは成仏したと思うことにする\n"
            "✅ 「ネットが遅い」と家族に言われると少し傷つく\n"
            "✅ 非常用発電機の試運転の日だけ、なぜかみんな見に来る",
        ),
        _settled(
            "雪国テックだより",
            "demo_yuki_tech",
            860,
            "雪で冷やすデータセンター、ことしも貯雪庫が満杯に⛄\n夏の終わりまで約7割の冷房をまかなえる計算だそうです。\n"
            "「邪魔者が資源になった」という町長さんの言葉がよかった。",
        ),
        _settled(
            "えりか@地図を読む人",
            "demo_erika_maps",
            295,
            "データセンターの立地を地図に重ねてみたら、\n"
            "1. 変電所から近い\n2. 活断層から遠い\n3. 光ファイバーの幹線沿い\n"
            "がきれいに一致していて気持ちがいい🗺️ #地図 #データセンター",
        ),
        _settled(
            "ゆるり家計簿",
            "demo_yururi_kak",
            152,
            "うちの写真1万枚も、どこかのデータセンターで冷やされているのかと思うと、消せないブレた写真に申し訳なさが出てきた📷",
        ),
        _settled(
            "千草まちづくり研究室",
            "demo_chigusa_la",
            88,
            "データセンターと住宅地の距離について、住民アンケートの集計が終わりました。\n"
            "--------\n"
            "・音が気になる 31%\n・景観が気になる 44%\n・税収に期待 62%（複数回答）\n"
            "--------\n"
            "数字の後ろにある声も、報告書に載せています。",
        ),
        _settled(
            "tanuki_ops",
            "demo_tanuki_ops",
            47,
            "ラックの裏側がきれいな人は、だいたい説明もきれい。",
        ),
        _settled(
            "はじめての投資メモ",
            "demo_hajimete_m",
            31,
            "データセンター関連とひとことで言っても、建物・電力・冷却・光回線・保守でぜんぜん違うのですね。今日はそこまで勉強しました。",
        ),
    ),
)

SEMICONDUCTOR = Script(
    "半導体",
    3_420,
    76,
    "40代/男性",
    (
        _rising(
            "クリーンルーム通信",
            "demo_clean_room",
            450,
            "クリーンルームに入るまでの12工程を数えてみた🧪\n靴を脱ぐ→手を洗う→フードをかぶる→……→鏡で自分が誰か分からなくなる。",
        ),
        _rising(
            "さくら工業高校 電子部",
            "demo_sakura_den",
            310,
            "文化祭で「手づくりの1ビット」を展示します💡\nトランジスタ2個で覚える・忘れるを体験できます。\n"
            "小学生でもスイッチひとつで半導体の気持ちになれます！ #文化祭 #半導体",
        ),
        _settled(
            "週刊シリコン畑",
            "demo_silicon_ha",
            1_150,
            "今週の半導体まとめ📦\n\n"
            "・古い世代のチップがじわじわ不足\n"
            "・給湯器の納期は平均3週間まで回復\n"
            "・研究室の「積む」技術、4段から6段へ\n\n"
            "派手な最先端より、枯れた世代の話がいまは面白いです。\nhttps://example.com/silicon/weekly",
        ),
        _settled(
            "もとエンジニアの畑仕事",
            "demo_moto_eng",
            240,
            "半導体工場を辞めて3年。\nトマトの歩留まりが5割を切った朝、当時の上司の顔が浮かんだ🍅",
        ),
        _settled(
            "ひかる",
            "demo_hikaru_wfr",
            128,
            "ウエハーを「おせんべい」と呼ぶ祖母に、円い理由を説明していたら日が暮れた。",
        ),
        _settled(
            "物流のミカタ",
            "demo_mikata_log",
            96,
            "半導体を運ぶトラックは、荷台の揺れまで記録しています。段差ひとつでグラフがぴょんと跳ねる📈",
        ),
        _settled(
            "数字でみる地方",
            "demo_suuji_chih",
            74,
            "新しい工場ができる町の家賃、1年で18%上がりました。一方で空き店舗は4つ減。どちらも本当の話です。",
        ),
        _settled(
            "kuma_fab",
            "demo_kuma_fab",
            39,
            "装置の「ピッ」という音の高さで機嫌が分かるようになったら一人前、らしい。",
        ),
    ),
)

GENERATIVE_AI = Script(
    "生成AI",
    8_930,
    62,
    "20代/男性",
    (
        _rising(
            "校閲室の片隅で",
            "demo_kouetsu_ro",
            560,
            "生成AIの下書きを直していて気づいたこと✍️\n\n"
            "・間違いより「それっぽい空白」が怖い\n"
            "・固有名詞は必ず原本にあたる\n"
            "・上手な文ほど声に出して読む\n\n"
            "結局、読む力の仕事でした。",
        ),
        _rising(
            "小さな図書館のほんだな",
            "demo_hondana_li",
            280,
            "「AIに聞いた本」が実在しない、という相談が今月7件📚\nないはずの本なのに、あらすじだけはとても面白そうなのです。",
        ),
        _settled(
            "放課後プログラミング",
            "demo_houkago_pr",
            730,
            "小5の子が、生成AIに出す指示を「お母さんに頼みごとをするときみたいに、理由から書く」と説明していて、"
            "大人より上手だった。 #生成AI",
        ),
        _settled(
            "議事録つかれた",
            "demo_gijiroku_z",
            410,
            "AIの議事録、発言は完璧なのに、会議室のあの沈黙の3分間だけがどこにも残っていない。",
        ),
        _settled(
            "みちる｜イラスト",
            "demo_michiru_ar",
            188,
            "手で描く時間が好きです。\n道具が増えても、紙のにおいは代わりがいない🎨",
        ),
        _settled(
            "商店街のデジタル係",
            "demo_shotengai",
            143,
            "八百屋さんのPOPを生成AIと一緒に作ったら「このキャベツ、静かに本気。」が出てきて採用されました🥬",
        ),
        _settled(
            "論文よむ猫背",
            "demo_nekoze_pap",
            92,
            "要約を読む前に図だけ眺めて予想を書く。そのあと要約で答え合わせ。これがいちばん頭に残る。",
        ),
        _settled(
            "ねむい助教", "demo_nemui_joky", 55, "学生「先生のコメント、AIっぽいですね」\n私「寝てないだけです」"
        ),
    ),
)

SHINKANSEN = Script(
    "新幹線",
    1_280,
    64,
    "40代/男性",
    (
        _rising(
            "車窓ハンター",
            "demo_shasou_hun",
            390,
            "今朝の富士山、雲の帽子つき🗻\n新幹線の窓から8秒だけの勝負でした。\n"
            "（E席、やや後ろの車両、日の出から40分後がおすすめです）",
        ),
        _settled(
            "駅弁スタンプ帳",
            "demo_ekiben_stm",
            670,
            "ことし食べた駅弁、ついに100個目に到達🍱\n\n"
            "🥇 海鮮の段重ね\n🥈 ひもを引くと温まる牛めし\n🥉 だるまの器（貯金箱になる）\n\n"
            "器は全部とってあります。家族には内緒です。",
        ),
        _settled(
            "出張ばっかり",
            "demo_shuccho_on",
            215,
            "新幹線の3列席の真ん中で、両隣がそっと肘かけを譲ってくれる国、好きだな。",
        ),
        _settled(
            "鉄路の数学",
            "demo_tetsuro_ma",
            134,
            "時刻表を折れ線で描くと「すじ」になる。\n追い越し駅だけ、線がやさしく曲がるのが美しい📐 #新幹線",
        ),
        _settled(
            "ふたごの母ちゃん",
            "demo_futago_kaa",
            98,
            "2歳児ふたりと新幹線。多目的室のそばの席を教えてくれた車掌さんに、心から感謝しています🙏",
        ),
        _settled(
            "旅するたぬき",
            "demo_tabi_tanuk",
            61,
            "乗り遅れたおかげで、ホームの立ち食いそばが一番おいしい旅になった。",
        ),
        _settled(
            "modelrail_ken", "demo_model_ken", 28, "Nゲージの先頭車、塗り直し7回目。妻は違いが分からないと言う。"
        ),
        _settled("始発の人", "demo_shihatsu", 19, "始発の車内の、あの「まだ誰も話していない」空気がいい。"),
    ),
)

CAT = Script(
    "猫",
    12_600,
    38,
    "30代/女性",
    (
        _rising(
            "保護猫カフェ ひなた",
            "demo_hinata_caf",
            980,
            "🐾 本日の卒業 🐾\n\n"
            "人見知りで3年間カウンターの下にいた「おもち」が、\n自分から膝に乗った方のおうちへ行くことになりました。\n\n"
            "スタッフ全員、掃除するふりをして泣いています。",
        ),
        _rising(
            "在宅勤務と茶トラ",
            "demo_chatora_wf",
            610,
            "会議中に猫が押したキー、偶然「ctrl+Z」だった。\n私の発言をなかったことにしてくれた🐈 #猫のいる暮らし",
        ),
        _settled("黒猫ノクス", "demo_noctis_cat", 1_640, "高い服の上にだけ正確に寝る能力について。"),
        _settled(
            "動物病院のうけつけ",
            "demo_uketsuke_v",
            720,
            "【寒くなる前に】\n・車に乗る前はボンネットをこんこん🚗\n・水は部屋ごとに1つ\n・こたつの中にも出口を\n"
            "今年もみんなで無事に春まで。",
        ),
        _settled(
            "kotatsu_no_nushi",
            "demo_kotatsu_ns",
            330,
            "こたつを出した。\n3秒で占拠された。\n人間の席は、今年もない。",
        ),
        _settled(
            "ねこ写真部",
            "demo_neko_shash",
            204,
            "シャッター音で必ずあくびをする子の、100枚目のあくびです📸\nhttps://example.com/cats/yawn-100",
        ),
        _settled(
            "団地の三毛", "demo_mike_danch", 117, "階段の3段目が定位置の三毛、今日は4段目。団地がざわついている。"
        ),
        _settled("にぼし商店", "demo_niboshi_sh", 58, "煮干しを量り売りしていると、店先の影がだいたい猫。"),
        _settled("夜更かし獣医", "demo_yofuke_vet", 41, "夜の診察室で、診られているのは私のほうかもしれない。"),
    ),
)

TYPHOON = Script(
    "台風",
    5_070,
    52,
    "50代/女性",
    (
        _rising(
            "空の観察ノート",
            "demo_sora_note",
            820,
            "台風24号（たまごの段階）の雲を描き起こしました🌀\n\n"
            "目はまだなし。\n右側の雲が厚いので、南東の海沿いは早めに。\n\n"
            "⚠️ これは個人の観察です。避難の判断は必ず自治体と気象台の情報で。",
        ),
        _settled(
            "防災リュック部",
            "demo_bousai_rk",
            1_340,
            "台風の前にやること、5分でできる順✅\n\n"
            "1. スマホの充電\n2. 浴槽に水\n3. ベランダの物を中へ\n"
            "4. 家族に居場所を伝える\n5. 冷凍庫にペットボトルの氷\n\n"
            "5番、停電のとき本当に助かります。 #防災",
        ),
        _settled(
            "りんご園のハル",
            "demo_haru_ringo",
            560,
            "台風の前に、近所の高校生が30人で収穫を手伝いに来てくれました🍎\n落ちるはずだった8トン、守れました。ありがとう。",
        ),
        _settled(
            "島の連絡船",
            "demo_shima_boat",
            173,
            "明日の最終便は15時に繰り上げます。\nお忘れ物の三線は、船長が弾かずに預かっています。",
        ),
        _settled(
            "コロッケ当番",
            "demo_korokke_tb",
            290,
            "台風なので、コロッケを多めに揚げました。理由は聞かないでください🥔",
        ),
        _settled(
            "窓際の気圧計", "demo_kiatsu_mad", 84, "気圧が下がると祖父の膝が先に知らせてくれる。精度、良好。"
        ),
        _settled("海辺の管理人", "demo_umibe_kanr", 52, "看板を外して、旗を降ろして、あとは待つだけ。"),
        _settled("雨音コレクター", "demo_amaoto_col", 23, "雨どいの音がいつもの半音上。風が回ってきた。"),
    ),
)

RAMEN = Script(
    "ラーメン",
    6_310,
    66,
    "30代/男性",
    (
        _rising(
            "湯気のむこう",
            "demo_yuge_ramen",
            470,
            "閉店のはり紙に、常連さんたちが一行ずつ書き足していって、\nいまや店の前がいちばん長い行列になっている🍜",
        ),
        _settled(
            "スープ温度計",
            "demo_soup_temp",
            530,
            "ラーメンの「最初のひと口」を100杯ぶん測りました🌡️\n\n"
            "・味噌 平均78℃\n・醤油 平均74℃\n・つけ汁 平均61℃\n\n"
            "熱さの記憶と味の記憶は、だいたい仲良しです。",
        ),
        _settled(
            "朝ラー推進委員会", "demo_asa_ra", 260, "朝7時の一杯は、罪ではなく準備運動です。 #朝ラー #ラーメン"
        ),
        _settled(
            "どんぶり作家",
            "demo_donburi_ar",
            139,
            "一番こだわったのは、飲み干したときにだけ見える底の一文字です。（何と書いてあるかは内緒）",
        ),
        _settled(
            "製麺所の三代目",
            "demo_seimen_3",
            105,
            "湿度が5%違うと、麺の返事が変わる。今日は「はい」と言っていた。",
        ),
        _settled(
            "出前バイク",
            "demo_demae_bike",
            77,
            "こぼさず運ぶコツは、信号の手前で歌をゆっくりにすることです🛵",
        ),
        _settled("替え玉会計士", "demo_kaedama_cp", 46, "替え玉は資産か費用か。三杯目で結論が出た。"),
        _settled("メンマだけ食べたい", "demo_menma_dake", 33, "メンマ増し増し、できますか。できました。"),
    ),
)

SCRIPTS: tuple[Script, ...] = (DATA_CENTER, SEMICONDUCTOR, GENERATIVE_AI, SHINKANSEN, CAT, TYPHOON, RAMEN)
