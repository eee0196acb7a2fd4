"""What the simulated Discord looks like in each language, and where its page is touched up."""

from __future__ import annotations

TOUCHES = {
    # The page sizes what is typed into an option by its characters, which cuts Japanese in half.
    "/preview.css": (
        ".command-option-input { flex: 0 1 auto; width: 2ch;",
        ".command-option-input { flex: 0 1 auto; field-sizing: content; width: auto !important; min-width: 3em;",
    ),
    # It follows new messages from the very last pixel only; the grown input of a command takes more than that.
    "/timeline.js": ("ui.timeline.clientHeight <= 1 ?", "ui.timeline.clientHeight <= 160 ?"),
}
"""Looks alone: where SimCord's page is written otherwise, it stays as it is."""
LOCALES = {"ja": "ja", "en": "en-US"}
ZONES = {"ja": "Asia/Tokyo", "en": "UTC"}
NAMES = {
    "ja": ("かわら版デモ", "トレンド速報", "雑談", "話題のポストが届くチャンネルです", "はる"),
    "en": ("Kawaraban demo", "trend-alerts", "lounge", "Where the posts everybody talks about arrive", "Haru"),
}
"""Guild, alert channel, second channel, what the alert channel is for, the person."""
