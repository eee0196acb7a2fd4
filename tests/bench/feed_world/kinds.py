"""Feeds as the common publishers write them, with texts of our own: what a reader of feeds really has to read.

Each kind has the elements, the markup within texts, the tracking and the sizes of its publisher's feeds. What an
entry says follows from the kind, the feed, the seed and its serial number alone.
"""

# ruff: noqa: E501 - markup as it is written

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from typing import Final

from tests.fakes.feed_site import Item, rss

_STEP: Final = timedelta(minutes=10)
_TOKYO: Final = timezone(timedelta(hours=9))
_EN: Final = (
    "the harbour", "the council", "a bridge", "two ferries", "the old", "printing house", "every", "reader", "our",
    "neighbours", "the museum", "a new", "timetable", "night", "market", "several", "workshops", "river", "weather",
    "office", "nobody", "the tram", "a small", "team",
)  # fmt: skip
_VERBS: Final = ("opened", "moved to", "was measured against", "waited for", "published", "replaced", "remembers")
_JA: Final = (
    "瓦版", "駅前の書店", "新しい渡し船", "資料館の展示", "雨の日の市場", "編集部の活字", "川沿いの道", "町の時計",
)  # fmt: skip
_JA_VERBS: Final = (
    "は来週の月曜に貼り出される予定です。", "について、橋の上で聞いた話をまとめておく。", "は今月から夜も開くことになった。",
    "を測ってみると、去年より二割ほど軽くなっていました。", "では「紙と墨」の支度が続いている。", "で、知らない花の名前を三つ覚えた。",
)  # fmt: skip
_TAGS: Final = (
    "printing",
    "harbour",
    "地域",
    "交通",
    "release notes",
    "写真",
    "weather & tides",
    "読み物",
    "tools",
)
_NAMES: Final = ("Hanako Suzuki", "佐藤 太郎", "M. Okafor", "katsuo", "編集部", "Ines Dal", "octo-printer")
_LATIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


@dataclass(frozen=True, slots=True)
class Edition:
    """One state of a feed: ``serials`` newest first; entry n is of ``begin`` plus n steps. ``head``: its own time."""

    feed: str
    seed: str
    serials: Sequence[int]
    begin: datetime
    head: datetime

    def chance(self, kind: str, serial: int) -> random.Random:
        """Of one entry, or of the feed itself (-1)."""
        return random.Random(f"{kind}/{self.seed}/{self.feed}/{serial}")

    def at(self, serial: int) -> datetime:
        """When an entry was written."""
        return self.begin + _STEP * serial + timedelta(seconds=serial * 7 % 60)


def _english(chance: random.Random, sentences: int) -> str:
    found = []
    for _ in range(sentences):
        words = chance.choices(_EN, k=chance.randint(3, 8))
        found.append(
            f"{' '.join(words).capitalize()} {chance.choice(_VERBS)} {' '.join(chance.choices(_EN, k=5))}."
        )
    return " ".join(found)


def _japanese(chance: random.Random, sentences: int) -> str:
    said = (
        f"{number}番{chance.choice(_JA)}{chance.choice(_JA_VERBS)}"
        for number in chance.choices(range(400), k=sentences)
    )
    return "".join(said)


def _token(chance: random.Random, size: int) -> str:
    return "".join(chance.choices(_LATIN, k=size))


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


# -- WordPress -------------------------------------------------------------------------------------------


