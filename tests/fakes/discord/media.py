"""Files of messages and the pictures that components show of them.

``attachment://name`` is found among the files that a message has after the request, or refused. What a component
shows is no longer among the message's ``attachments`` (discord-api-docs#8277); its media names the file's id
(#7611). A picture at an address of somebody else's is loaded later, or never (#8072).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.fakes.discord.errors import Json, invalid_form, too_large
from tests.fakes.discord.world import Attachment, Channel, walk

THUMBNAIL, GALLERY, FILE = 11, 12, 13
FILES_MAX = 10
LOADING, LOADED = 1, 2
_ATTACHED = "attachment://"


def check_files(files: Sequence[Attachment], most_bytes: int) -> None:
    """Raise what Discord answers to too many files, or one that is too large."""
    if len(files) > FILES_MAX:
        raise invalid_form("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {FILES_MAX} or fewer in length.")
    if any(len(one.data) > most_bytes for one in files):
        raise too_large()


def media_of(components: Sequence[Json]) -> Iterator[Json]:
    """The media of every thumbnail, gallery and file component."""
    for part in walk(list(components)):
        if part["type"] == THUMBNAIL:
            yield part["media"]
        elif part["type"] == GALLERY:
            yield from (item["media"] for item in part["items"])
        elif part["type"] == FILE:
            yield part["file"]


def resolve(components: Sequence[Json], files: Sequence[Attachment], channel: Channel | None) -> None:
    """Point each ``attachment://name`` to its file. Raises 50035 for one that is not there."""
    named = {one.filename: one for one in files}
    for media in media_of(components):
        url = str(media.get("url"))
        if not url.startswith(_ATTACHED):
            if not url.startswith(("http://", "https://")) or len(url) > 2048:
                raise invalid_form("components.0.media.url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
            media.setdefault("loading_state", LOADING)
            continue
        file = named.get(url.removeprefix(_ATTACHED))
        if file is None:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            raise invalid_form("components.0.media.url", code, f"The referenced attachment {url} was not found.")
        media["url"] = media["proxy_url"] = cdn_url(file, channel)
        media |= {"attachment_id": str(file.id), "content_type": file.content_type, "loading_state": LOADED}


def cdn_url(file: Attachment, channel: Channel | None) -> str:
    """The address of a file, which expires on the real Discord."""
    place = 0 if channel is None else channel.id
    return f"https://cdn.discordapp.com/attachments/{place}/{file.id}/{file.filename}?ex=6a&is=69&hm=0f"


def shown_files(components: Sequence[Json], files: Sequence[Attachment]) -> list[Attachment]:
    """The files that readers see in components: those still there, from top to bottom."""
    by_id = {str(one.id): one for one in files}
    ids = [str(media.get("attachment_id")) for media in media_of(components)]
    return [by_id[one] for one in ids if one in by_id]
