"""Every protocol by its name in a configuration: the sections it can be, and how work is put on its wire.

Adding a protocol is one file beside this one and one line in `PROTOCOLS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from pointsman.model.decision import Owed, ToComponent, ToCustomer
from pointsman.protocols import cm_messaging, cm_router
from pointsman.protocols.wire import Call, Response, Verdict

ChannelSettings: TypeAlias = cm_messaging.ChannelSettings
ComponentSettings: TypeAlias = cm_messaging.ComponentSettings
Settings: TypeAlias = ChannelSettings | ComponentSettings


class Protocol(Struct, frozen=True):
    """`channel` and `component` are the structs of its sections; None: it cannot be that.

    `to_customer(owed, settings)`, `to_component(owed, settings, account_id)` and `notify(owed, settings, account_id)`
    write one delivery as a call; None means that there is no address for it. `classify(response)` says what a gateway's
    answer means; None leaves it to the HTTP status.
    """

    channel: type[Any] | None
    component: type[Any] | None
    to_customer: Callable[[Owed, Any], Call]
    to_component: Callable[[Owed, Any, str], Call]
    notify: Callable[[Owed, Any, str], Call | None]
    classify: Callable[[Response], Verdict | None]


PROTOCOLS: dict[str, Protocol] = {
    "cm": Protocol(
        channel=cm_messaging.ChannelSettings,
        component=cm_messaging.ComponentSettings,
        to_customer=cm_messaging.encode_mt,
        to_component=cm_messaging.encode_mo,
        notify=cm_router.encode_notification,
        classify=cm_messaging.classify,
    ),
}


def encode(owed: Owed, settings: Settings, account_id: str) -> Call | None:
    """Write one delivery as a call of the party that `settings` describe; None where it has no address for it."""
    record = PROTOCOLS[settings.protocol]
    match owed.effect:
        case ToCustomer():
            return record.to_customer(owed, settings)
        case ToComponent():
            return record.to_component(owed, settings, account_id)
        case _:
            return record.notify(owed, settings, account_id)
