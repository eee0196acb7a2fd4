"""Words that a comparison of texts must know: common ones, what is no name, numbers and units. Pure tables."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

STEM_CHARS: Final = 6
"""Letters of an English stem: truncation serves search about as well as rules do (McNamee and Mayfield, 2004)."""

_ENDINGS: Final = ("'s", "ing", "ies", "ied", "ed", "es", "s")
_SHORTEST: Final = 3


_IRREGULAR_FORMS: Final = """
tear tore torn; break broke broken; steal stole stolen; win won; lose lost loses losing; fall fell fallen
rise rose risen; sell sold; buy bought; find found; lead led; pay paid; grow grew grown; run ran; sink sank sunk
strike struck stricken; sweep swept; throw threw thrown; burn burnt; catch caught; fight fought; fly flew flown
freeze froze frozen; bite bit bitten; choose chose chosen; drive drove driven; hide hid hidden
shrink shrank shrunk; speak spoke spoken; swim swam swum; write wrote written; rewrite rewrote rewritten
build built; send sent; spend spent; lend lent; hold held; meet met; sing sang sung; begin began begun
drink drank drunk; ring rang; withdraw withdrew withdrawn; die died dying dies; lie lain lying; slide slid
stick stuck; swing swung; teach taught; bring brought; seek sought; sleep slept; wear wore worn
shake shook shaken; child children; man men; woman women; wife wives; knife knives; thief thieves
wolf wolves; foot feet; mouse mice; tooth teeth; half halves
"""
"""English words with the forms that no ending tells, but for those that are words of their own (left, shot)."""
IRREGULAR: Final = {
    form: word
    for forms in _IRREGULAR_FORMS.replace("\n", ";").split(";")
    for word, *others in filter(None, [forms.split()])
    for form in others
}


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """A word without its ending: ``closes`` and ``close`` are one, and so are ``torn`` and ``tear``."""
    kept = word = IRREGULAR.get(word, word)
    for ending in _ENDINGS:
        if kept.endswith(ending) and len(kept) - len(ending) >= _SHORTEST:
            kept = kept[: -len(ending)] + ("y" if ending in {"ies", "ied"} else "")
            break
    if len(kept) > _SHORTEST and kept.endswith("e"):
        kept = kept[:-1]
    if len(kept) > _SHORTEST and kept[-1] == kept[-2]:
        kept = kept[:-1]
    return kept


def stem(word: str) -> str:
    """The first letters of a word's root, by which texts are compared."""
    return root(word)[:STEM_CHARS]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON: Final = _words(
    """
    a about ahead all almost along already also although always am amid among an and another any anybody anyone
    anything apparently are around as ask asks at away back be because been before being between both but by
    came can can't cannot come comes could couldn't day days did didn't do does doesn't doing don't done due
    during each early either else end enough even ever every everybody everyone everything expect expected
    expects few finally following for from full further get gets getting go goes going gone gonna good got great
    guy guys had happen has have having he heads her here him his hit hits how however i i'm if in including
    into is isn't it it's its itself just keep kind know late later least let like likely literally little local
    long look love made make makes making many may maybe me mean might more most much must my myself near need
    new news next nobody nooo nothing now of official officials oh ok okay old omg on once one only onto or
    other our own part people per place please put quite rather real really report reported reports right said
    same saw say says see seen set several shall she should since so some somebody someone something soon such
    take taken takes tell than thank thanks that that's the their them themselves then there there's these they
    they're thing things think this those though through time to today told tomorrow tonight too took total
    toward towards try two under until update upon us use used using very via want wants was wasn't way we week
    well went were what when where which while who whole whose why will wish with within work would wow yes yet
    you your year years announce announced announces according after percent percentage dollar dollars euro euros
    million millions billion billions thousand
    """
)
"""English words that say nothing of what a story is about."""

COUNTED: Final = _words("people day days year years week weeks place")
"""Common words that say what a number counts."""

AUXILIARIES: Final = _words(
    "a an the any be been being is are was were have has had having yet it its this that these those even ever"
    " just only really so very more much many one now longer"
)
"""Words between a negation and what it negates."""

LIGHT_VERBS: Final = _words("make made makes take took taken takes give gave gives come came comes")
"""Verbs that mean little without the word behind them."""

PREPOSITIONS: Final = _words(
    "about above after at before below by for from in into of off on out over through to under until with"
)

NOT_NAMES: Final = _words(
    """
    アーティスト アイドル アニメ アカウント カップ クレーン コース シングルス ダブルス スーパー トンネル パート
    パスポート ビル フェス プール ペア ライバル レース レコード ロボット アプリ アルバム イベント インターネット
    インフルエンザ ウイルス ウェブ エネルギー エリア オンライン オンラインゲーム オープン カメラ ガス
    キャンペーン クラウド クラブ グループ ゲーム コーチ コメント コンサート ゴール サイト サッカー サービス
    シーズン システム シリーズ スタート スタジアム ストップ スポーツ スマホ セール センター ソフト タイトル
    タイム タイヤ ダウン チェーン チケット チーム ツアー テスト テレビ データ データセンター デジタル
    デジタルアーカイブ デビュー トップ トラック トラブル ドラマ ドル ニュース ネット バス バスケ バッテリー
    バンド パトカー ファン フェリー プラン プラント プレー プロ ホテル ホーム ボランティア マラソン マンション
    メダル メニュー メンテ メンテナンス メンバー メーカー ユーザー ライブ ランキング リコール リーグ ルール
    レストラン レンタル ロケット ワクチン 動物 図書 市立図書 県立図書 水族 博物 美術 自動車 新幹 電力会 株式会
    同社 大手 monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec utc gmt est
    pst jst full half time north south east west northern southern eastern western
    """
)
"""Words written like names (katakana, capitals, ends of places) that are none."""

