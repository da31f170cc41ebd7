"""Reply windows: until when a channel lets the business write, counted from the customer's last message on it.

Laws: of the windows that apply to the author's role the longest counts; a customer who has never written there, as far
as the router knows, closes none. Sessions do not matter.
"""

from __future__ import annotations

from pointsman.engine.hours import duration
from pointsman.language.ir import Profile, ReplyWindow

_DAY_MS = 86_400_000


def window_over(profile: Profile, role: str, wrote: int, now: int) -> ReplyWindow | None:
    """The window that is over for an author of `role` at `now`; None: one is open, or nothing closes.

    `wrote` is when the customer last did, 0: never. Both moments are in ms.
    """
    windows = [window for window in profile.windows if window.role in ("", role)]
    if not windows or not wrote:
        return None
    longest = max(windows, key=lambda window: window.ms)
    return longest if now - wrote > longest.ms else None


def written_window(window: ReplyWindow) -> str:
    """A window as a profile writes it, `7d for desk`; a day is said as 24 hours, as every vendor does."""
    span = "24h" if window.ms == _DAY_MS else duration(window.ms)
    return f"{span} for {window.role}" if window.role else span


def told_over(window: ReplyWindow, channel: str) -> str:
    """Why a message was withheld, in one line."""
    source = f" ({window.source})" if window.source else ""
    return f"reply window of {written_window(window)} on {channel} is over{source}"
