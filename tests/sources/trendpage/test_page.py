"""Trend pages in many forms: what the page says, and that nothing else is made of it."""

from __future__ import annotations

import contextlib
import html
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import SourceChanged, SourceRefused
from bot.core.identity.x_ids import SNOWFLAKE_EPOCH_MS
from bot.core.models import (
    Audience,
    FetchRequest,
    FetchResult,
    Media,
    Network,
    NotModified,
    Post,
    SourceName,
    Validators,
)
from bot.core.text import fingerprint, make_topic
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.robots import Robots
from bot.sources.trendpage import TrendPage, parse
from bot.sources.trendpage.tags import nests_without_end
from tests.sources.http.test_client import serving

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAGES = Path(__file__).parent / "pages"
SAVED = Path(__file__).parents[4] / "shared" / "mission" / "trend-page.txt"
NO_VALIDATORS = Validators()
HEADING = "人気のポスト ※表示されているRP数は特定時点のものです"
FOOTER = "<p>&lt;ポストの表示について&gt;</p><p>掲載の取り下げは窓口まで。</p>"


def status_id(when: datetime, serial: int = 1) -> int:
    """The id X would have given to a post of that time."""
    since = when - datetime(1970, 1, 1, tzinfo=UTC)
    return (since // timedelta(milliseconds=1) - SNOWFLAKE_EPOCH_MS) << 22 | serial


PUBLISHED = datetime(2026, 11, 22, 3, 4, 5, 678000, tzinfo=UTC)
ID = status_id(PUBLISHED)


def quoted(
    number: int = 1,
    text: str = "川の水が引いた",
    *,
    attributes: str = 'class="twitter-tweet"',
    host: str = "twitter.com",
    query: str = "?ref_src=twsrc%5Etfw",
    date: str = "November 22, 2026",
) -> str:
    """A post as X's embed code writes it; ``text`` is HTML."""
    link = f'<a href="https://{host}/kawa{number}/status/{status_id(PUBLISHED, number)}{query}">{date}</a>'
    byline = f"&mdash; 川{number} (@kawa{number})"
    return f'<blockquote {attributes}><p lang="ja" dir="ltr">{text}</p>{byline} {link}</blockquote>'


def page(body: str, *, count: str = "1,234post", head: str = "男性:60% 女性:40% (30代/男性)") -> bytes:
    return (
        "<!doctype html><html><head><meta charset=utf-8><title>河川 トレンド</title></head><body>"
        f"<nav><a href=/>トップ</a> <a href=/rank>ランキング</a></nav><h1>河川 トレンド</h1><p>{count}</p>"
        f"<p>2026.11.23 05:00</p><div>{head}</div><h2>{HEADING}</h2>{body}{FOOTER}</body></html>"
    ).encode()


def read(body: bytes | str, content_type: str | None = None) -> FetchResult:
    return parse(body.encode() if isinstance(body, str) else body, now=NOW, content_type=content_type)


def posts(body: str) -> tuple[Post, ...]:
    return read(page(body)).posts


def rps(body: str) -> list[int | None]:
    return [post.rp for post in posts(body)]


# --- the whole page


@pytest.mark.invariant(7)
def test_a_topic_is_named_without_what_nobody_sees() -> None:
    body = page(quoted(1)).decode().replace("河川", "河\x01川\u202e")

    assert read(body).topic_name == "河川"


def test_a_page_gives_topic_count_time_audience_and_posts_in_order() -> None:
    fetched = read(page(quoted(1) + "<p>RP 120</p>" + quoted(2) + "<p>RP 45</p>"))
    assert fetched.topic_name == "河川"
    assert fetched.snapshot is not None
    assert fetched.snapshot.observed_at == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert fetched.snapshot.volume == 1234
    assert fetched.snapshot.audience == Audience(60, 40, "30代/男性")
    first, second = fetched.posts
    assert first == Post(
        network=Network.X,
        canonical_id=str(ID),
        text="川の水が引いた",
        rp=120,
        url=f"https://x.com/kawa1/status/{ID}",
        author_name="川1",
        author_handle="kawa1",
        author_url="https://x.com/kawa1",
        created_at=PUBLISHED,
        language="ja",
    )
    assert (second.author_handle, second.rp) == ("kawa2", 45)


@pytest.mark.parametrize(("lang", "language"), [("und", None), ("zxx", None), ("qht", None), ("in", "id")])
def test_an_embed_of_no_language_says_none(lang: str, language: str | None) -> None:
    (post,) = posts(quoted(1).replace('lang="ja"', f'lang="{lang}"'))
    assert post.language == language


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.html")))
def test_saved_pages_of_our_own_writing_are_read_alike(name: str) -> None:
    fetched = read((PAGES / name).read_bytes())
    assert fetched.topic_name == "銭湯"
    assert fetched.snapshot is not None
    assert (fetched.snapshot.volume, fetched.snapshot.audience) == (18_400, Audience(55, 45, "40代/女性"))
    assert [post.rp for post in fetched.posts] == [12_000, 345, 6]
    assert [post.author_handle for post in fetched.posts] == ["yuge_demo", "oke_demo", "noren_demo"]
    assert fetched.posts[0].text.count("\n") == 3
    assert "----------(ここから)----------" in fetched.posts[1].text


@pytest.mark.skipif(not SAVED.exists(), reason="the page this project was created from is not here")
def test_the_page_this_project_was_created_from_is_read() -> None:
    fetched = read(SAVED.read_bytes())
    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == 0
    assert fetched.snapshot.observed_at == datetime(2025, 11, 21, 20, 0, tzinfo=UTC)
    assert fetched.snapshot.audience == Audience(None, None, "30代/男性")
    assert [post.created_at for post in fetched.posts] == [datetime(2025, 11, 11, tzinfo=UTC)] * 3
    assert [post.text.count("\n") > 30 for post in fetched.posts] == [True, True, False]
    assert all(post.day_only and post.rp is None and post.url is None for post in fetched.posts)
    assert len({post.canonical_id for post in fetched.posts}) == 3


# --- embeds


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"attributes": 'class="twitter-tweet" data-lang="ja" data-conversation="none" data-dnt="true"'},
        {"attributes": 'class="twitter-video" data-lang="en"'},
        {"attributes": ""},
        {"host": "x.com", "query": ""},
        {"host": "mobile.twitter.com"},
        {"host": "www.x.com", "query": "?s=20&amp;t=abc"},
        {"date": "2026年11月22日"},
        {"date": "22 November 2026"},
        {"date": "22 ноября 2026 г."},
    ],
)
def test_every_variant_of_an_embed_is_the_same_post(changes: dict[str, str]) -> None:
    (post,) = posts(quoted(**changes))  # type: ignore[arg-type]
    assert (post.canonical_id, post.text, post.created_at) == (str(ID), "川の水が引いた", PUBLISHED)
    assert (post.author_name, post.author_handle) == ("川1", "kawa1")
    assert post.url == f"https://x.com/kawa1/status/{ID}"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("一<br>二<br><br>三", "一\n二\n\n三"),
        ("一<br />\n      二", "一\n二"),
        ("<a href='https://x.com/hashtag/川?src=hash'>#川</a> を見た", "#川 を見た"),
        (
            "見て <a href='https://t.co/a'>https://t.co/a</a> <a>pic.twitter.com/b</a>",
            "見て https://t.co/a pic.twitter.com/b",
        ),
        ("A &lt;b&gt; &amp; C", "A <b> & C"),
        ("火<img alt='🔥' src=x>だ", "火🔥だ"),
        ("一</p><p>二", "一\n\n二"),
        ("一\n二", "一\n二"),
        (
            "--------(ここまで)----------<br>・点<br>— 誰か (@dare) の言葉",
            "--------(ここまで)----------\n・点\n— 誰か (@dare) の言葉",
        ),
        ("発売は November 3, 2026<br>2026年11月4日<br>です", "発売は November 3, 2026\n2026年11月4日\nです"),
        ("<a href='https://x.com/other/status/123'>x.com/other/status/1…</a>", "x.com/other/status/1…"),
        ("左\u202e右", "左右"),
        ("", ""),
    ],
)
def test_the_text_of_an_embed_is_kept_as_it_reads(markup: str, text: str) -> None:
    (post,) = posts(quoted(text=markup))
    assert post.text == text
    assert post.canonical_id == str(ID)


