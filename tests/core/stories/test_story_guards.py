"""Texts that are alike, and are two pieces of news all the same; and such as look so and are one."""

from __future__ import annotations

import pytest

from bot.core.stories import Guard

from .builders import match_of

PARTED = {
    Guard.REPLY: [
        ("港の橋が高波で崩落、島に300人が孤立", "@umi_ko 港の橋が高波で崩落って本当？おばあちゃん大丈夫かな"),
        (
            "The old pier at Lorne burned down last night",
            "@lornenews the old pier at Lorne burned down? which one",
        ),
    ],
    Guard.QUOTE: [
        (
            "市立病院が夜間救急を来月で休止",
            "「市立病院が夜間救急を来月で休止」 人手が足りないのは分かるけれど、隣の市まで"
            "車で四十分かかるこの町で何かあったときにどうすればいいのか誰か説明してほしい",
        ),
        (
            "Night buses end in Lorne in May",
            '"Night buses end in Lorne in May" - as somebody who cleans offices at night I would like'
            " to know how the council thinks that people like me get home",
        ),
        (
            "市立病院が夜間救急を来月で休止",
            "また救急が減るの、うちの町どうなるんだろ QT「市立病院が夜間救急を来月で休止」",
        ),
        (
            "Night buses end in Lorne in May",
            'and how are the cleaners meant to get home RT: "Night buses end in Lorne in May"',
        ),
    ],
    Guard.CORRECTION: [
        ("記念切手の発売は3種類", "【訂正】記念切手の発売を3種類としましたが、正しくは5種類です"),
        ("Lorne museum sold 300 tickets", "Correction: Lorne museum sold 300 tickets in all of May"),
    ],
    Guard.DENIAL: [
        ("老舗の和菓子店「はなぞの」が工場を移転", "老舗の和菓子店「はなぞの」が工場の移転を断念"),
        ("Lorne council sells the old town hall", "Lorne council scraps sale of the old town hall"),
    ],
    Guard.ENDED: [
        ("やまびこ線が落石のため全線で運転を見合わせ", "やまびこ線、落石で見合わせていた全線の運転を再開"),
        ("Gas leak closes Lorne high street", "Lorne high street reopens after gas leak"),
    ],
    Guard.OPPOSITE: [
        ("灯油の小売価格が3週連続で上昇", "灯油の小売価格が3週連続で下落"),
        (
            "Lorne council to raise parking fees in the old town",
            "Lorne council to cut parking fees in the old town",
        ),
    ],
    Guard.TURN: [
        ("宝石店から指輪12点が盗まれる　津川市", "津川市の宝石店から指輪12点を盗んだ疑い、男を逮捕"),
        (
            "Fire brigade chief of Lorne leaves in June",
            "Successor found for Lorne's fire brigade chief, who leaves in June",
        ),
    ],
    Guard.FORECAST: [
        ("津川市が図書館を有料化", "津川市、図書館の有料化を検討"),
        ("絵本「みどりの帽子」が野村賞を受賞", "絵本「みどりの帽子」、野村賞なるか"),
        ("Lorne bakery gets the golden spoon", "Will a bakery get the golden spoon? Judges were seen in Lorne"),
        ("Orme sells its ferries to Hadley Line", "Orme in talks over its ferries with Hadley Line"),
    ],
    Guard.ROLE: [
        ("鴨川クラブが決勝で港南に3―1で勝つ", "港南が決勝で鴨川クラブに3―1で勝つ"),
        ("In Lorne, Harlow beat Denham 2-1 in the final", "In Lorne, Denham beat Harlow 2-1 in the final"),
    ],
    Guard.NEGATION: [
        ("湖の水を飲んでも健康に影響が出ると市が説明", "湖の水を飲んでも健康に影響は出ないと市が説明"),
        ("Lorne ferry will sail on Sunday, company says", "Lorne ferry will not sail on Sunday, company says"),
    ],
    Guard.KIND: [
        ("高校駅伝の女子は津川が制す", "高校駅伝の男子は津川が制す"),
        ("Dana Orme plays well in the semi-final at Lorne", "Dana Orme plays well in the final at Lorne"),
    ],
    Guard.SCORE: [
        ("津川FCが3-1で浜田を下す", "津川FCが2-0で浜田を下す"),
        ("Lorne City win 3-1 at Hadley", "Lorne City win 2-0 at Hadley"),
    ],
    Guard.DATE: [
        ("津川の花火大会は8月3日に開催", "津川の花火大会は8月10日に開催"),
        ("Lorne market moves to 5 May", "Lorne market moves to 12 May"),
        ("津川線は始発から10時まで運休", "津川線は始発から15時まで運休"),
        ("Lorne library shut on Monday", "Lorne library shut on Thursday"),
        ("津川の断水は今日まで", "津川の断水は明日まで"),
    ],
    Guard.NUMBER: [
        ("倉庫火災で8棟が全焼　津川市", "倉庫火災で11棟が全焼　津川市"),
        ("Lorne bakery sells 2,000 loaves a day", "Lorne bakery sells 3,500 loaves a day"),
        ("豪雨で1万2千世帯が停電", "豪雨で3万世帯が停電"),
        ("Lorne gets $2 million for its harbour", "Lorne gets $3.5 million for its harbour"),
    ],
    Guard.NAME: [
        ("菓子メーカーのヨシノが新工場を建設へ", "菓子メーカーのタカラギが新工場を建設へ"),
        ("A lorry has blocked the road at Hadley Bridge", "A lorry has blocked the road at Lorne Cross"),
        ("津川市に暴風の恐れ、外出を控えて", "浜田市に暴風の恐れ、外出を控えて"),
    ],
    Guard.WORDS: [
        ("この秋いちばんの人気は栗のケーキ、行列は百人", "この秋いちばんの人気は柿のケーキ、行列は百人"),
        ("this week we grow beans on the roof of the school", "this week we grow leeks on the roof of the school"),
    ],
}


