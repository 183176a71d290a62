"""Personal signatures through the engine: what was signed arrives unchanged, and what does not hold is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import world as worlds
from cryptography.hazmat.primitives.serialization import Encoding
from tests.judges import xmlsec_accepts
from world import CLINIC, PATIENT, World, our_party, their_party

from elmeld_tui.engine import importing
from elmeld_tui.messages import writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.clinic import Clinic
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.model.parties import Ident, Party, Unit
from elmeld_tui.security.authority import create_authority, issue_person
from elmeld_tui.security.keys import KeyPair
from elmeld_tui.security.signer import ExerciseSigner
from elmeld_tui.store.filters import Filter

NOTE = {
    "case_start": "2026-11-20",
    "diagnosis": "ICPC-2:L03",
    "periods": [{"from_date": "2026-11-20", "to_date": "2026-11-27", "medical_reasons": ["1"]}],
    "treated": "2026-11-20T09:30",
}


@pytest.fixture(scope="module")
def authority() -> KeyPair:
    return create_authority("kort", now=worlds.START)


@pytest.fixture(scope="module")
def card(authority: KeyPair) -> KeyPair:
    return issue_person(authority, "Astrid Fjellvang", valid_from=worlds.START.replace(year=2026, month=1))


def sick_note(world: World) -> Document:
    """A sick note to a partner that calls itself NAV."""
    person = our_party().person
    assert person is not None
    number = Ident("21867842265", CodedValue("FNR", oid(8116), "Fødselsnummer"))
    doctor = replace(person, idents=(number,), telecoms=(Telecom(CodedValue("WP"), "tel:55900401"),))
    nav = Unit("NAV (simulert)", (Ident(worlds.THEIRS, CodedValue("HER", oid(9051), "HER-id")), _enh("889640782")))
    addressing = writing.Addressing(
        sender=replace(our_party(), person=doctor),
        receiver=Party(nav),
        patient=PATIENT,
        msg_id=new_uuid(),
        now=world.clock(),
    )
    return read(writing.build("sick-note", NOTE, addressing))


def _enh(number: str) -> Ident:
    return Ident(number, CodedValue("ENH", oid(9051), "Organisasjonsnummer"))


def letter(world: World, card: KeyPair) -> Document:
    """A letter to us, signed in it by the person who sends it."""
    person = their_party().person
    assert person is not None
    her = (Ident(worlds.THEIRS, CodedValue("HER", oid(8116), "HER-id")),)
    sender = Party(their_party().organisation, person=replace(person, idents=her))
    addressing = writing.Addressing(
        sender=sender,
        receiver=replace(our_party(), person=None),
        patient=PATIENT,
        msg_id=new_uuid(),
        now=world.clock(),
    )
    return read(
        ExerciseSigner(card).sign(writing.build("request", {"type": "99", "question": "Hva nå?"}, addressing))
    )


def taken(world: World, clinic: Clinic, document: Document) -> importing.Imported:
    return importing.take_in_document(world.database, clinic, world.clock, document.raw)


def test_a_sick_note_arrives_as_it_was_signed(world: World, card: KeyPair) -> None:
    signed = read(ExerciseSigner(card).sign(sick_note(world).raw))
    message_id = world.enqueue(signed)
    assert world.deliver()
    stored = world.reader.part(message_id, "document")
    (arrived,) = world.partner.documents.values()
    assert stored == arrived == signed.raw
    assert xmlsec_accepts(arrived, card.certificate)
    (header,) = world.partner.headers
    assert (header.service, header.action) == ("Sykmelding", "Registrering")


def test_a_signed_letter_is_taken_in(world: World, card: KeyPair) -> None:
    assert taken(world, CLINIC, letter(world, card)).state == "imported"


def test_as29_a_letter_changed_after_signing_is_refused_and_stays_out_of_the_post(
    world: World, card: KeyPair
) -> None:
    signed = letter(world, card)
    changed = read(signed.raw.replace("Hva nå?".encode(), b"Hva da?"))
    imported = taken(world, CLINIC, changed)
    assert imported.state == "rejected"
    (receipt,) = imported.apprecs
    assert b'V="S01"' in receipt
    assert world.reader.page(Filter(folder="inbox"), 0) == []


@pytest.mark.parametrize(("trusts", "state"), [("card", "imported"), ("other", "rejected")])
def test_as30_the_clinic_s_own_authorities_decide(
    world: World, authority: KeyPair, card: KeyPair, tmp_path: Path, trusts: str, state: str
) -> None:
    trusted = authority if trusts == "card" else create_authority("en annen", now=worlds.START)
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "ca.pem").write_bytes(trusted.certificate.public_bytes(Encoding.PEM))
    imported = taken(world, replace(CLINIC, trust=tmp_path / "trust"), letter(world, card))
    assert imported.state == state
    assert [b'V="S02"' in receipt for receipt in imported.apprecs] == [state == "rejected"]