def test_an_embed_without_paragraphs_is_cut_before_its_byline() -> None:
    link = f'<a href="https://x.com/i/web/status/{ID}">2026年11月22日</a>'
    (post,) = posts(f"<blockquote>朝の川<br>夜の川 — 川 (守) (@kawa) {link}</blockquote>")
    assert (post.text, post.author_name, post.author_handle) == ("朝の川\n夜の川", "川 (守)", "kawa")


def test_a_quote_without_a_link_is_a_post_of_its_day() -> None:
    (post,) = posts("<blockquote><p>朝の川</p>— 川 (@kawa) November 22, 2026</blockquote>")
    assert (post.text, post.author_handle, post.url) == ("朝の川", "kawa", None)
    assert (post.created_at, post.day_only) == (datetime(2026, 11, 22, tzinfo=UTC), True)
    assert post.canonical_id == fingerprint("朝の川")


def test_a_quote_of_the_site_itself_is_no_post() -> None:
    assert len(posts("<blockquote>ご注意ください</blockquote>" + quoted())) == 1


def test_an_id_older_than_snowflakes_has_the_day_of_its_embed() -> None:
    link = '<a href="https://twitter.com/kawa/status/20">March 21, 2006</a>'
    (post,) = posts(f'<blockquote class="twitter-tweet"><p>はじめ</p>— 川 (@kawa) {link}</blockquote>')
    assert (post.created_at, post.day_only) == (datetime(2006, 3, 21, tzinfo=UTC), True)


