"""Signs by which an answer is a check whether a person with a browser asks, in the place of what was asked for.

Programs that read feeds cannot pass one, and should not try: who owns the site can let them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HEADERS: Final[Mapping[str, frozenset[str]]] = {
    "cf-mitigated": frozenset({"challenge"}),  # developers.cloudflare.com, "Detect a Challenge Page response"
    "x-amzn-waf-action": frozenset({"challenge", "captcha"}),  # docs.aws.amazon.com, WAF: 202 or 405
    "x-vercel-mitigated": frozenset({"challenge"}),  # with 429, seen at Vercel's "Security Checkpoint"
}
MARKS: Final = (
    "_cf_chl_opt",  # Cloudflare's page "Just a moment..."
    "cf-browser-verification",  # the older one, "Checking your browser"
    "jschl_vc",
    "/.well-known/sgcaptcha/",  # SiteGround, with 202
    "/.within.website/x/cmd/anubis/",  # Anubis, with 200
    "anubis_challenge",
    "sucuri_cloudproxy_js",
    "captcha-delivery.com",  # DataDome
    "px-captcha",  # HUMAN
    "request unsuccessful. incapsula incident id",  # Imperva
)
"""Text of such pages, in small letters. What these services put into ordinary pages is none of it."""
BEGINS: Final = 64_000
"""Characters of a page in which they are looked for."""


def is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is such a check. ``headers``: names in lower case."""
    has_header = any(headers.get(name, "").strip().lower() in values for name, values in HEADERS.items())
    return has_header or is_challenge_page(body[:BEGINS].decode("latin-1"))


def is_challenge_page(text: str) -> bool:
    """Whether a page is such a check, by its text."""
    begins = text[:BEGINS].lower()
    return "<html" in begins and any(mark in begins for mark in MARKS)
