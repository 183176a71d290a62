"""A doctor who signs, and NAV as the receiver: the frame of everything that is written to NAV."""

from __future__ import annotations

from dataclasses import replace

from message_samples import CLINIC, DOCTOR, addressing

from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Address
from elmeld_tui.model.identifiers import with_check_digits
from elmeld_tui.model.parties import Ident, Party, Unit

SIGNER_ID = with_check_digits("058275003")
"""The doctor's own number, synthetic: month + 80."""

SIGNING_DOCTOR = replace(
    DOCTOR,
    idents=(Ident(str(SIGNER_ID), CodedValue("FNR", oid(8116), "Fødselsnummer")), *DOCTOR.idents),
    address=Address(CodedValue("WP"), "Fjellveien 1", "", "5555", "Fjellveien"),
)
NAV = Party(
    Unit(
        "NAV (simulert)",
        (
            Ident("9104000", CodedValue("HER", oid(9051), "HER-id")),
            Ident("889640782", CodedValue("ENH", oid(9051), "Organisasjonsnummer")),
        ),
    ),
    role="PRIM",
)


def to_nav(**changes: object) -> Addressing:
    """The frame of a message from the signing doctor to NAV."""
    return addressing(**({"sender": replace(CLINIC, person=SIGNING_DOCTOR), "receiver": NAV} | changes))
