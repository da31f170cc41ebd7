"""The event that `pointsman explain` is asked about: told in JSON, as a transcript, or as CM's webhook posts it.

Law: which of the three it is follows from the text alone; whatever is wrong with it is a message that names the place.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click
import msgspec

from pointsman.cli.check import reports
from pointsman.cli.given import bytes_of, name_of
from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import ADDRESS, CLOCK, Stage
from pointsman.engine.situation import Situation, full_wiring
from pointsman.engine.situation_json import situation_of
from pointsman.engine.told import Misstated, check_unicode
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, arrange
from pointsman.language.load import decoded
from pointsman.language.pipeline import Compiled
from pointsman.language.transcript import read_transcript
from pointsman.model.conversation import Conversation
from pointsman.model.event import FromCustomer
from pointsman.model.identity import Address
from pointsman.protocols.cm_inbound import Inbound, decode_hook
from pointsman.protocols.wire import Malformed

_OF_HOOKS = frozenset({"from", "messages"})
"""Members by which a call of CM's webhook is known."""
_JSON_BEGINS = (b"{", b"[", b'"', b"-", *(str(digit).encode() for digit in range(10)))
_JSON_WORDS = (b"null", b"true", b"false", b"NaN", b"Infinity")


def read_situation(file: str, compiled: Compiled, program: Loaded) -> Situation:
    """Read the event in a file, `-` being standard input. Raises `click.ClickException` with what is wrong."""
    data = bytes_of(file)
    name = name_of(file)
    try:
        if not _is_json(data.strip()):
            return _from_transcript(name, data, compiled, program)
        check_unicode(data)
        return _from_hook(data, program) if _is_hook(data) else situation_of(program, data)
    except Misstated as fault:
        help_ = f"\n  help: {fault.help}" if fault.help else ""
        raise click.ClickException(f"{name}: {fault}{help_}") from fault
    except Malformed as fault:
        raise click.ClickException(f"{name}: as a call of CM's webhook: {fault}") from fault


def _is_json(stripped: bytes) -> bool:
    """Whether a text was meant to be JSON: no transcript begins like this."""
    return stripped[:1] in _JSON_BEGINS or stripped in _JSON_WORDS


# A transcript ---------------------------------------------------------------------------------------------------------


def _from_transcript(name: str, data: bytes, compiled: Compiled, program: Loaded) -> Situation:
    source = decoded(name, data)
    test = (source,) if isinstance(source, Diagnostic) else read_transcript(source, compiled)
    if isinstance(test, tuple):
        sources = {} if isinstance(source, Diagnostic) else {name: source}
        shown = msgspec.structs.replace(compiled, sources={**compiled.sources, **sources})
        click.echo(reports(shown, arrange(test).shown, err=True), err=True)
        raise click.ClickException(f"{name}: this transcript cannot be played")
    situation = _last(program, test)
    if situation is None:
        raise click.ClickException(
            f'{name}: nothing happens in this transcript; add a step such as `customer says "hello"`'
        )
    return situation


def _last(program: Loaded, test: ir.Test) -> Situation | None:
    """What the last event of a transcript is decided on, the others played; expectations are passed over."""
    stage = Stage(program)
    for step in test.steps:
        if isinstance(step, ir.Fact | ir.Happening) and (failure := stage.play(step)) is not None:
            raise click.ClickException(f"line {step.span.line}: {failure.expected}")
    return stage.last


# A call of CM's webhook -----------------------------------------------------------------------------------------------


def _is_hook(data: bytes) -> bool:
    return bool(_OF_HOOKS & _members(data).keys())


def _members(data: bytes) -> dict[str, msgspec.Raw]:
    """The members of a JSON object; none where it cannot be read."""
    try:
        return msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _from_hook(data: bytes, program: Loaded) -> Situation:
    if bytes(_members(data).get("messages", b"{"))[:1] not in (b"{", b"n"):
        expected = 'a status report has an object here, `{"msg": {…}}`, and a customer\'s message has `message` instead'
        raise Malformed("messages", expected)
    hook = decode_hook(data)
    if not isinstance(hook, Inbound):
        raise Malformed("message", "this is a report on a message and no message: there is nothing that rules decide")
    address = Address(ADDRESS.account, hook.channel, hook.customer, hook.business)
    now = _sent(hook.message.options.get("timeUtc"))
    event = FromCustomer(hook.message, hook.contact)
    return Situation(address, event, now, full_wiring(program, address.account), Conversation(address))


def _sent(written: object) -> int:
    """When CM says that the message was sent, in UTC; the clock of a test where it does not say it."""
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError:
        return CLOCK
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