def test_the_same_post_twice_is_kept_once_with_the_rp_that_is_known() -> None:
    (post,) = posts(f"<div>{quoted()}</div><div>{quoted()}<p>RP 7</p></div>")
    assert post.rp == 7


def test_media_is_noticed() -> None:
    assert posts(quoted(text="見て <a href=x>pic.twitter.com/abc</a>"))[0].has_media
    assert posts(quoted(attributes='class="twitter-video"'))[0].has_media
    assert not posts(quoted())[0].has_media


# --- RP


@pytest.mark.parametrize(
    ("written", "rp"),
    [
        ("RP 1,234", 1234),
        ("RP:56", 56),
        ("RT：56", 56),
        ("1.2万RP", 12_000),
        ("１，２３４ＲＰ", 1234),
        ("ＲＰ　１２", 12),
        ("リポスト 3,000", 3000),
        ("リポスト数：3,000件", 3000),
        ("3,000回リポスト", 3000),
        ("リツイート 8", 8),
        ("12K reposts", 12_000),
        ("1.5M Reposts", 1_500_000),
        ("1 repost", 1),
        ("Retweets: 9", 9),
        ("RP 0", 0),
        ("🔁 31", 31),
        ("<span>RP</span><b>120</b>", 120),
        ("<b>120</b><span>RP</span>", 120),
        ("<dl><dt>RP</dt><dd>120</dd></dl>", 120),
        ("<table><tr><th>RP</th><td>120</td></tr></table>", 120),
        ("<ul><li>いいね 900<li>RP 120<li>返信 3</ul>", 120),
        ("返信 3 RP 120 いいね 900", 120),
        ("3 返信 120 RP 900 いいね", 120),
        ("120 RP 900 likes", 120),
        ("likes 900 RP 120 views 5万", 120),
        ("1位 RP 120", 120),
        ("2026/11/22 10:30 RP 120", 120),
        ("RP 120 (2026.11.23 05:00)", 120),
        ("<i class='fa fa-retweet'></i> 120 <i class='fa fa-heart'></i> 900", 120),
        ("<img alt='リポスト' src=x> 120", 120),
        ("<span aria-label='120 reposts'></span>", 120),
        ("<span class='rp-count'>120</span>", 120),
        ("<div class='rp'>1.2万</div>", 12_000),
        ("1万3千RP", 13_000),
        ("RP 不明", None),
        ("RP", None),
        ("いいね 900", None),
        ("900", None),
        ("", None),
        ("RP数は特定時点のものです 2026.11.23", None),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        "{q}<p>{rp}</p>",
        "<p>{rp}</p>{q}",
        "<div>{q}<div>{rp}</div></div>",
        "<li><div>{rp}</div><div>{q}</div></li>",
    ],
)
def test_rp_is_read_in_every_written_form_before_and_after_its_post(
    written: str, rp: int | None, place: str
) -> None:
    assert rps(place.format(q=quoted(), rp=written)) == [rp]


SCRIPT = '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
LAYOUTS = {
    "flat, after": "{q}" + SCRIPT + "<p>RP {rp}</p>",
    "flat, before": "<p>RP {rp}</p>{q}",
    "bare text, after": "{q} RP {rp}<br>",
    "wrapped, after": "<div>{q}<p>{rp} RP</p></div>",
    "wrapped, before": "<section><p>RP {rp}</p>{q}</section>",
    "deep": "<li><div><div>{q}</div></div><div><span>リポスト</span> <b>{rp}</b></div></li>",
    "table row": "<table><tr><td>{q}</td><td>{rp} RP</td></tr></table>",
    "rows": "<tr><td>{q}</td></tr><tr><td>RP {rp}</td></tr>",
    "list, after": "<dl><dt>{q}</dt><dd>RP {rp}</dd></dl>",
    "list, before": "<dl><dt>RP {rp}</dt><dd>{q}</dd></dl>",
    "ranked": "<h3>1位</h3>{q}<p>RP {rp}</p>",
    "ruled": "<hr>{q}<p>RP {rp}</p>",
    "with its likes": "{q}<p>RP {rp}</p><p>いいね 5</p>",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_each_post_has_its_own_rp_in_every_layout(layout: str) -> None:
    body = "".join(layout.format(q=quoted(n), rp=n * 100) for n in (1, 2, 3, 4))
    assert rps(body) == [100, 200, 300, 400]


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "rows"])
@pytest.mark.parametrize("silent", [1, 2, 3])
def test_a_post_without_rp_takes_none_from_its_neighbours(layout: str, silent: int) -> None:
    shape = LAYOUTS[layout]
    body = "".join(shape.format(q=quoted(n), rp="—" if n == silent else n * 100) for n in (1, 2, 3))
    got = rps(body)
    assert got[silent - 1] is None
    assert all(rp in {None, number * 100} for number, rp in enumerate(got, start=1))