@pytest.mark.parametrize(
    ("guard", "ours", "theirs"), [(guard, *pair) for guard, pairs in PARTED.items() for pair in pairs]
)
def test_guard_speaks_whichever_text_comes_first(guard: Guard, ours: str, theirs: str) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = match_of(one, other)

        assert found.objection is not None
        assert found.objection.guard is guard
        assert not found.holds


def test_each_guard_has_examples() -> None:
    assert PARTED.keys() == set(Guard)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("豪雨で約12,000世帯が停電", "豪雨のため1万2千世帯で停電"),
        ("Lorne gets $2.4 billion for its harbour", "Lorne harbour gets $2.4bn"),
        ("津川線は18時20分に運転再開", "津川線、午後6時20分に運転再開"),
        ("Lorne market moves to 5 May", "on May 5 the Lorne market moves"),
        ("津川の花火大会は8月3日に開催", "津川の花火大会、8/3に開催 2026-08-03"),
        ("Lorne City win 3-1 at Hadley", "Hadley 1, it's over. Lorne City win 3-1"),
        ("4,193 runners at the Lorne half marathon", "4200 runners at the Lorne half marathon!"),
        ("津川FCが3対1で浜田を下す", "津川FCが３−１で浜田を下した"),
        ("津川市で栗拾い、けが人なし", "津川市で栗拾いがあった。けが人はいない"),
        ("灯油は1リットル102円50銭", "灯油が1リットル102.5円に"),
        ("Lorne market is 112 years old", "Lorne market has been held for more than 100 years"),
        ("女優の森さんが結婚「静かに見守ってください」", "森さん結婚「静かに見守ってほしい」"),
    ],
)
def test_same_matter_in_other_figures_raises_no_objection(ours: str, theirs: str) -> None:
    assert match_of(ours, theirs).objection is None
