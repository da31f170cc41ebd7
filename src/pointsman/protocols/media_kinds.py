"""Kinds of file, for senders that say no kind: by the family of the MIME type, else by the end of a name."""

from __future__ import annotations

from pointsman.model.content import Audio, File, Media, Picture, Video

_FAMILY_OF_ENDING = {
    **dict.fromkeys(("bmp", "gif", "heic", "jpeg", "jpg", "png", "webp"), "image"),
    **dict.fromkeys(("3gp", "3gpp", "avi", "mov", "mp4", "mpeg", "webm"), "video"),
    **dict.fromkeys(("aac", "amr", "m4a", "mp3", "oga", "ogg", "opus", "wav"), "audio"),
}
"""Kinds of file by the end of their name, for senders that leave the MIME type out."""


def media_content(media: Media, caption: str | None) -> Picture | Video | Audio | File:
    """Choose the kind of a file by the family of its MIME type, else by the end of its name."""
    match _family(media):
        case "image":
            return Picture(media, caption)
        case "video":
            return Video(media, caption)
        case "audio":
            return Audio(media, caption)
        case _:
            return File(media, caption)


def _family(media: Media) -> str:
    if media.mime:
        return media.mime.partition("/")[0].strip().lower()
    path = media.url.partition("#")[0].partition("?")[0]
    endings = (name.rpartition(".")[2].lower() for name in (path, media.name or ""))
    return next((_FAMILY_OF_ENDING[ending] for ending in endings if ending in _FAMILY_OF_ENDING), "")
