"""A document that is not well-formed: answered where it can be told whom to answer, and never taken in."""

from __future__ import annotations

import time

import pytest
from incoming_samples import KINDS

from elmeld_tui.messages.document import read
from elmeld_tui.messages.recovery import recover
from elmeld_tui.messages.xml import UnreadableError

BREAKS = {
    "cut off": lambda raw: raw[:-30],
    "an end tag misspelt": lambda raw: raw.replace(b"</MsgId>", b"</MsgIdd>"),
    "an undeclared entity": lambda raw: raw.replace(b"</MsgId>", b"</MsgId><Tekst>&nbsp;</Tekst>"),
    "an undeclared prefix": lambda raw: raw.replace(b"<Type ", b'<Type xsi:type="CS" :="1" V:="2" ', 1),
    "a sign for less": lambda raw: raw.replace(b"</GenDate>", b"</GenDate> < 5 ").replace(
        b"<MsgId>", b"<Tekst> < 5 </Tekst><MsgId>"
    ),
    "Latin letters in UTF-8": lambda raw: raw.replace("å".encode(), b"\xe5").replace("Å".encode(), b"\xc5"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "broken", ["cut off", "an end tag misspelt", "an undeclared entity", "an undeclared prefix"]
)
def test_as34_whom_to_answer_is_told_of_a_broken_document(kind: str, broken: str) -> None:
    whole = KINDS[kind]()
    raw = BREAKS[broken](whole)
    with pytest.raises(UnreadableError):
        read(raw)
    recovered = recover(raw)
    assert recovered is not None
    said, meant = recovered.header, read(whole).header
    assert (said.kind, said.version, said.type_code) == (meant.kind, meant.version, meant.type_code)
    assert said.original_id == meant.original_id
    assert said.generated == meant.generated
    assert (said.sender and said.sender.her_id) == "8200001"
    assert [party.her_id for party in said.receivers] == ["8094002"]


@pytest.mark.parametrize("broken", BREAKS)
def test_whatever_breaks_it_nothing_false_is_told(broken: str) -> None:
    recovered = recover(BREAKS[broken](KINDS["dialogue 1.0"]()))
    assert recovered is None or recovered.header.receivers[0].her_id == "8094002"


def _headless(raw: bytes) -> bytes:
    return raw.replace(b"<MsgId>", b"<Ikke>").replace(b"</MsgId>", b"</Ikke>")[:-30]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not xml",
        b"<a>",
        KINDS["report 1.4"]()[:200],
        _headless(KINDS["report 1.4"]()),
        KINDS["report 1.4"]().replace(b"<GenDate V=", b"<GenDate X=")[:-30],
        KINDS["dialogue 1.1"]().replace(b"8200001", b"ukjent!").replace(b"8200000", b"ukjent!")[:-30],
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + KINDS["report 1.4"]().partition(b"?>")[2][:-30],
    ],
)
def test_without_sender_receiver_id_or_time_nobody_is_answered(raw: bytes) -> None:
    assert recover(raw) is None


@pytest.mark.parametrize(
    "raw",
    [b"<a>" + b"&" * 3_000_000, b"<a>" * 2_000_000, b"<a " + b"x='1' " * 1_000_000, b"<!-- " * 600_000],
    ids=["faults", "depth", "attributes", "comments"],
)
def test_a_hostile_document_is_given_up_soon(raw: bytes) -> None:
    start = time.process_time()
    assert recover(raw) is None
    assert time.process_time() - start < 5


@pytest.mark.parametrize("place", [b"<MsgId>", b"<OrganisationName>", b"</Document>", b'<Type V="', b'xmlns="'])
def test_a_reference_to_half_a_character_breaks_the_document_and_nothing_else(place: bytes) -> None:
    whole = KINDS["dialogue 1.0"]()
    raw = whole.replace(place, place + b"&#xD800;", 1)
    assert raw != whole
    with pytest.raises(UnreadableError):
        read(raw)
    assert recover(raw) is None
