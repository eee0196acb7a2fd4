"""The bar above the demo's channel: which channel, seen by whom, how fast, and the demo's sites. Pure HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bot.views.kit.text import Speaker

SPEEDS = (1, 10, 60)
_HEAD = '<link rel="stylesheet" href="/demo.css"><link rel="icon" type="image/svg+xml" href="/demo.svg">'


@dataclass(frozen=True, slots=True)
class Bar:
    """Content of the bar. ``channels``: id and name; ``sites``: the name of an address, and the address."""

    channels: Sequence[tuple[int, str]]
    sites: Mapping[str, str]
    speed: float


def with_bar(html: str, bar: Bar, speaker: Speaker) -> str:
    """SimCord's page with the bar in place of its tools. ``html``: its index."""
    title = escape(speaker.say("demo-page-title"))
    return (
        html.replace("<title>SimCord Preview</title>", f"<title>{title}</title>")
        .replace("</head>", f"  {_HEAD}\n  </head>")
        .replace(
            '<label class="viewer-control">Viewing as',
            f'{_bar(bar, speaker)}\n<label class="viewer-control">{escape(speaker.say("demo-page-viewer"))}',
        )
        .replace('aria-label="Viewing as"', f'aria-label="{escape(speaker.say("demo-page-viewer"))}"')
        .replace("</body>", f'{_ended(speaker)}\n    <script type="module" src="/demo.js"></script>\n  </body>')
    )


def _bar(bar: Bar, speaker: Speaker) -> str:
    say = speaker.say
    channels = "".join(
        f'<button class="demo-channel" type="button" value="{channel}" data-name="{escape(name)}">'
        f"#{escape(name)}</button>"
        for channel, name in bar.channels
    )
    speeds = "".join(
        f'<option value="{each}"{" selected" if each == bar.speed else ""}>'
        f"{escape(say('demo-page-speed-of', speed=each))}</option>"
        for each in sorted({*SPEEDS, round(bar.speed)})
    )
    sites = "".join(
        f'<a href="{escape(address)}" target="_blank" rel="noreferrer">{escape(name)}</a>'
        for name, address in bar.sites.items()
    )
    return f"""<div class="demo-bar">
<strong class="demo-name">{escape(say("demo-page-title"))}</strong>
<nav class="demo-channels" aria-label="{escape(say("demo-page-channels"))}">{channels}</nav>
<label class="demo-speed"><span>{escape(say("demo-page-speed"))}</span>
<select aria-label="{escape(say("demo-page-speed"))}">{speeds}</select></label>
<details class="demo-sites"><summary>{escape(say("demo-page-sites"))}</summary>
<div>{sites}<button class="demo-end" type="button">{escape(say("demo-page-end"))}</button>
<p>{escape(say("demo-page-simulated"))}</p></div></details>
</div>"""


def _ended(speaker: Speaker) -> str:
    return f'<div class="demo-ended" role="alert" hidden>{escape(speaker.say("demo-page-ended"))}</div>'
