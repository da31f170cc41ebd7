"""What CM's status reports say of a message."""

from __future__ import annotations

import pytest

from pointsman.protocols.cm_inbound import Report, decode_hook
from pointsman.protocols.cm_status import receipt
from pointsman.protocols.wire import Receipt

FAILED = Receipt("failed", "failed")


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("0", None),
        ("1", Receipt("failed", "rejected")),
        ("2", Receipt("delivered")),
        (" 2 ", Receipt("delivered")),
        ("3", FAILED),
        ("4", Receipt("read")),
        ("delivrd", Receipt("delivered")),
        ("EXPIRED", Receipt("failed", "expired")),
        ("ACCEPTD", None),
        ("5", None),
        ("", None),
        (None, None),
    ],
)
def test_a_code_means(code: str | None, meant: Receipt | None) -> None:
    assert receipt(code, None, None) == meant


@pytest.mark.parametrize(
    ("code", "error", "description", "reason"),
    [
        ("3", "5", "Message expired", "expired"),
        ("1", None, "Number is blacklisted", "blacklisted"),
        ("3", "EXPIRED", None, "expired"),
        ("3", "", "absent subscriber", "failed"),
        ("3", "9", "x" * 100_000, "failed"),
    ],
)
def test_a_description_adds_what_is_plain_in_it(
    code: str, error: str | None, description: str | None, reason: str
) -> None:
    assert receipt(code, error, description) == Receipt("failed", reason)


def test_a_description_makes_no_failure_of_what_arrived() -> None:
    assert receipt("2", "8", "expired") == Receipt("delivered")


def test_a_report_as_the_gateway_posts_it_is_read() -> None:
    body = b'{"messages":{"msg":{"to":"0031612345678","reference":"A1","status":{"code":2,"errorCode":""}}}}'
    report = decode_hook(body)
    assert isinstance(report, Report)
    (status,) = report.statuses
    assert (status.reference, status.to) == ("A1", "0031612345678")
    assert receipt(status.code, status.error, status.description) == Receipt("delivered")
