"""The model's structs as MessagePack, the form in which the ledger keeps them."""

from __future__ import annotations

import msgspec

from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed, Record

encode = msgspec.msgpack.Encoder().encode
"""Raises `TypeError`, `ValueError` or `OverflowError` for what MessagePack cannot hold."""
decode_conversation = msgspec.msgpack.Decoder(Conversation).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode
decode_owed = msgspec.msgpack.Decoder(Owed).decode
decode_record = msgspec.msgpack.Decoder(Record).decode
