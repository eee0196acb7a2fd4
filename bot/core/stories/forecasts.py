"""Texts that speak of what may come, and not of what has happened: forecasts, talks, questions. Pure.

Who is tipped for a prize has not won it, and a vote that is due has not been held. Plans that are decided (``to
close in May``, ``閉館へ``) are told in either way, and are no forecasts. Linear in the text's length.
"""

from __future__ import annotations

import re
from typing import Final

_FORECAST: Final = re.compile(
    r"\b(?:(?:is|are|was|were|widely|now) expected to|(?:experts?|economists|analysts) expect|tip(?:s|ped)"
    r"|favou?rites?|(?:could|may|might) (?:soon |yet |well )?(?:be|become|win|lose|face|get|see|go|return|join"
    r"|sign|close|end|leave|take|have to)|in (?:final |advanced )?talks|talks (?:to|with|on|over|about)"
    r"|close to (?:a |an |the )?\w*(?:deal|agree|sign|ceasefire|clos|buy|tak|mak|reach)\w*"
    r"|nears? (?:a |an )?(?:deal|end)"
    r"|hop(?:es?|ing) (?:to|for)|aim(?:s|ing) (?:to|for)|promis(?:es?|ed|ing) to|vow(?:s|ed)? to"
    r"|fac(?:es|ing) (?:\S+ )?(?:ban|charges?|trial|fine|vote|sack|prison|jail|extradition|closure|axe|cuts?)"
    r"|consider(?:s|ing)|mull(?:s|ing)?|weigh(?:s|ing)|to (?:vote|decide|consider|discuss|debate|try)"
    r"|likely to|rumou?r|predict(?:s|ed)?|poised|eyes|contenders?|awaits?|on track"
    r"|plan(?:s|ning) to (?:try|seek|bid|run|ask)|attempts? to|tr(?:y|ies|ying) to|bookmakers|propos(?:es?|als?)"
    r"|threatens? to|set to|on the table|shortlist(?:ed)?|preview|beta|release candidate|in line for"
    r"|hearing on|wants? to|seeks? to|bids? to)\b|-rc\d"
)
_JA_FORECAST: Final = re.compile(
    r"見通し|見込み|予想|検討|審議|交渉(?:へ|大詰め|入り|中|開始|を)|候補|有力|可能性|挑む|挑戦へ|狙う|意欲|迫る|近づく"
    r"|大詰め|想定|待たれ|焦点|ベータ|予告|なるか|案を(?:提出|審議|検討)"
)
_JA_OPEN: Final = re.compile(
    r"(?<=[一-鿿ァ-ヴーぁ-ん0-9%])(?<![のたいっん])か(?=[\s。」]|$)(?<!まさか)(?<!しずか)"
)
"""Ends a headline that leaves open whether it is so; who speaks of news says it of what is."""
_ASKED: Final = re.compile(r"^\W*(?:will|can|could|might|should)\b[^?]*\?")

_OPEN: Final = re.compile(
    r"^\W*(?:will|can|could) [^?]*\?"
    r"|\b(?:tip(?:s|ped) (?:for|to|as)|favou?rites? (?:to|for)|in (?:final |advanced )?talks|talks (?:to|over) "
    r"|fac(?:es|ing) (?:\S+ )?(?:ban|charges?|trial|fine|vote|sack|prison|jail)|to vote on|hearing on"
    r"|expected to (?:win|get|be named|be fined|be banned|sign|announce|hold|raise|cut|keep)"
    r"|(?:economists|analysts|experts) expect|on the table|shortlisted|in line for|rumou?red|bookmakers"
    r"|consider(?:s|ing) |mull(?:s|ing) )|-rc\d|\bbeta\b"
)
_JA_OPEN_STILL: Final = re.compile(
    r"審議へ|審議(?:入り|を始)|を検討|検討(?:へ|中|に入)|に挑む|挑戦へ|大詰め|なるか|が有力|有力候補|候補に|ベータ版"
    r"|交渉(?:へ|中|入り|を開始)|か(?:$|[\s。]).*見通し|会合で.*見通し"
)


def is_open(text: str) -> bool:
    """Whether a folded text says that its matter is open still: what it names has not happened."""
    return (_OPEN if text.isascii() else _JA_OPEN_STILL).search(text) is not None


def is_forecast(text: str, *, report: bool) -> bool:
    """Whether a folded text tells or asks of what may come. ``report``: it reads as a report."""
    if text.isascii():
        return _FORECAST.search(text) is not None or _ASKED.match(text) is not None
    return _JA_FORECAST.search(text) is not None or (report and _JA_OPEN.search(text) is not None)
