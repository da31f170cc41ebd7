"""The artefact: a checked program as an immutable value, named by the hash of its content.

A `Program` is what crosses from the compiler to the processes that serve. It holds the IR (for the interpreter, the
analyses and the actions), the generated Python of its conditions with the rules' positions, the tables of the index,
and the sources (for excerpts in tracebacks and explanations).
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from pointsman.language import codegen, index
from pointsman.language.ir import ProgramIR, Span

FORMAT = 4
"""Version of this artefact; a stored program of another format is compiled again from its sources."""


class Listing(Struct, frozen=True):
    """Generated Python and, for each of its lines, the place in the rules that it came from (None for the frame)."""

    python: str
    places: tuple[Span | None, ...]


class Program(Struct, frozen=True):
    """`hash` is the SHA-256 (hex) of everything else; equal programs have equal hashes."""

    format: int
    hash: str
    ir: ProgramIR
    listing: Listing
    index: tuple[index.TriggerIndex, ...]
    sources: dict[str, str]

    @property
    def python(self) -> str:
        return self.listing.python


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(Program)


def build(ir: ProgramIR, sources: dict[str, str] | None = None) -> Program:
    """Index the program, generate its Python, and name the whole by its hash."""
    tables = index.build(ir)
    python, places = codegen.generate(ir, tables)
    program = Program(FORMAT, "", ir, Listing(python, places), tables, sources or {})
    digest = hashlib.sha256(_encoder.encode(program)).hexdigest()
    return Program(FORMAT, digest, ir, program.listing, tables, program.sources)


def encode(program: Program) -> bytes:
    """The artefact as bytes; equal programs give equal bytes."""
    return _encoder.encode(program)


def decode(data: bytes) -> Program:
    """Raises `msgspec.DecodeError` where `data` is no program of this format."""
    program = _decoder.decode(data)
    if program.format != FORMAT:
        raise msgspec.ValidationError(f"program format {program.format}, this version reads {FORMAT}")
    return program
