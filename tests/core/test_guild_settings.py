"""Settings of a server as short texts: each is read back as it was, and nothing else is taken."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.guild_settings import SettingKey, value_mark, with_setting, write_setting
from bot.core.models import GuildSettings

VALUES = {
    SettingKey.LANGUAGE: ("ja", "en"),
    SettingKey.ZONE: ("Asia/Tokyo", "America/Argentina/ComodRivadavia", "UTC"),
    SettingKey.QUIET: ("1320-420-0123456-Asia/Tokyo", "0-1439-6-America/Argentina/ComodRivadavia"),
    SettingKey.AMOUNT: ("p5", "p50", "m", "m0", "m100"),
    SettingKey.SURGE: ("off", "every", "unusual", "rare"),
    SettingKey.FOLD: ("on", "off"),
    SettingKey.MEDIA: ("on", "off"),
    SettingKey.TOP: ("1", "10"),
    SettingKey.ALERTS: ("on", "off"),
    SettingKey.ROLE: (str(2**62),),
    SettingKey.STATUS: ("123456789012345678",),
}
CASES = [(key, value) for key, values in VALUES.items() for value in values]
WRONG = (
    *("x", "0", "-1", "p0", "p51", "pfive", "m-1", "m99999999999", "on ", "ON", "Asia/Atlantis", "../etc", "٣"),
    *(
        "1320-420-0123456-",
        "1320-1320-0123456-UTC",
        "1440-0-0-UTC",
        "0-60--UTC",
        "0-60-7-UTC",
        "0-60-0",
        "p" * 5000,
    ),
)


def test_each_setting_has_values_here() -> None:
    assert set(VALUES) == set(SettingKey)


@pytest.mark.parametrize(("key", "value"), CASES)
def test_value_is_read_back_as_it_was_written_and_taken_back_by_nothing(key: SettingKey, value: str) -> None:
    chosen = with_setting(GuildSettings(), key, value)

    assert write_setting(chosen, key) == value
    assert chosen != GuildSettings()
    assert with_setting(chosen, key, "") == GuildSettings()
    assert len(value) <= 60


@pytest.mark.parametrize("key", SettingKey)
@pytest.mark.parametrize("value", WRONG)
def test_other_text_is_no_value(key: SettingKey, value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the part that is wrong
        with_setting(GuildSettings(), key, value)


@given(st.sampled_from(SettingKey), st.text(max_size=70))
def test_no_text_raises_anything_else(key: SettingKey, value: str) -> None:
    try:
        written = write_setting(with_setting(GuildSettings(), key, value), key)
    except ValueError:
        return
    assert with_setting(GuildSettings(), key, written) == with_setting(GuildSettings(), key, value)


def test_every_field_is_written_by_some_setting() -> None:
    written = {
        field.name
        for field in fields(GuildSettings)
        for key, value in CASES
        if getattr(with_setting(GuildSettings(), key, value), field.name) is not None
    }

    assert written == {field.name for field in fields(GuildSettings)}


def test_mark_of_a_value_is_short_and_differs() -> None:
    assert len(value_mark("")) == 8
    assert value_mark("p5") != value_mark("p8")