def wordpress(edition: Edition) -> bytes:
    """RSS 2.0 with a summary that says where it appeared first, and the whole article: some 6 KB an entry."""
    site = f"https://blog-{edition.feed}.example"
    items = "".join(_wordpress_item(edition, serial, site) for serial in edition.serials)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n'
        '\txmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
        '\txmlns:wfw="http://wellformedweb.org/CommentAPI/"\n\txmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        '\txmlns:atom="http://www.w3.org/2005/Atom"\n'
        '\txmlns:sy="http://purl.org/rss/1.0/modules/syndication/"\n'
        '\txmlns:slash="http://purl.org/rss/1.0/modules/slash/"\n\t>\n\n<channel>\n'
        f"\t<title>The Harbour Sheet {edition.feed}</title>\n"
        f'\t<atom:link href="{site}/feed/" rel="self" type="application/rss+xml" />\n\t<link>{site}/</link>\n'
        "\t<description>News &amp; notes from the waterfront</description>\n"
        f"\t<lastBuildDate>{format_datetime(edition.head)}</lastBuildDate>\n\t<language>en-US</language>\n"
        "\t<sy:updatePeriod>\n\thourly\t</sy:updatePeriod>\n\t<sy:updateFrequency>\n\t1\t</sy:updateFrequency>\n"
        "\t<generator>https://wordpress.org/?v=6.8.3</generator>\n\n<image>\n"
        f"\t<url>{site}/wp-content/uploads/2024/02/cropped-icon-32x32.png</url>\n"
        f"\t<title>The Harbour Sheet {edition.feed}</title>\n\t<link>{site}/</link>\n\t<width>32</width>\n"
        f"\t<height>32</height>\n</image> \n{items}\t</channel>\n</rss>\n"
    ).encode()


def _wordpress_item(edition: Edition, serial: int, site: str) -> str:
    chance = edition.chance("wordpress", serial)
    title = _english(chance, 1)[:70].replace("the ", "the “", 1) + "”"
    slug = "-".join(title.lower().split()[:6]).replace("“", "").replace("”", "").replace(".", "")
    link = f"{site}/{edition.at(serial):%Y/%m/%d}/{slug}-{serial}/"
    named = escape(title).replace("“", "&#8220;").replace("”", "&#8221;")
    categories = "".join(f"\t\t<category><![CDATA[{tag}]]></category>\n" for tag in chance.sample(_TAGS, 4))
    summary = f"<p>{_english(chance, 3)} [&#8230;]</p>\n"
    first = (
        f'<p>The post <a href="{link}">{named}</a> appeared first on <a href="{site}">The Harbour Sheet</a>.</p>\n'
    )
    return (
        f"\t<item>\n\t\t<title>{named}</title>\n\t\t<link>{link}?utm_source=rss&#038;utm_medium=rss"
        f"&#038;utm_campaign={slug}</link>\n\t\t\t\t\t<comments>{link}#respond</comments>\n\t\t\n"
        f"\t\t<dc:creator><![CDATA[{chance.choice(_NAMES)}]]></dc:creator>\n"
        f"\t\t<pubDate>{format_datetime(edition.at(serial))}</pubDate>\n{categories}"
        f'\t\t<guid isPermaLink="false">{site}/?p={4000 + serial}</guid>\n\n'
        f"\t\t\t\t\t<description><![CDATA[{summary}{first}]]></description>\n"
        f"\t\t\t\t\t\t\t\t\t\t<content:encoded><![CDATA[\n{_wordpress_article(chance, site)}{first}]]>"
        f"</content:encoded>\n\t\t\t\t\t\n\t\t\t\t\t<wfw:commentRss>{link}feed/</wfw:commentRss>\n"
        f"\t\t\t<slash:comments>{chance.randrange(40)}</slash:comments>\n\t\t\n\t\t\n\t\t\t</item>\n"
    )


