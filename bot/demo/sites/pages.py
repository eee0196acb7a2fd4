"""Pages of the demo's sites for people: pure HTML, in the language of the world."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from bot.demo.worlds.script import Language
from bot.demo.worlds.world import LivePost, Published, World
from bot.views.kit.text import Speaker, Texts
from config import LOCALES

_LINK = re.compile(r"(?P<url>https?://[^\s<]+)|(?P<tag>[#＃](?P<word>\w+))")
STYLE = Path(__file__).with_name("site.css")


@cache
def words(language: Language) -> Speaker:
    """The demo's sentences."""
    return Texts(LOCALES).speaker(language)


def document(world: World, title: str, body: str) -> str:
    """A whole page."""
    say = words(world.cast.language).say
    return f"""<!doctype html>
<html lang="{world.cast.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/site.css">
<link rel="icon" href="data:,">
</head>
<body>
<main>
{body}
</main>
<footer>{escape(say("demo-site-footer"))}</footer>
</body>
</html>
"""


def post_page(world: World, post: LivePost, *, where: str, handle: str) -> str:
    """One post, alone. ``where``: the site's name; ``handle``: its author there."""
    say = words(world.cast.language).say
    body = f"""<p class="home">{escape(where)}</p>
<div class="entry">
<blockquote><p>{within_the_demo(markup(post.text))}</p>&mdash; {escape(post.name)} ({escape(handle)})</blockquote>
<p class="rp"><b>{post.rp:,}</b> RP</p>
</div>
<p class="nothing">{escape(say("demo-site-made-up"))}</p>"""
    return document(world, post.name, body)


def article_page(world: World, article: Published) -> str:
    """One article of the feed."""
    say = words(world.cast.language).say
    body = f"""<p class="home"><a href="/">{escape(world.cast.paper)}</a></p>
<header><h1>{escape(article.title)}</h1></header>
<p>{escape(article.summary)}</p>
<p class="nothing">{escape(say("demo-site-made-up"))}</p>"""
    return document(world, article.title, body)


def nowhere_page(world: World) -> str:
    """The page behind links of made-up posts."""
    title = words(world.cast.language).say("demo-site-nowhere")
    return document(world, title, f"<header><h1>{escape(title)}</h1></header>")


def markup(text: str) -> str:
    """A post's text the way an embed writes it: line breaks, links, hashtags as links."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        parts += [escape(text[end : found.start()], quote=False), _anchor(found)]
        end = found.end()
    parts.append(escape(text[end:], quote=False))
    return "".join(parts).replace("\n", "<br>")


def within_the_demo(html: str) -> str:
    """The page with links that lead to this site instead of the sites they name."""
    return html.replace('href="https://twitter.com/', 'href="/x/').replace(
        'href="https://example.com/', 'href="/elsewhere/'
    )


def _anchor(found: re.Match[str]) -> str:
    url = found["url"]
    if url:
        return f'<a href="{escape(url)}">{escape(url.removeprefix("https://"))}</a>'
    link = f"https://twitter.com/hashtag/{quote(found['word'])}?src=hash&ref_src=twsrc%5Etfw"
    return f'<a href="{escape(link)}">{escape(found["tag"])}</a>'
