"""Tracking parameters that publishers and campaigns add to addresses; without them the page is the same.

One table: the name of a parameter, which values are a mark (None: all), and who uses it.
"""

from __future__ import annotations

import re
from typing import Final

_FEED: Final = re.compile(r"[\w.\-]*rss[\w.\-]*|atom|feed(?:s|ly|burner)?|xml", re.IGNORECASE)
"""Values that say no more than "from the feed", or by which reader: ``rss``, ``RSS2``, ``comrss``, ``feed``."""
_ON: Final = re.compile(r"1?|true|yes|rss", re.IGNORECASE)
_XTOR: Final = re.compile(r"[A-Z]{2,4}-.*", re.IGNORECASE | re.DOTALL)

MARKS: Final[tuple[tuple[str, re.Pattern[str] | None, str], ...]] = (
    # Names that end in an asterisk stand for all that begin so.
    ("utm_*", None, "Google Analytics: support.google.com/analytics/answer/10917952"),
    ("gclid", None, "Google Ads click id"),
    ("gclsrc", None, "Google Ads"),
    ("dclid", None, "Google Display & Video 360"),
    ("gbraid", None, "Google Ads on iOS"),
    ("wbraid", None, "Google Ads on iOS"),
    ("srsltid", None, "Google Merchant Center"),
    ("_ga", None, "Google Analytics across domains"),
    ("_gl", None, "Google Analytics across domains"),
    ("fbclid", None, "Facebook click id"),
    ("fb_action_ids", None, "Facebook"),
    ("fb_action_types", None, "Facebook"),
    ("fb_source", None, "Facebook"),
    ("igshid", None, "Instagram"),
    ("igsh", None, "Instagram"),
    ("msclkid", None, "Microsoft Advertising"),
    ("twclid", None, "X Ads"),
    ("ttclid", None, "TikTok Ads"),
    ("li_fat_id", None, "LinkedIn"),
    ("yclid", None, "Yahoo! JAPAN and Yandex Ads"),
    ("_openstat", None, "Yandex"),
    ("ref_src", None, "X: embedded posts"),
    ("ref_url", None, "X: embedded posts"),
    ("mc_cid", None, "Mailchimp"),
    ("mc_eid", None, "Mailchimp"),
    ("_hsenc", None, "HubSpot"),
    ("_hsmi", None, "HubSpot"),
    ("mkt_tok", None, "Marketo"),
    ("vero_id", None, "Vero"),
    ("oly_anon_id", None, "Omeda"),
    ("oly_enc_id", None, "Omeda"),
    ("s_cid", None, "Adobe Analytics"),
    ("wt.mc_id", None, "Webtrends"),
    ("wt_mc", None, "Mapp (Webtrekk)"),
    ("wt_zmc", None, "Mapp (Die Zeit)"),
    ("ns_source", None, "Comscore (BBC)"),
    ("ns_mchannel", None, "Comscore (BBC)"),
    ("ns_campaign", None, "Comscore (BBC)"),
    ("ns_linkname", None, "Comscore (BBC)"),
    ("ns_fee", None, "Comscore (BBC)"),
    ("guccounter", None, "Yahoo: consent"),
    ("guce_*", None, "Yahoo: consent"),
    ("mibextid", None, "Facebook"),
    ("__twitter_impression", None, "X: AMP pages"),
    ("_branch_match_id", None, "Branch"),
    ("__s", None, "Drip: Firefox's list of parameters that are stripped"),
    ("__hs*", None, "HubSpot: Firefox's list"),
    ("hsctatracking", None, "HubSpot: Firefox's list"),
    ("ml_subscriber*", None, "MailerLite: Firefox's list"),
    ("oft_*", None, "OneFeather: Firefox's list"),
    ("rb_clickid", None, "Rebrandly: Firefox's list"),
    ("vero_conv", None, "Vero: Firefox's list"),
    ("wickedid", None, "Wicked Reports: Firefox's list"),
    ("matomo_*", None, "Matomo: matomo.org/faq/tracking-campaigns"),
    ("mtm_*", None, "Matomo: matomo.org/faq/tracking-campaigns"),
    ("pk_*", None, "Matomo, Piwik"),
    ("piwik_*", None, "Piwik"),
    ("hmb_*", None, "HubSpot mail"),
    ("at_medium", None, "AT Internet, Piano Analytics (BBC, Le Monde)"),
    ("at_campaign*", None, "AT Internet, Piano Analytics"),
    ("at_custom*", None, "AT Internet, Piano Analytics"),
    ("at_link_*", None, "AT Internet, Piano Analytics (BBC)"),
    ("at_bbc_team", None, "AT Internet, Piano Analytics (BBC)"),
    ("at_ptr_name", None, "AT Internet, Piano Analytics (BBC)"),
    ("at_format", None, "AT Internet, Piano Analytics (BBC)"),
    ("xtor", _XTOR, "AT Internet (Le Monde, Ouest-France)"),
    ("ocid", _FEED, "Microsoft, BBC"),
    ("feedtype", None, "Reuters: feedType=RSS&feedName=topNews"),
    ("feedname", None, "Reuters"),
    ("partner", _FEED, "The New York Times: partner=rss&emc=rss"),
    ("emc", _FEED, "The New York Times"),
    ("ref", _FEED, "Asahi, Impress, SMH"),
    ("iref", None, "Asahi: iref=comrss"),
    ("source", _FEED, "Yahoo! JAPAN News, Medium: source=rss------2"),
    ("src", _FEED, "common"),
    ("from", _FEED, "common"),
    ("via", _FEED, "common"),
    ("medium", _FEED, "common"),
    ("campaign", _FEED, "common"),
    ("channel", _FEED, "common"),
    ("origin", _FEED, "common"),
    ("referrer", _FEED, "common"),
    ("referer", _FEED, "common"),
    ("cmp", _FEED, "The Guardian"),
    ("cmpid", _FEED, "Bloomberg, SMH"),
    ("cid", _FEED, "CNN and others"),
    ("n_cid", None, "Nikkei"),
    ("ncid", _FEED, "AOL, Engadget"),
    ("icid", _FEED, "common"),
    ("mod", _FEED, "The Wall Street Journal, Dow Jones"),
    ("intcmp", _FEED, "Fox News"),
    ("ftag", _FEED, "CNET, ZDNet"),
    ("wprss", _FEED, "The Washington Post"),
    ("traffic_source", _FEED, "Al Jazeera"),
    ("trk", _FEED, "LinkedIn"),
    ("traffic_medium", _FEED, "common"),
    ("rss", _ON, "a bare ?rss, ?rss=1"),
    ("from_rss", _ON, "common"),
    ("isrss", _ON, "common"),
    ("feed", _FEED, "common"),
    ("phpsessid", None, "a session of PHP"),
    ("jsessionid", None, "a session of Java's servers"),
    ("aspsessionid*", None, "a session of ASP"),
    ("cfid", None, "a session of ColdFusion"),
    ("cftoken", None, "a session of ColdFusion"),
    ("zenid", None, "a session of Zen Cart"),
    ("oscsid", None, "a session of osCommerce"),
)

_NAMES: Final = {name: values for name, values, _ in MARKS if not name.endswith("*")}
_BEGINNINGS: Final = tuple(name[:-1] for name, _, _ in MARKS if name.endswith("*"))


def is_mark(name: str, value: str) -> bool:
    """Whether a parameter of an address is for tracking, and does not change what the address leads to."""
    name = name.lower()
    if name.startswith(_BEGINNINGS):
        return True
    if name not in _NAMES:
        return False
    values = _NAMES[name]
    return values is None or values.fullmatch(value) is not None
