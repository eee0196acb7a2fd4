"""Elements of an entry that name a picture, video or sound, and the groups that hold forms of one. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .raw import RawEntry, RawMedium
from .xml_elements import FACE_TEXTS, GROUP, MEDIA, PICTURE_TEXTS, PICTURES, RATINGS


class MediaElements:
    """The media of an entry while it is read: the group and the medium that are open."""

    def __init__(self) -> None:
        self._group: tuple[str, int] | None = None
        self._inside: RawMedium | None = None

    def open(self, entry: RawEntry, name: str, said: Mapping[str, str], base: str, *, is_empty: bool) -> None:
        """An element that names a medium, or that holds several forms of one. ``said``: its attributes."""
        if name == GROUP:
            self._group = None if is_empty else (GROUP, len(entry.media or ()))
            return
        kept = self.keep(entry, name, said, base)
        if name == "media:content" and not is_empty:
            self._inside = kept

    def keep(self, entry: RawEntry, name: str, said: Mapping[str, str], base: str) -> RawMedium | None:
        """Keep what an element says of a medium. ``base``: the address that its own is meant from."""
        if name in MEDIA:
            entry.has_media = True
        url = said.get("href" if name in PICTURES else "url", "")
        if not url or name == "media:player":
            return None
        inside = self._inside if name == "media:thumbnail" else None
        return entry.add_medium(
            RawMedium(
                name,
                url,
                mime=said.get("type", ""),
                medium=said.get("medium", ""),
                width=said.get("width"),
                height=said.get("height"),
                is_default=said.get("isdefault", "").lower() == "true",
                base=base,
                group=self._group,
                inside=self._group if inside is None else inside.number,
            )
        )

    def describe(self, text: str) -> None:
        """Keep a description that stands within a medium."""
        if self._inside is not None:
            self._inside.alt = text

    def close(self, name: str) -> None:
        """The end of an element."""
        if name == "media:content":
            self._inside = None
        elif name == GROUP:
            self._group = None

    def clear(self) -> None:
        """The end of the entry."""
        self._group = self._inside = None


def keep_text(entry: RawEntry, name: str, text: str) -> None:
    """Keep a text that is a picture's address, or a rating."""
    if name in PICTURE_TEXTS:
        if address := text.strip():
            entry.add_medium(RawMedium("avatar" if name in FACE_TEXTS else name, address))
    elif name in RATINGS:
        entry.is_adult = entry.is_adult or text.strip().lower() in {"adult", "true"}
