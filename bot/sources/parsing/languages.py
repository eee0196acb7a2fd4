"""Reads names of languages as people write them (``jp``, ``Japanese``, ``日本語``) as tags. Pure."""

from __future__ import annotations

import re
from typing import Final

_FIRST: Final = re.compile(r"[A-Za-z]+(?![^\W_])")
"""A code ends where its letters end: ``jaX1`` begins with none."""
_LINES: Final = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de",
    "dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id",
    "ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu",
    "lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu",
    "rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to",
    "tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu",
)
CODES: Final = frozenset(code for line in _LINES for code in line.split())
"""ISO 639-1."""
_NO_LANGUAGE: Final = frozenset(
    {"und", "zxx", "mul", "mis"} | {"all", "any", "non", "nil", "nul", "raw", "xxx", "tbd", "not", "www", "utf"}
)
"""Undetermined, no language, several, without a code (ISO 639-2), and words that are no codes."""
_PRIVATE: Final = re.compile(r"q[a-t][a-z]")
"""Codes for local use (ISO 639-2): at X only emoji, only links, only hashtags … Quechua (``quz``) is a
language."""
_MEANT: Final = {
    # withdrawn in 1989; X and Java still say them
    "in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro",
    # the country's code in the place of the language's, where it is no language's, or none that has feeds
    "kr": "ko", "tw": "zh", "jp": "ja", "kp": "ko", "cn": "zh", "hk": "zh", "cz": "cs", "dk": "da", "gr": "el",
    "ua": "uk", "us": "en", "gb": "en", "au": "en", "nz": "en", "vn": "vi", "il": "he", "ir": "fa", "pk": "ur",
    "at": "de", "mx": "es",
    # ISO 639-2
    "jpn": "ja", "eng": "en", "kor": "ko", "zho": "zh", "chi": "zh", "cmn": "zh", "deu": "de", "ger": "de",
    "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it", "rus": "ru", "nld": "nl", "dut": "nl",
    "swe": "sv", "dan": "da", "nor": "no", "fin": "fi", "pol": "pl", "ces": "cs", "cze": "cs", "ukr": "uk",
    "tur": "tr", "ara": "ar", "heb": "he", "hin": "hi", "tha": "th", "vie": "vi", "ind": "id", "ell": "el",
    "gre": "el", "hun": "hu", "ron": "ro", "rum": "ro", "bul": "bg",
    # names
    "jap": "ja", "japan": "ja", "japanese": "ja", "nihongo": "ja", "english": "en", "korean": "ko",
    "chinese": "zh", "german": "de", "deutsch": "de", "french": "fr", "francais": "fr", "spanish": "es",
    "espanol": "es",
    "portuguese": "pt", "italian": "it", "italiano": "it", "russian": "ru", "dutch": "nl", "nederlands": "nl",
    "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "polish": "pl", "polski": "pl",
    "czech": "cs", "ukrainian": "uk", "turkish": "tr", "arabic": "ar", "hebrew": "he", "hindi": "hi", "thai": "th",
    "vietnamese": "vi", "indonesian": "id", "greek": "el", "hungarian": "hu", "romanian": "ro", "bulgarian": "bg",
}  # fmt: skip
_OWN_NAMES: Final = {
    "日本語": "ja", "にほんご": "ja", "日文": "ja", "日本": "ja", "英語": "en", "英文": "en",
    "韓国語": "ko", "한국어": "ko", "中文": "zh",
    "中国語": "zh", "简体中文": "zh", "繁體中文": "zh", "français": "fr", "español": "es", "português": "pt",
    "русский": "ru", "українська": "uk", "العربية": "ar", "ไทย": "th", "tiếng việt": "vi", "türkçe": "tr",
}  # fmt: skip


def tag_of(named: str) -> str | None:
    """A tag in one line with its code as it should be; None for what names no language."""
    own = _OWN_NAMES.get(named.partition("(")[0].strip().lower())
    first = _FIRST.match(named)
    if own is not None or first is None:
        return own
    code = first[0].lower()
    meant = _MEANT.get(code)
    if meant is not None:
        return meant + named[len(code) :] if len(code) <= CODE_MAX else meant
    if code in _NO_LANGUAGE or _PRIVATE.fullmatch(code):
        return None
    return named if code in CODES or len(code) == CODE_MAX else None


CODE_MAX: Final = 3
"""Letters of a code; of those with three there are 8,000, and any may be one."""
