"""A message of each kind, opened over the whole screen: every one of them as its reader first sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from elmeld_tui.messages import writing
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.parties import Ident, Professional
from elmeld_tui.office.clinic import Office
from tests.snapshots.screen import Screen, keys
from tests.tui.conftest import NOW, addressing, take_in

_DOCTOR = Professional(
    "Nordfjord",
    "",
    "Åse",
    (Ident("9900401", CodedValue("HPR", oid(8116), "HPR-nummer")),),
    CodedValue("LE"),
    telecoms=(Telecom(CodedValue("WP"), "tel:55900401"),),
)
_WRITTEN: dict[str, Answers] = {
    "referral-2.0": {
        "urgency": "3",
        "content": "10",
        "diagnosis": ["ICPC-2:T90", "ICPC-2:K86"],
        "reason": "Økende tretthet og vekttap siste tre måneder.",
        "history": "Kjent diabetes type 2 siden 2015.",
        "findings": "BT 162/94. Vekt 71 kg.",
        "cave": "Penicillin",
        "drugs": [{"drug": "ATC:A10BA02", "dose": "500", "unit": "mg", "dosage": "1 x 2", "status": "1"}],
        "next_of_kin": [{"relation": "EF", "family_name": "Åsen", "given_name": "Liv", "phone": "90012345"}],
    },
    "discharge-summary": {
        "description": "Sykehusepikrise",
        "start": "2026-11-18T09:00",
        "end": "2026-11-21T13:30",
        "main_diagnosis": ["ICD-10:I10"],
        "reason": "Innlagt med høyt blodtrykk og hodepine.",
        "course": "Behandlet medikamentelt med god effekt.",
        "follow_up": "Kontroll hos fastlege om to uker.",
    },
    "dialogue": {"theme": "6", "subject": "Blodtrykk", "text": "Bør dosen økes?", "contact_profession": "LE"},
    "deviation": {"theme": "2", "text": "Medisinlisten mangler i epikrisen."},
    "order-laboratory": {
        "discipline": "CLIN",
        "samples": [{"material": "8351:S", "time": "2026-11-22T08:15", "label": "0042"}],
        "investigations": [{"code": "NLK:NPU01370"}],
        "reason": "Kontroll",
        "priority": "3",
        "payment": "1",
    },
    "sick-note": {
        "case_start": "2026-11-20",
        "employer": "1",
        "employer_name": "Fjord bakeri",
        "diagnosis": "ICPC-2:L03",
        "periods": [
            {
                "from_date": "2026-11-20",
                "to_date": "2026-12-04",
                "ability": "aktivitet_ikke_mulig",
                "medical_reasons": ["1"],
            }
        ],
        "treated": "2026-11-20T10:00",
    },
}


def _one_of_each(office: Office) -> None:
    # What comes last stands on top.
    for number, (form, answers) in enumerate(reversed(_WRITTEN.items())):
        at = NOW + timedelta(minutes=number)
        frame = addressing(office, 1, number=50 + number, now=at)
        signed = replace(frame, sender=replace(frame.sender, person=_DOCTOR))
        take_in(office, writing.build(form, answers, signed), at)


_FIRST, *_OTHERS = [f"read_{name}" for name in (*_WRITTEN, "lab_result", "request")]

SCREENS = {
    _FIRST: Screen(keys("home", "enter", "z"), _one_of_each, then={name: keys("full_stop") for name in _OTHERS})
}