def test_where_nothing_tells_whose_rp_it_is_it_is_unknown() -> None:
    assert rps(quoted(1) + "<p>RP 5</p>" + quoted(2)) == [None, None]


@pytest.mark.parametrize("cell", ["td", "th"])
def test_a_column_named_rp_gives_each_row_its_own_and_a_rank_is_none(cell: str) -> None:
    head = "".join(f"<{cell}>{name}</{cell}>" for name in ("順位", "ポスト", "RP"))
    rows = "".join(f"<tr><td>{n}</td><td>{quoted(n)}</td><td>{n * 10}</td></tr>" for n in (1, 2, 3))
    assert rps(f"<table><thead><tr>{head}</tr></thead>{rows}</table>") == [10, 20, 30]


def test_rp_in_the_text_of_a_post_is_not_its_rp() -> None:
    assert rps(quoted(1, "目標は RP 999 です") + quoted(2, "100RT で公開")) == [None, None]


# --- posts without embeds

PLAIN = """河川 トレンド
1.2万post
2026.11.23 05:00
:0% :0% (20代/女性)
人気のポスト ※表示されているRP数は特定時点のものです
水門を開けた。
--------(ここまで)----------
・2026年11月4日
次は November 3, 2026 に。 November 22, 2026
RP 1,200
橋の上から。https://t.co/a November 21, 2026
RP 30
<ポストの表示について>
窓口 2026年11月23日
"""


def as_breaks(text: str) -> str:
    return f"<html><body><div>{html.escape(text).replace(chr(10), '<br>' + chr(10))}</div></body></html>"


def as_blocks(tag: str, text: str) -> str:
    lines = "".join(f"<{tag}>{html.escape(line)}</{tag}>\n" for line in text.splitlines())
    return f"<html><body>{lines}</body></html>"


@pytest.mark.parametrize(
    "written",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        f"<html><body><pre>{html.escape(PLAIN)}</pre></body></html>",
        f"<html><body>{html.escape(PLAIN)}</body></html>",
        as_breaks(PLAIN),
        as_blocks("p", PLAIN),
        as_blocks("div", PLAIN),
        PLAIN.replace("November 22, 2026", "2026年11月22日")
        .replace("November 21, 2026", "2026年11月21日")
        .replace("・2026年11月4日", "・発売は2026年11月4日")
        .replace("November 3, 2026 に", "2026年11月3日 に"),
    ],
)
def test_plain_posts_are_found_by_the_date_they_end_in(written: str) -> None:
    fetched = read(written)
    first, second = fetched.posts
    assert first.text.startswith("水門を開けた。\n--------(ここまで)----------\n・")
    assert first.text.endswith("に。")
    assert second.text == "橋の上から。https://t.co/a"
    assert (first.rp, second.rp) == (1200, 30)
    assert first.created_at == datetime(2026, 11, 22, tzinfo=UTC)
    assert first.day_only
    assert first.canonical_id == fingerprint(first.text)
    assert first.url is None
    assert fetched.topic_name == "河川"
    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == 12_000
    assert fetched.snapshot.audience == Audience(None, None, "20代/女性")


def test_a_plain_post_whose_date_is_a_link_has_its_id() -> None:
    link = f'<a href="https://x.com/kawa/status/{ID}">November 22, 2026</a>'
    (post,) = posts(f"<div><p>朝の川<br>夜の川</p>— 川 (@kawa) {link}</div>")
    assert (post.canonical_id, post.text, post.author_handle) == (str(ID), "朝の川\n夜の川", "kawa")
    assert post.created_at == PUBLISHED


def test_posts_without_embed_between_embeds_keep_their_place() -> None:
    got = posts(quoted(1) + "<p>引用できないポストの本文がここにある。 November 20, 2026</p>" + quoted(2))
    assert [post.day_only for post in got] == [False, True, False]


def test_furniture_is_no_post() -> None:
    around = "<p>最終更新 2026年11月23日</p>"
    assert len(posts(around + quoted() + around)) == 1


# --- the head


@pytest.mark.parametrize(
    ("written", "volume"),
    [
        ("0post", 0),
        ("1.2万post", 12_000),
        ("12,345 posts", 12_345),
        ("12,345件", 12_345),
        ("１２，３４５件", 12_345),
        ("12,345件のポスト", 12_345),
        ("ポスト数：12,345", 12_345),
        ("12.3K posts", 12_300),
        ("<b>12,345</b><small>post</small>", 12_345),
        ("<div>12,345</div><div>post</div>", 12_345),
        ("1万2345ポスト", 12_345),
    ],
)
def test_the_count_is_read_in_every_written_form(written: str, volume: int) -> None:
    snapshot = read(page(quoted(), count=written)).snapshot
    assert snapshot is not None
    assert snapshot.volume == volume


