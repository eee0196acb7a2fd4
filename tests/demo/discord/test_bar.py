from __future__ import annotations

from importlib.resources import files

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.demo.discord.bar import Bar, with_bar
from bot.demo.sites.pages import words
from bot.demo.worlds.script import Language

INDEX = (files("simcord.preview") / "static" / "index.html").read_text(encoding="utf-8")
BAR = Bar([(1, "alerts"), (2, '"<news>"')], {"Sites & more": "http://127.0.0.1:1/"}, speed=30)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_bar_offers_channels_people_speeds_and_sites(language: Language) -> None:
    say = words(language).say
    page = LexborHTMLParser(with_bar(INDEX, BAR, words(language)))
    toolbar = page.css_first(".preview-toolbar")
    assert toolbar is not None
    assert [each.text() for each in toolbar.css(".demo-channel")] == ["#alerts", '#"<news>"']
    assert [each.attributes["value"] for each in toolbar.css(".demo-speed option")] == ["1", "10", "30", "60"]
    assert [each.attributes["value"] for each in toolbar.css("option[selected]")] == ["30"]
    assert [each.attributes["href"] for each in toolbar.css(".demo-sites a")] == ["http://127.0.0.1:1/"]
    viewer = toolbar.css_first(".viewer-control")
    assert viewer is not None
    assert viewer.text().strip().startswith(say("demo-page-viewer"))
    assert "SimCord" not in (page.css_first("title") or page.root).text()  # type: ignore[union-attr]
