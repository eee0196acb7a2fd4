"""The trend page of a topic: how many posts, who talks, and the popular posts with their RP.

Sites print such a page differently and change it without notice, so nothing here looks for a class or an id:

    bytes ─▶ decode ─▶ walk the tree once ─▶ items: lines and embedded posts, in reading order
          ─▶ landmarks by their text (heading, count, time, footer) ─▶ posts ─▶ RP beside each post

An item knows its ``min_depth``: how far up the tree the walk had to climb since the item before. Whatever stands
beside a post without climbing higher than the way to the next post belongs to that post and to no other.
"""

from .page import parse
from .source import TrendPage

__all__ = ["TrendPage", "parse"]
