"""Each setting counts at once or after a restart; nothing else of the settings changes in a running process."""

from __future__ import annotations

import pytest

from config.reloading import EFFECTS, ChangedSettings, adopt, compare, merged, setting_names
from config.sentences import Language
from config.settings import Settings

from . import settings_page


def test_effect_of_every_setting_is_decided() -> None:
    assert set(EFFECTS) == setting_names(), "decide in config/reloading.py when a change of the setting counts"


def test_what_counts_at_once_is_adopted_and_the_rest_stays() -> None:
    held = Settings.only(poll={"interval_s": 300}, database={"url": "sqlite:///a.db"})
    read = Settings.only(
        poll={"interval_s": 60, "concurrency": 7}, database={"url": "sqlite:///b.db"}, log={"level": "DEBUG"}
    )

    change = compare(held, read)
    adopt(held, merged(held, read))

    assert change == ChangedSettings(("poll.interval_s", "log.level"), ("database.url", "poll.concurrency"))
    assert (held.poll.interval_s, held.log.level) == (60, "DEBUG")
    assert (held.database.url, held.poll.concurrency) == ("sqlite:///a.db", 100)
    assert compare(held, read).at_once == ()


def test_a_changed_secret_is_named_and_never_shown() -> None:
    account = {"identifier": "a.example", "app_password": "first"}
    held = Settings.only(sources={"bluesky": account}, discord={"token": "one"})
    read = Settings.only(sources={"bluesky": account | {"app_password": "second"}}, discord={"token": "two"})

    change = compare(held, read)

    assert change == ChangedSettings(("sources.bluesky.app_password",), ("discord.token",))
    assert "second" not in repr(change)


@pytest.mark.parametrize("table", ["summary", "sources.bluesky"])
def test_values_that_belong_together_have_one_effect(table: str) -> None:
    """A table checks them together: one that came without the other would be refused."""
    belonging = {"summary": ("url", "model"), "sources.bluesky": ("identifier", "app_password")}[table]
    assert len({EFFECTS[f"{table}.{key}"] for key in belonging}) == 1


@pytest.mark.parametrize("language", ["en", "ja"])
def test_page_of_all_settings_is_that_of_now(language: Language) -> None:
    written = settings_page.FILES[language].read_text(encoding="utf-8")

    assert written == settings_page.page(language), "run python -m tests.config.settings_page"