def _wordpress_article(chance: random.Random, site: str) -> str:
    image = f"{site}/wp-content/uploads/2026/11/{_token(chance, 12)}"
    sizes = ", ".join(f"{image}-{width}x{width * 3 // 4}.jpg {width}w" for width in (1024, 300, 768, 1536, 2048))
    paragraphs = [
        f'\n<p>{_english(chance, 4)} <a href="{site}/{_token(chance, 9)}/?utm_source=feed">'
        f"{_english(chance, 1)[:30]}</a> &#8212; <strong>{_english(chance, 1)[:40]}</strong>"
        f"{_english(chance, 2)}</p>\n"
        for _ in range(5)
    ]
    return (
        f'\n<figure class="wp-block-image size-large"><img fetchpriority="high" decoding="async" width="1024" '
        f'height="768" src="{image}-1024x768.jpg" alt="{_english(chance, 1)[:40]}" class="wp-image-{_number(chance)}"'
        f' srcset="{sizes}" sizes="(max-width: 1024px) 100vw, 1024px" /><figcaption class="wp-element-caption">'
        f"Photo: {chance.choice(_NAMES)}</figcaption></figure>\n\n{''.join(paragraphs[:2])}\n"
        f'<h2 class="wp-block-heading">{_english(chance, 1)[:40]}</h2>\n\n{"".join(paragraphs[2:])}\n'
        f'<ul class="wp-block-list">\n<li>{_english(chance, 1)}</li>\n\n<li>{_english(chance, 1)}</li>\n</ul>\n\n'
        f'<blockquote class="wp-block-quote is-layout-flow"><p>{_english(chance, 2)}</p></blockquote>\n'
    )


def _number(chance: random.Random) -> int:
    """A number such as a publisher's own database gives."""
    return chance.randrange(10_000, 99_999)


# -- Hatena Bookmark ---------------------------------------------------------------------------------------


def hatena(edition: Edition) -> bytes:
    """RSS 1.0 in Japanese: a list of what is popular, with counts, pictures and a copy of each page's beginning."""
    chance = [(serial, edition.chance("hatena", serial)) for serial in edition.serials]
    articles = [
        (serial, each, f"https://site-{_number(each)}.example/articles/{serial}") for serial, each in chance
    ]
    listed = "".join(f'\n          <rdf:li rdf:resource="{link}"/>' for _, _, link in articles)
    items = "".join(_hatena_item(edition, *article) for article in articles)
    about = f"https://b.hatena.example/hotentry/{edition.feed}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF\n xmlns="http://purl.org/rss/1.0/"\n'
        ' xmlns:admin="http://webns.net/mvcb/"\n xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"\n xmlns:hatena="http://www.hatena.ne.jp/info/xmlns#"\n'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
        ' xmlns:syn="http://purl.org/rss/1.0/modules/syndication/"\n'
        ' xmlns:taxo="http://purl.org/rss/1.0/modules/taxonomy/"\n>\n'
        f'  <channel rdf:about="{about}">\n    <title>ブックマーク - 人気エントリー {edition.feed}</title>\n'
        f"    <link>{about}</link>\n    <description>最近の人気エントリー</description>\n"
        f"    <dc:date>{edition.head:%Y-%m-%dT%H:%M:%SZ}</dc:date>\n"
        f"    <items>\n      <rdf:Seq>{listed}\n      </rdf:Seq>\n    </items>\n  </channel>\n{items}</rdf:RDF>\n"
    ).encode()


def _hatena_item(edition: Edition, serial: int, chance: random.Random, link: str) -> str:
    title, text = _japanese(chance, 1)[:40], _japanese(chance, 4)
    host = link.partition("://")[2].partition("/")[0]
    comments = f"https://b.hatena.example/entry/s/{link.partition('://')[2]}"
    picture = f"https://cdn-ak-scissors.example/image/square/{_token(chance, 40)}/height=288;version=1;width=512"
    tags = "".join(f"    <dc:subject>{escape(tag)}</dc:subject>\n" for tag in chance.sample(_TAGS, 3))
    count = chance.randint(3, 900)
    quoted = (
        f'<blockquote cite="{link}" title="{title}"><cite><img src="https://cdn-ak2.favicon.example/64?url={link}" '
        f'alt="" /> <a href="{link}">{title}</a></cite><p><a href="{link}"><img src="{picture}" alt="{title}" '
        f'title="{title}" class="entry-image" /></a></p><p>{text}</p><p><a href="{comments}"><img '
        f'src="https://b.hatena.example/entry/image/{link}" alt="はてなブックマーク - {title}" title="{title}" '
        f'border="0" style="border: none" /></a> <a href="{comments}?mode=append"><img src="https://b.st-hatena'
        f'.example/images/append.gif" border="0" alt="追加" title="追加" /></a></p></blockquote>'
    )
    return (
        f'  <item rdf:about="{link}">\n    <title>{title} - {host}</title>\n    <link>{link}</link>\n'
        f"    <description>{text}</description>\n    <content:encoded>{escape(quoted)}</content:encoded>\n"
        f"    <dc:date>{edition.at(serial):%Y-%m-%dT%H:%M:%SZ}</dc:date>\n{tags}"
        f"    <hatena:bookmarkcount>{count}</hatena:bookmarkcount>\n    <hatena:imageurl>{picture}</hatena:imageurl>\n"
        f"    <hatena:bookmarkCommentListPageUrl>{comments}</hatena:bookmarkCommentListPageUrl>\n"
        f"    <hatena:bookmarkSiteEntriesListUrl>https://b.hatena.example/site/{host}"
        "</hatena:bookmarkSiteEntriesListUrl>\n  </item>\n"
    )


