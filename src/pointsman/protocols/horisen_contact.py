"""HORISEN's contact, what Business Messenger knows of a customer, to the contact that rules see and back.

Source: `sources/horisen-conversation-api.txt` 5.25.

Laws:

- A field has the same name inside: `contact.language`, `contact.b_company`. `name` is ours, of first and last name, as
  other channels tell it.
- A field that is null or absent tells nothing, and what is no text or number is passed over: a customer's message is
  not refused for what is known of its sender.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pointsman import limits

PERSON_FIELDS = (
    "uuid",
    "created_dt",
    "updated_dt",
    "opt_status",
    "opt_status_webpush",
    "first_name",
    "last_name",
    "second_name",
    "nick_name",
    "gender",
    "birthday",
    "salutation",
    "title",
    "language",
    "nationality",
    "mobile",
    "email",
    "phone",
    "fax",
    "address",
    "zip",
    "city",
    "region",
    "country",
)
BUSINESS_FIELDS = (
    "b_company",
    "b_mobile",
    "b_email",
    "b_fax",
    "b_phone",
    "b_address",
    "b_zip",
    "b_city",
    "b_region",
    "b_country",
    "b_job_title",
    "b_department",
    "b_reception_code",
)
FIELDS = (*PERSON_FIELDS, *BUSINESS_FIELDS, "list_uuid", "channel_names", "channel_opt_status")
"""In the order of the document's table."""


def decode_contact(wire: Mapping[str, Any]) -> dict[str, str]:
    """Read the fields that have a value."""
    found = {field: _value(wire.get(field)) for field in FIELDS}
    contact = {field: value for field, value in found.items() if value}
    name = " ".join(part for part in (contact.get("first_name"), contact.get("last_name")) if part)
    return {**contact, "name": name} if name else contact


def _value(value: Any) -> str:
    match value:
        case str():
            return value.strip()[: limits.CONTACT_CHARACTERS_MAX].rstrip()
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)[: limits.CONTACT_CHARACTERS_MAX]
        case _:
            return ""


def encode_contact(contact: Mapping[str, str]) -> dict[str, str]:
    """Write the fields of the table that are known; a name that came whole from another channel is taken apart."""
    names = {} if "last_name" in contact else _names(contact.get("name", ""))
    known = {**names, **contact}
    return {field: known[field] for field in FIELDS if known.get(field)}


def _names(name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    return {"first_name": first, "last_name": last}