@pytest.mark.parametrize(
    ("head", "audience"),
    [
        ("男性:60% 女性:40% (30代/男性)", Audience(60, 40, "30代/男性")),
        ("女性：40％ 男性：60％", Audience(60, 40, None)),
        (":60% :40% (10代以下/女性)", Audience(60, 40, "10代以下/女性")),
        (":0% :0% (30代/男性)", Audience(None, None, "30代/男性")),
        (":0% :0%", Audience()),
        ("男性:0% 女性:0%", Audience()),
        (":100% :0%", Audience(100, 0, None)),
        ("<i class='icon-female'></i>:40% <i class='icon-male'></i>:60%", Audience(60, 40, None)),
        ("<img alt='男性' src=a>:60% <img alt='女性' src=b>:40%", Audience(60, 40, None)),
        ("<span aria-label='female'></span>:40% <span aria-label='male'></span>:60%", Audience(60, 40, None)),
        ("<svg class='mars'></svg>:60.4% <svg class='venus'></svg>:39.6%", Audience(60, 40, None)),
        (
            "<span class='male'>:60%</span><span class='female'>:40%</span> (60代以上/男性)",
            Audience(60, 40, "60代以上/男性"),
        ),
        ("男性 60%<br>女性 40%", Audience(60, 40, None)),
        ("", Audience()),
    ],
)
def test_the_audience_is_read_by_words_icons_or_order(head: str, audience: Audience) -> None:
    snapshot = read(page(quoted(), head=head)).snapshot
    assert snapshot is not None
    assert snapshot.audience == audience


@pytest.mark.parametrize(
    "time", ["2026.11.23 05:00", "2026/11/23 5:00", "2026-11-23 05:00", "2026年11月23日 5時00分"]
)
def test_the_time_of_observation_is_japans(time: str) -> None:
    body = page(quoted()).decode().replace("2026.11.23 05:00", time)
    snapshot = read(body).snapshot
    assert snapshot is not None
    assert snapshot.observed_at == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "time",
    ["11月23日 05:00時点", "2026年11月23日 午前5時00分時点", "令和8年11月23日 5:00現在", "30分前に更新",
     "最終更新: 30分前", "Updated 30 minutes ago"],
)  # fmt: skip
def test_the_time_of_counts_is_read_in_any_form(time: str) -> None:
    body = page(quoted()).decode().replace("2026.11.23 05:00", time)
    now = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    snapshot = parse(body.encode(), now=now).snapshot

    assert snapshot is not None
    assert snapshot.observed_at == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "how"), [("shift_jis", "meta"), ("euc-jp", "meta"), ("cp932", "header"), ("euc-jp", "header")]
)
def test_pages_in_old_encodings_are_read(encoding: str, how: str) -> None:
    written = (
        page(quoted()).decode().replace("&mdash;", "-").replace("utf-8", encoding if how == "meta" else "utf-8")
    )
    fetched = read(written.encode(encoding), f"text/html; charset={encoding}" if how == "header" else "text/html")
    assert fetched.topic_name == "河川"
    assert fetched.posts[0].text == "川の水が引いた"


def test_broken_bytes_cost_only_themselves() -> None:
    body = page(quoted()).replace("引いた".encode(), b"\xff\xfe\x80")
    assert read(body, "text/html; charset=nonsense").posts[0].canonical_id == str(ID)


# --- what is no trend page


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"error": "not found", "posts": 3}',
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "<html><body><h1>ログイン</h1><form><input name=user></form></body></html>".encode(),
        "<html><body><h1>503</h1><p>ただいま混み合っています。 November 22, 2026</p></body></html>".encode(),
        f"<html><body><h1>日記</h1>{quoted()}</body></html>".encode(),
    ],
)
def test_what_is_no_trend_page_says_what_was_missing(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="no post count, no observation time, no popular posts heading"):
        read(body)


def test_a_page_that_counts_posts_and_shows_none_has_changed() -> None:
    with pytest.raises(SourceChanged, match="1234 posts counted, none found"):
        read(page("<p>準備中</p>"))


def test_a_page_without_posts_that_counts_none_is_quiet() -> None:
    fetched = read(page("<p>ポストはありません</p>", count="0post"))
    assert fetched.posts == ()
    assert fetched.snapshot is not None
    assert fetched.snapshot.volume == 0


def test_a_page_of_no_posts_that_shows_old_ones_is_read() -> None:
    assert len(read(page(quoted(), count="0post")).posts) == 1


@pytest.mark.parametrize("hidden", [HEADING, "1,234post", "2026.11.23 05:00"])
def test_one_missing_landmark_does_not_hide_the_posts(hidden: str) -> None:
    fetched = read(page(quoted() + "<p>RP 8</p>").decode().replace(hidden, ""))
    assert [(post.canonical_id, post.rp) for post in fetched.posts] == [(str(ID), 8)]


# --- properties


@given(st.binary(max_size=600), st.none() | st.text(max_size=40))
def test_no_bytes_break_the_parser(body: bytes, content_type: str | None) -> None:
    with contextlib.suppress(SourceChanged):
        parse(body, now=NOW, content_type=content_type)