# -- note ----------------------------------------------------------------------------------------------------


def note(edition: Edition) -> bytes:
    """RSS 2.0 in Japanese: the beginning of each article, its paragraphs with ids, and "read on"."""
    home = f"https://note.example/{edition.feed}"
    items = "".join(_note_item(edition, serial, home) for serial in edition.serials)
    picture = (
        "https://assets.st-note.example/poc-image/manual/note-common-images/production/icons/icon-144x144.png"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss xmlns:webfeeds="http://webfeeds.org/rss/1.0" '
        'xmlns:note="https://note.example" '
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" version="2.0">\n  <channel>\n'
        f"    <title>橋の上の書き手 {edition.feed}</title>\n    <description>聞いた話、歩いた道。</description>\n"
        f'    <link>{home}</link>\n    <atom:link rel="self" type="application/rss+xml" href="{home}/rss"/>\n'
        f"    <copyright>note</copyright>\n    <webfeeds:icon>{picture}</webfeeds:icon>\n"
        f"    <lastBuildDate>{format_datetime(edition.head)}</lastBuildDate>\n    <language>ja</language>\n"
        f"{items}  </channel>\n</rss>\n"
    ).encode()


def _note_item(edition: Edition, serial: int, home: str) -> str:
    chance = edition.chance("note", serial)
    link = f"{home}/n/n{_token(chance, 11).lower()}{serial}"
    paragraphs = []
    for _ in range(4):
        name = _uuid(chance)
        inner = _japanese(chance, 3) + (f"<br>{_japanese(chance, 1)}" if chance.random() < 0.4 else "")
        paragraphs.append(f'<p name="{name}" id="{name}">{inner}</p>')
    name = _uuid(chance)
    figure = (
        f'<figure name="{name}" id="{name}"><img src="https://assets.st-note.example/img/{_number(chance)}-'
        f'{_token(chance, 24)}.png?width=1200" alt="" width="620" height="465"><figcaption></figcaption></figure>'
    )
    body = f"{paragraphs[0]}{figure}{''.join(paragraphs[1:])}<br/><a href='{link}'>続きをみる</a>"
    return (
        f"    <item>\n      <title>{_japanese(chance, 1)}</title>\n      <media:thumbnail>https://assets.st-note"
        f".example/production/uploads/images/{_number(chance)}/rectangle_large_type_2_{_token(chance, 32)}.jpeg"
        f"?width=800</media:thumbnail>\n      <description><![CDATA[{body}]]></description>\n"
        f"      <note:creatorImage>https://assets.st-note.example/production/uploads/images/{_number(chance)}/"
        f"profile_{_token(chance, 32)}.png?fit=bounds&amp;format=jpeg&amp;quality=85&amp;width=330"
        f"</note:creatorImage>\n      <note:creatorName>橋の上の書き手</note:creatorName>\n"
        f"      <pubDate>{format_datetime(edition.at(serial).astimezone(_TOKYO))}</pubDate>\n      <link>{link}</link>"
        f"\n      <guid>{link}</guid>\n    </item>\n"
    )