NOT_KANA_NAMES: Final = tuple(
    sorted(
        _words(
            """
            きょう あす あした きのう おととい けさ この その あの どの もう また すぐ まだ ついに やっと さらに
            およそ ほぼ すでに ただ なお まず つい とても かなり ずっと みんな いま うち ここ そこ これ それ
            あれ けが どこ なぜ いつ しかし そして でも だけど ほか はや よう いろ おそ
            """
        )
    )
)
"""Kana before a noun that are no name."""

PERSON_TITLES: Final = tuple(
    sorted(
        _words(
            "監督 投手 捕手 内野手 外野手 選手 社長 会長 頭取 市長 知事 女流 九段 八段 名人 教授 さん 氏 被告"
            " 容疑者"
        )
    )
)
"""Titles behind Japanese names."""

RANKS: Final = tuple(sorted(_words("横綱 大関 関脇 小結 前頭 作家 歌手 俳優 監督")))
"""Titles before Japanese names, with a dot between them."""

PLACE_ENDINGS: Final = "都道府県市区町村線駅港空社大園館島川山台"
"""Characters that end a Japanese proper name."""

HEADINGS: Final = re.compile(
    r"^(?:\W{0,2}\s*(?:速報|続報|独自|号外|詳報|気象|お知らせ|ニュース|地震|停電情報|避難情報|通行止め"
    r"|breaking(?:\s+news)?|just in|news|update|developing|live)\s*[】\]>):!]+\s*)+"
)
"""Labels that outlets put before a text."""

CASUAL: Final = re.compile(
    r"[!?〜♪…]|\.\.\.|:\(|:\)"
    r"|だって|らしい|じゃん|かな|よね|だね|だよ|なんだ|ちゃ[うっい]|やば|すご|すぎ|嬉し|うれし|楽しみ|ありがと|おめでと"
    r"|ほしい|みたい|けど|かよ|っぽい|うちの|マジ|まじ|[るたいだ]ぞ"
    r"|(?:のか|って|てる|たい|[るたいだ]わ|かも|草|ww|笑|好き|んだ|[たるいだ]よ|なあ?)(?:[。、ー ]|$)"
    r"|\b(?:i|i'm|i'll|my|me|we|us|our|you|your|omg|lol|lmao|wow|yay|guys|gonna|this is|no more|kinda|tbh|phew"
    r"|finally)\b"
    r"|\b(?:isn|aren|wasn|don|doesn|didn|can|won|couldn)['’]t\b|\b(?:they|it|that|there|he|she|who)['’](?:s|re|ll|d)\b"
)
"""Signs of somebody who speaks of news, and reports none."""

DAYS: Final = {
    "今日": 0, "きょう": 0, "本日": 0, "今夜": 0, "今晩": 0, "今朝": 0, "けさ": 0,
    "明日": 1, "あす": 1, "あした": 1, "明朝": 1,
    "昨日": -1, "きのう": -1, "昨夜": -1, "昨晩": -1,
    "today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1,
}  # fmt: skip
"""Words for days, as days from the post's own."""

WEEKDAYS: Final = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "月曜": 0, "火曜": 1, "水曜": 2, "木曜": 3, "金曜": 4, "土曜": 5, "日曜": 6,
}  # fmt: skip

MONTHS: Final = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10,
    "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip

NUMBER_WORDS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip

ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}

LABELS: Final = _words(
    "category cat level magnitude phase stage grade route highway line game season part volume chapter version"
    " flight round day week set no"
)
"""Words before a number that it belongs to: category 3, season 2."""

SCALES: Final = {
    "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12,
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip

UNITS: Final = {
    "ヘクトパスカル": "hpa", "パーセント": "%", "キロメートル": "km", "キロ": "km",
    "センチメートル": "cm", "センチ": "cm", "店舗": "店", "ドル": "$", "ユーロ": "€", "ポンド": "£", "戸": "軒",
    "か月": "月間", "ヶ月": "月間", "カ月": "月間",
    "percent": "%", "per cent": "%", "kilometres": "km", "kilometers": "km",
    "centimetres": "cm", "centimeters": "cm",
    "dollars": "$", "dollar": "$", "euros": "€", "pounds": "£", "copies": "copy",
    "shops": "stores", "homes": "households", "vehicles": "cars",
}  # fmt: skip
"""Names of a unit, and the one that stands for them."""

LONG_UNITS: Final = _words("世帯 時間 年間 月間 日間 週間 号機 号線 回線 種類 店舗 か所 か月 ヶ月 カ月")
"""Japanese units of two characters; of others the first one counts."""
