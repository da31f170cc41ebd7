"""Channels by the names that CM uses, and addresses in the form that CM documents.

Laws:

- Inside, a channel has the name that rules use. CM's SDKs and pages spell channels in several ways (`Whatsapp` in the
  Python SDK, `FacebookMessenger` in .NET, `" SMS"` in the Postman collection); all of them are read.
- A channel that rules do not know keeps its own spelling, so that it can be reported, and passed on.
"""

from __future__ import annotations

from pointsman.model.identity import PHONE_CHANNELS

_FROM_CM = {
    "sms": "SMS",
    "whatsapp": "WhatsApp",
    "rcs": "RCS",
    "telegram": "Telegram",
    "telegrammessenger": "Telegram",
    "viber": "Viber",
    "facebook": "Facebook",
    "facebookmessenger": "Facebook",
    "messenger": "Facebook",
    "instagram": "Instagram",
    "instagrammessaging": "Instagram",
    "email": "Email",
    "webpush": "Web Push",
}
"""Folded spellings. Sources: `Channel` of text-sdk-dotnet, -java, -php, -python, -javascript; the inbound pages of
developers.cm.com. CM's `Push` is the push of its own app and no web push, so it is not listed."""

_NAMES = frozenset(_FROM_CM.values())
_TO_CM = {"Telegram": "Telegram Messenger", "Facebook": "Facebook Messenger"}
"""Where CM's documented name differs from the one in rules (text-sdk-javascript `lib/MessageApiClient.ts`)."""

_SEPARATORS = str.maketrans("", "", " -_")


def from_cm(name: str) -> str:
    """Return the name that rules use for a channel that CM, or an SDK of CM, names `name`."""
    if name in _NAMES:
        return name
    return _FROM_CM.get(name.translate(_SEPARATORS).casefold(), name.strip())


def to_cm(channel: str) -> str:
    """Return CM's documented name of a channel."""
    return _TO_CM.get(channel, channel)


def number_to_cm(channel: str, address: str) -> str:
    """Write a canonical address for sending: phone numbers as `0031…`, all others as they are.

    CM asks for the international format with leading zeros, for senders and recipients alike (developers.cm.com
    messaging/docs/whatsapp-text-message); incoming messages carry `+31…`.
    """
    return f"00{address[1:]}" if channel in PHONE_CHANNELS and address.startswith("+") else address