SOUP_OF = f"""
<div> </div> <p> </p> <br> <table> <tr> <td> <dl> <dt> <b &#0; <!-- <svg> <hr> <li> <template> <pre> <a> </a>
<blockquote> </blockquote> <blockquote|class=twitter-tweet> <img|alt=RP> <a|href='https://x.com/a/status/{ID}'>
<a|href='//x.com/a/status/9999999999999999999'> November|31,|2026 November|22,|2026 2026年13月1日 |2026年11月22日
人気のポスト 2026.99.99|99:99 2026.11.23|05:00 男性:999% (30代/男性) —|川|(@kawa)
ポストの表示について 河川|トレンド
{"9" * 400} RP RP|5 12万 0post 🔥
""".split()
SOUP_PIECE = st.sampled_from([*(piece.replace("|", " ") for piece in SOUP_OF), *"\ufdd0\ufdd1\x00\n"])
SOUP = st.lists(SOUP_PIECE | st.text(max_size=12), max_size=60).map("".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(SOUP)
def test_no_soup_breaks_the_parser_and_each_identity_comes_once(soup: str) -> None:
    try:
        fetched = read(soup.encode("utf-8", "surrogatepass"))
    except SourceChanged:
        return
    assert len({post.canonical_id for post in fetched.posts}) == len(fetched.posts)
    assert all(post.rp is None or post.rp >= 0 for post in fetched.posts)


@pytest.mark.parametrize("tag", ["div", "blockquote", "b", "table><tr><td", "p><a"])
def test_a_page_nested_a_thousandfold_does_not_break_the_parser(tag: str) -> None:
    with pytest.raises(SourceChanged):
        read(f"<{tag}>" * 3000)


def test_a_page_nested_without_end_is_refused_before_it_costs_seconds() -> None:
    with pytest.raises(SourceChanged, match="nested without end"):
        read("<div>" * 100_000 + "</div>" * 100_000)


@pytest.mark.invariant(6)
@pytest.mark.parametrize("between", ["", "</i>", "</i></font></strong>", "</b x></i>"])
def test_emphasis_is_closed_by_its_own_tag_alone(between: str) -> None:
    """28 KB of it took 1.5 GB as a tree, so none is built here."""
    opened = "".join(f"<b a{each}>{'<b>' if '</b' in between else ''}{between}" for each in range(1_500))

    assert nests_without_end(opened + "<p>x" * 3_000)


@pytest.mark.parametrize(
    "piece", ["<b>字</b>", "<b><i>字</i></b>", "<b><i>字</b></i>", "</i></b>字", "<B x>字</b>"]
)
def test_emphasis_that_is_closed_is_no_reason_to_refuse_a_page(piece: str) -> None:
    assert not nests_without_end(f"<p>{piece}" * 3_000)


def test_a_long_flat_page_is_not_taken_for_a_deep_one() -> None:
    assert len(posts("<p>行<br><span>x</span></p>" * 10_000 + quoted())) == 1


@dataclass(frozen=True)
class Wanted:
    text: str
    rp: int | None


LINE = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn", "Co"]), min_size=1, max_size=20
) | st.sampled_from(
    ["RP 999", "November 3, 2026", "2026年11月4日", "---(ここまで)---", "・点", "🔥🇯🇵", "人気のポスト", "0post"]
)
WANTED = st.builds(
    Wanted, st.lists(LINE, min_size=1, max_size=5).map("\n".join), st.none() | st.integers(0, 10**7)
)


def number_written(rp: int, form: int) -> str:
    full_width = str(rp).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return [str(rp), f"{rp:,}", full_width][form]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(WANTED, min_size=1, max_size=8),
    st.sampled_from(["wrapped, after", "wrapped, before", "deep", "table row"]),
    st.sampled_from(['class="twitter-tweet"', 'class="twitter-tweet" data-lang="ja" data-dnt="true"', ""]),
    st.sampled_from(["twitter.com", "x.com", "mobile.twitter.com"]),
    st.sampled_from(["November 22, 2026", "2026年11月22日"]),
    st.integers(0, 2),
)
def test_ids_texts_rps_and_order_come_back_from_pages_in_many_forms(
    wanted: list[Wanted], layout: str, attributes: str, host: str, date: str, form: int
) -> None:
    body = ""
    for number, want in enumerate(wanted):
        markup = html.escape(want.text).replace("\n", "<br>")
        shown = "—" if want.rp is None else number_written(want.rp, form)
        embed = quoted(number, markup, attributes=attributes, host=host, date=date)
        body += LAYOUTS[layout].replace("{q}", embed).replace("{rp}", shown)
    got = posts(body)
    assert [post.canonical_id for post in got] == [
        str(status_id(PUBLISHED, number)) for number in range(len(wanted))
    ]
    assert [Wanted(post.text, post.rp) for post in got] == wanted


# --- the source


def fetch(
    name: str = "データセンター", target: str | None = None, validators: Validators = NO_VALIDATORS
) -> FetchRequest:
    return FetchRequest(make_topic(name), target=target, validators=validators)


