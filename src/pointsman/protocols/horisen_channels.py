"""Channels by the names that HORISEN uses, in both of its spellings.

Source: protocols §3.1: a request's `channel` is one of `SMS, Viber, Telegram, Facebook, Instagram, RCS (RBM)`, while
`allowedChannels` writes them in lower case and RCS as `gbm`. The document's tables know WhatsApp, Email and Web Push
as well.

Law: a channel that rules do not know keeps its own spelling, so that it can be reported.
"""

from __future__ import annotations

_FROM_HORISEN = {
    "sms": "SMS",
    "viber": "Viber",
    "telegram": "Telegram",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "rcsrbm": "RCS",
    "rcs": "RCS",
    "rbm": "RCS",
    "gbm": "RCS",
    "whatsapp": "WhatsApp",
    "email": "Email",
    "webpush": "Web Push",
}
_TO_HORISEN = {"RCS": "RCS (RBM)"}
_TO_ALLOWED = {"RCS": "gbm"}
_SEPARATORS = str.maketrans("", "", " -_()")


def from_horisen(name: str) -> str:
    """Return the name that rules use for a channel, in either spelling."""
    return _FROM_HORISEN.get(name.translate(_SEPARATORS).casefold(), name.strip())


def to_horisen(channel: str) -> str:
    """Return the name of a channel in a request's `channel`."""
    return _TO_HORISEN.get(channel, channel)


def to_allowed(channel: str) -> str:
    """Return the name of a channel in `allowedChannels`."""
    return _TO_ALLOWED.get(channel, channel.translate(_SEPARATORS).lower())