# -- GitHub --------------------------------------------------------------------------------------------------


def github(edition: Edition) -> bytes:
    """Atom: of every second feed the releases, with their notes in HTML, else the commits, as ``<pre>``."""
    is_releases = int("".join(filter(str.isdigit, edition.feed)) or 0) % 2 == 0
    what = "releases" if is_releases else "commits/main"
    home = f"https://github.example/octo/press-{edition.feed}"
    write = _release if is_releases else _commit
    entries = "".join(write(edition, serial, home) for serial in edition.serials)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">\n'
        f"  <id>tag:github.example,2008:{home}/{what}</id>\n"
        f'  <link type="text/html" rel="alternate" href="{home}/{what}"/>\n'
        f'  <link type="application/atom+xml" rel="self" href="{home}/{what}.atom"/>\n'
        f"  <title>Release notes from press-{edition.feed}</title>\n"
        f"  <updated>{edition.head:%Y-%m-%dT%H:%M:%SZ}</updated>\n{entries}</feed>\n"
    ).encode()


def _release(edition: Edition, serial: int, home: str) -> str:
    chance = edition.chance("github", serial)
    version = f"v2.{serial}.0"
    changes = "".join(
        f'<li>{_english(chance, 1)} by <a class="user-mention notranslate" data-hovercard-type="user" '
        f'data-hovercard-url="/users/octo{number}/hovercard" data-octo-click="hovercard-link-click" '
        f'href="https://github.example/octo{number}">@octo{number}</a> in <a class="issue-link js-issue-link" '
        f'data-error-text="Failed to load title" data-id="{_number(chance)}{_number(chance)}" '
        f'data-permission-text="Title is private" data-url="{home}/issues/{number}" data-hovercard-type="pull_request"'
        f' href="{home}/pull/{number}">#{number}</a></li>\n'
        for number in chance.sample(range(100, 3000), 5)
    )
    notes = (
        f"<h2>What's Changed</h2>\n<ul>\n{changes}</ul>\n<h3>Fixes</h3>\n<p>{_english(chance, 2)} "
        f"<code>press --once</code> &amp; <code>&lt;br&gt;</code></p>\n<p><strong>Full Changelog</strong>: "
        f'<a class="commit-link" href="{home}/compare/v2.{serial - 1}.0...{version}"><tt>v2.{serial - 1}.0...'
        f"{version}</tt></a></p>"
    )
    return (
        f"  <entry>\n    <id>tag:github.example,2008:Repository/{_number(edition.chance('github', -1))}/{version}"
        f"</id>\n    <updated>{edition.at(serial):%Y-%m-%dT%H:%M:%SZ}</updated>\n"
        f'    <link rel="alternate" type="text/html" href="{home}/releases/tag/{version}"/>\n'
        f'    <title>{version}: {escape(_english(chance, 1)[:30])}</title>\n    <content type="html">'
        f"{escape(notes)}</content>\n    <author>\n      <name>octo{chance.randrange(99)}</name>\n    </author>\n"
        f'    <media:thumbnail height="30" width="30" url="https://avatars.githubusercontent.example/u/'
        f'{_number(chance)}?s=60&amp;v=4"/>\n  </entry>\n'
    )


def _commit(edition: Edition, serial: int, home: str) -> str:
    chance = edition.chance("github", serial)
    digest, who = f"{chance.getrandbits(160):040x}", f"octo{chance.randrange(99)}"
    message = f"{_english(chance, 1)[:68]}\n\n{_english(chance, 2)}\nSigned-off-by: {who} <{who}@users.example>"
    text = f"<pre style='white-space:pre-wrap;width:81ex'>{escape(message)}</pre>"
    return (
        f"  <entry>\n    <id>tag:github.example,2008:Grit::Commit/{digest}</id>\n"
        f'    <link type="text/html" rel="alternate" href="{home}/commit/{digest}"/>\n    <title>\n        '
        f"{escape(message.partition(chr(10))[0])}\n    </title>\n"
        f"    <updated>{edition.at(serial):%Y-%m-%dT%H:%M:%SZ}</updated>\n"
        f'    <media:thumbnail height="30" width="30" url="https://avatars.githubusercontent.example/u/'
        f'{_number(chance)}?s=30&amp;v=4"/>\n    <author>\n      <name>{who}</name>\n'
        f'      <uri>https://github.example/{who}</uri>\n    </author>\n    <content type="html">\n      '
        f"{escape(text)}\n    </content>\n  </entry>\n"
    )


