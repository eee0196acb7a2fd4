"""English words that join sentences: no phrase begins or ends with one.

Words of other languages need no list: they are as frequent before as now, and do not rise.
"""

from __future__ import annotations

from typing import Final

_ENGLISH = """
    a about after again all also am an and any are aren as at be because been before being but by can cannot
    cant could couldnt day days did didnt do does doesnt doing done dont down each either else even ever every
    few for from get gets getting go goes going gonna got had has hasnt have havent having he her here hers
    him his how i id if ill im in into is isnt it its itself ive just keep keeps last least less let lets like
    lol made make makes many may maybe me might more most much must my myself never new no nobody non none nor
    not nothing now of off oh ok okay on once one ones only or other others our ours out over own people
    please put rather really s said same saw say saying says see seeing seen shall she should shouldnt since
    so some somebody someone something still such sure t take than thanks that thats the their them then there
    theres these they theyre thing things think this those though through to today together told tomorrow
    tonight too took two under until up upon us use used using very want wants was wasnt way we well went were
    werent what whats when where which while who whole whose why will with without wont would wouldnt yeah yes
    yesterday yet you your youre yours
"""
STOP_WORDS: Final = frozenset(_ENGLISH.split())
"""Folded, without apostrophes."""