def source(http: Http, url: str | None = None, **pages: str) -> TrendPage:
    return TrendPage(http, Robots(http, clock=lambda: NOW), url=url, pages=pages)


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http(
        HttpLimits("kawaraban/test", allow_private_networks=True, per_host_interval_s=0), clock=lambda: NOW
    )
    yield client
    await client.aclose()


async def test_the_address_is_the_target_else_the_table_else_the_template(http: Http) -> None:
    pages = source(http, "https://t.example/word/{topic}", 川="https://t.example/w/77")
    assert pages.address(fetch("a/b 川")) == "https://t.example/word/a%2Fb%20%E5%B7%9D"
    assert pages.address(fetch("＃川")) == "https://t.example/w/77"
    assert pages.address(fetch("川", target="https://t.example/mine")) == "https://t.example/mine"


async def test_people_are_led_to_a_page_only_where_the_operator_says_so(
    http: Http,
) -> None:
    secret = source(http, "https://t.example/key/{topic}?k=1")
    known = TrendPage(
        http, Robots(http, clock=lambda: NOW), url="https://t.example/{topic}", pages={}, link_pages=True
    )

    assert (secret.describe_request(fetch("川")), secret.link(fetch("川"))) == ("川 @ t.example", None)
    assert known.link(fetch("川")) == "https://t.example/%E5%B7%9D"
    assert source(http, None, 山="https://t.example/1").describe_request(fetch("川")) == "川"


async def test_a_topic_without_address_is_refused_with_what_to_do(http: Http) -> None:
    with pytest.raises(SourceRefused, match="add it to the pages") as caught:
        await source(http).fetch(fetch(), NOW)
    assert caught.value.permanent


async def test_a_long_page_is_read_off_the_event_loop_with_the_same_result(http: Http) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=page("<p>行</p>" * 30_000 + quoted()), content_type="text/html")

    async with serving(answer) as base:
        fetched = await source(http, base).fetch(fetch(), NOW)
    assert isinstance(fetched, FetchResult)
    assert [post.canonical_id for post in fetched.posts] == [str(ID)]


async def test_a_fetch_fetches_and_reads_and_an_unchanged_page_is_not_read_again(http: Http) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=page(quoted()), content_type="text/html", headers={"ETag": '"1"'})

    async with serving(answer) as base:
        pages = source(http, base + "/word/{topic}")
        first = await pages.fetch(fetch(), NOW)
        assert isinstance(first, FetchResult)
        again = await pages.fetch(fetch(validators=first.validators), NOW)
    assert (first.source, len(first.posts), first.validators.etag) == (SourceName.TRENDPAGE, 1, '"1"')
    assert again == NotModified(SourceName.TRENDPAGE)


# -- embeds that hold little ----------------------------------------------------------------------------------

EMBEDDED = 1993158912312312832
QUOTE = (
    '<blockquote class="twitter-tweet"><p lang="ja">橋の話</p>&mdash; 花子 (@hanako_8) '
    '<a href="https://twitter.com/hanako_8/status/{id}">2025年11月25日</a></blockquote>'
)
FRAMES = {
    "x's frame": '<div class="twitter-tweet-rendered"><iframe '
    'src="https://platform.twitter.com/embed/Tweet.html?dnt=1&amp;id={id}"></iframe></div>',
    "a marked frame": '<iframe title="X Post" data-tweet-id="{id}"></iframe>',
    "amp": '<amp-twitter width="1" data-tweetid="{id}"></amp-twitter>',
    "a widget": '<twitter-widget data-tweet-id="{id}"> </twitter-widget>',
    "an empty element": '<div class="lazy" data-tweet-id="{id}"></div>',
    "another's frame": '<iframe src="https://parts.example/embed?'
    'url=https%3A%2F%2Ftwitter.com%2Fhanako_8%2Fstatus%2F{id}"></iframe>',
    "a quote for readers without scripts": f"<noscript>{QUOTE}</noscript>",
    "both": f'<iframe data-tweet-id="{{id}}"></iframe><noscript>{QUOTE}</noscript>',
    "a card with a time": '<article><b>花子</b> <span>@hanako_8</span><p>橋の話</p>'
    '<a href="https://x.com/hanako_8/status/{id}"><time>10:00</time></a></article>',
    "a card with an age": '<article><b>花子</b> <span>@hanako_8</span><p>橋の話</p>'
    '<a href="https://x.com/hanako_8/status/{id}">3時間前</a></article>',
}  # fmt: skip