# -- podcasts ------------------------------------------------------------------------------------------------


def podcast(edition: Edition) -> bytes:
    """RSS 2.0 for podcasts: enclosures, iTunes' and the podcast namespace's elements, show notes with links."""
    site = f"https://show-{edition.feed}.example"
    items = "".join(_episode(edition, serial, site) for serial in edition.serials)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n  <channel>\n'
        f'    <atom:link href="{site}/feed.xml" rel="self" type="application/rss+xml"/>\n'
        f"    <title>Night Ferry Radio {edition.feed}</title>\n    <link>{site}</link>\n"
        f"    <lastBuildDate>{format_datetime(edition.head)}</lastBuildDate>\n    <language>en</language>\n"
        f"    <podcast:guid>{_uuid(edition.chance('podcast', -1))}</podcast:guid>\n"
        "    <description><![CDATA[<p>Stories from the last boat.</p>]]></description>\n"
        f'    <itunes:author>Night Ferry</itunes:author>\n    <itunes:image href="{site}/cover.jpg"/>\n'
        '    <itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>\n'
        "    <itunes:owner><itunes:name>Night Ferry</itunes:name><itunes:email>crew@show.example</itunes:email>"
        f"</itunes:owner>\n    <itunes:explicit>false</itunes:explicit>\n{items}  </channel>\n</rss>\n"
    ).encode()


def _episode(edition: Edition, serial: int, site: str) -> str:
    chance = edition.chance("podcast", serial)
    guid, title = _uuid(chance), f"#{serial}: {_english(chance, 1)[:60]}"
    audio = f"https://dts.podtrac.example/redirect.mp3/{site[8:]}/audio/{guid}.mp3?dest-id={_number(chance)}"
    links = "".join(
        f'<li><a href="{site}/notes/{_token(chance, 10)}?utm_source=podcast&utm_medium=feed&utm_campaign=ep{serial}" '
        f'rel="noopener noreferrer" target="_blank">{_english(chance, 1)[:40]}</a></li>'
        for _ in range(6)
    )
    notes = (
        f"<p>{_english(chance, 3)}</p><p><strong>In this episode</strong></p><ul>{links}</ul><p>{_english(chance, 3)}"
        f"</p><p>00:00 Intro<br />04:{chance.randrange(10, 60)} The pier<br />17:30 Letters</p><p>Support us at <a "
        f'href="{site}/join">{site[8:]}/join</a>. Learn more about your ad choices. Visit <a '
        f'href="https://megaphone.example/adchoices">megaphone.example/adchoices</a></p>'
    )
    plain = _english(chance, 4)
    return (
        f"    <item>\n      <title>{escape(title)}</title>\n      <itunes:title>{escape(title)}</itunes:title>\n"
        f'      <link>{site}/episodes/{serial}</link>\n      <guid isPermaLink="false">{guid}</guid>\n'
        f"      <pubDate>{edition.at(serial):%a, %d %b %Y %H:%M:%S} -0000</pubDate>\n"
        f"      <description><![CDATA[{notes}]]></description>\n      <content:encoded><![CDATA[{notes}]]>"
        f"</content:encoded>\n      <itunes:summary>{escape(plain)}</itunes:summary>\n"
        f"      <itunes:subtitle>{escape(plain[:120])}</itunes:subtitle>\n      <itunes:episode>{serial}"
        f"</itunes:episode>\n      <itunes:episodeType>full</itunes:episodeType>\n"
        f"      <itunes:duration>{chance.randrange(600, 7200)}</itunes:duration>\n"
        f'      <itunes:image href="{site}/art/{guid}.jpg"/>\n      <itunes:explicit>false</itunes:explicit>\n'
        f"      <itunes:keywords>{', '.join(chance.sample(_TAGS, 4)).replace('&', '&amp;')}</itunes:keywords>\n"
        f'      <podcast:transcript url="{site}/transcripts/{guid}.vtt" type="text/vtt"/>\n'
        f'      <media:content url="{escape(audio)}" fileSize="{_number(chance)}000" type="audio/mpeg">'
        f'<media:player url="{site}/player/{guid}"/></media:content>\n'
        f'      <enclosure url="{escape(audio)}" length="{_number(chance)}000" type="audio/mpeg"/>\n    </item>\n'
    )


# -- Google News -----------------------------------------------------------------------------------------------


def google_news(edition: Edition) -> bytes:
    """RSS 2.0 of a search: links that say nothing, and a list of other reports in the place of a text."""
    items = "".join(_report(edition, serial) for serial in edition.serials)
    asked = f"https://news.google.example/search?q={edition.feed}&amp;hl=ja&amp;gl=JP&amp;ceid=JP:ja"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0" '
        'xmlns:media="http://search.yahoo.com/mrss/"><channel><generator>NFE/5.0</generator>'
        f'<title>"{edition.feed}" - Google ニュース</title><link>{asked}</link><language>ja</language>'
        f"<webMaster>news-webmaster@google.example</webMaster><copyright>2026</copyright>"
        f"<lastBuildDate>{edition.head:%a, %d %b %Y %H:%M:%S} GMT</lastBuildDate><description>Google ニュース"
        f"</description>{items}</channel></rss>"
    ).encode()


def _report(edition: Edition, serial: int) -> str:
    chance = edition.chance("google_news", serial)
    name = f"新聞{_number(chance)}"
    told = []
    for number in range(4):
        link = f"https://news.google.example/rss/articles/CBMi{_token(chance, 220)}?oc=5"
        who = name if not number else f"通信{_number(chance)}"
        told.append((link, f"{_japanese(chance, 1)[:34]}", who))
    listed = "".join(
        f'<li><a href="{link}" target="_blank">{title} - {who}</a>&nbsp;&nbsp;<font color="#6f6f6f">{who}</font></li>'
        for link, title, who in told
    )
    link, title, who = told[0]
    return (
        f'<item><title>{title} - {who}</title><link>{link}</link><guid isPermaLink="false">'
        f"{link.rpartition('/')[2].partition('?')[0]}</guid><pubDate>{edition.at(serial):%a, %d %b %Y %H:%M:%S} GMT"
        f"</pubDate><description>{escape(f'<ol>{listed}</ol>')}</description>"
        f'<source url="https://paper-{_number(chance)}.example">{who}</source></item>'
    )


# -- bare paragraphs -------------------------------------------------------------------------------------------


def bare(edition: Edition) -> bytes:
    """RSS 2.0 with one paragraph of Japanese an entry and no other markup."""
    sentence = "瓦版の刷り上がりを待つ間に橋の上で聞いた話をまとめておく。続きは夕方の版で、絵も入る予定です。"
    written = rss(
        *(
            Item(
                f"{edition.feed}の{serial}番目の便り",
                f"https://news.example/{edition.feed}/{serial}",
                edition.at(serial),
                f"<p>{sentence * 8}</p>",
                f"{edition.feed}#{serial}",
            )
            for serial in edition.serials
        ),
        title=f"便り {edition.feed}",
    )
    built = f"<lastBuildDate>{format_datetime(edition.head)}</lastBuildDate><language>".encode()
    return written.replace(b"<language>", built, 1)


KINDS: Final[dict[str, Callable[[Edition], bytes]]] = {
    "wordpress": wordpress,
    "hatena": hatena,
    "note": note,
    "github": github,
    "podcast": podcast,
    "google_news": google_news,
    "bare": bare,
}