@pytest.mark.parametrize("kind", FRAMES)
def test_embed_that_holds_little_is_its_post_with_its_rp(kind: str) -> None:
    rows = "".join(
        f"<li>{FRAMES[kind].replace('{id}', str(EMBEDDED + n))}<span>{120 + n} RP</span></li>" for n in (1, 2)
    )
    page = (
        "<!doctype html><html><head><title>橋のトレンド</title></head><body><h1>橋のトレンド</h1>"
        f"<p>1,234件のポスト</p><p>2026年11月25日 11:30時点</p><h2>人気のポスト</h2><ul>{rows}</ul></body></html>"
    )

    posts = parse(page.encode(), now=datetime(2026, 11, 26, tzinfo=UTC)).posts

    assert [(post.canonical_id, post.rp) for post in posts] == [(str(EMBEDDED + n), 120 + n) for n in (1, 2)]


BARE = {
    "an address as WordPress leaves it": "<figure><div>\nhttps://twitter.com/hanako_8/status/{id}\n</div></figure>",
    "an address that is a link": '<a href="https://x.com/hana/status/{id}">https://x.com/hana/status/{id}</a> ',
    "an address of nobody": '<a href="https://x.com/i/status/{id}">https://x.com/i/status/{id}</a> ',
    "a link of few words": '<p><a href="https://x.com/i/web/status/{id}">ポストを見る</a></p>',
    "a frame of another lazy loader": '<iframe data-lazy-src="https://platform.twitter.com/embed/Tweet.html?id={id}">'
    "</iframe>",
}  # fmt: skip


@pytest.mark.parametrize("kind", BARE)
def test_page_that_only_links_to_its_posts_gives_them_with_their_rp(kind: str) -> None:
    rows = "".join(
        f"<li>{BARE[kind].replace('{id}', str(EMBEDDED + n))}<span>{120 + n} RP</span></li>" for n in (1, 2)
    )

    posts = parse(page(f"<ul>{rows}</ul>"), now=NOW).posts

    assert [(post.canonical_id, post.rp, post.text) for post in posts] == [
        (str(EMBEDDED + n), 120 + n, "") for n in (1, 2)
    ]
    assert "i" not in {post.author_handle for post in posts}


def test_link_to_a_post_without_any_rp_beside_it_is_none_of_the_topic() -> None:
    with pytest.raises(SourceChanged, match="none found"):
        parse(page(f'<p><a href="https://x.com/site/status/{EMBEDDED}">サイトからのお知らせ</a></p>'), now=NOW)


def test_element_with_words_of_its_own_is_no_frame() -> None:
    row = (
        f'<li data-tweet-id="{EMBEDDED}"><p>橋の話がとても長く続いています</p>'
        "<p>— 花子 (@hanako_8) 2025年11月25日</p><p>120 RP</p></li>"
    )
    page = f"<html><body><h1>橋のトレンド</h1><p>1件のポスト</p><h2>人気のポスト</h2><ul>{row}</ul></body></html>"

    [post] = parse(page.encode(), now=datetime(2026, 11, 26, tzinfo=UTC)).posts

    assert post.text == "橋の話がとても長く続いています"


# -- pictures --------------------------------------------------------------------------------------------


def pictured(images: str, *, within: bool = False) -> Post:
    quote = quoted(text=f"川{images}") if within else quoted().replace("&mdash;", f"{images}&mdash;")
    [post] = parse(page(quote), now=NOW, url="https://trends.example/word/a?key=secret").posts
    return post


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        ('<img src="https://cdn.example/1.jpg" alt="夕方の川と、その上の古い橋" width="640">',
         [Media("https://cdn.example/1.jpg", width=640, alt="夕方の川と、その上の古い橋")]),
        ('<img src="../pics/1.jpg"><img src="/2.jpg"><img src="/2.jpg">',
         [Media("https://trends.example/pics/1.jpg"), Media("https://trends.example/2.jpg")]),
        ('<img class="lazy" src="data:image/gif;base64,R0" data-src="/1.jpg">',
         [Media("https://trends.example/1.jpg")]),
        ('<img alt="🎉" class="emoji" src="https://abs-0.twimg.com/emoji/v2/72x72/1f389.png"> ', []),
        ('<img src="/1.gif" width="1" height="1"><img src="/icon.svg"><img src="#"><img>', []),
        ("".join(f'<img src="/{number}.jpg">' for number in range(50)),
         [Media(f"https://trends.example/{number}.jpg") for number in range(4)]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("within", [False, True])
def test_pictures_in_a_quoted_post_are_its_media(images: str, expected: list[Media], *, within: bool) -> None:
    post = pictured(images, within=within)

    assert [*post.media] == expected
    assert post.has_media is bool(expected)
    assert (post.author_name, post.author_handle) == ("川1", "kawa1")
    assert "secret" not in str(post)


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://pbs.twimg.com/profile_images/7/a.jpg">',
        '<img class="user-avatar" src="https://pbs.twimg.com/profile_images/7/a.jpg" width="32">',
    ],
)
def test_face_in_a_quoted_post_is_its_authors(image: str) -> None:
    post = pictured(f"{image}<img src='https://cdn.example/1.jpg'>")

    assert post.avatar_url == "https://pbs.twimg.com/profile_images/7/a.jpg"
    assert [one.url for one in post.media] == ["https://cdn.example/1.jpg"]
