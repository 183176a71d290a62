"""The answers a referral is written from, as its builders need them, and as they are read back from its content."""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import day_answer, given, given_all, members
from elmeld_tui.messages.parts import information, medication, people
from elmeld_tui.messages.parts.information import Information
from elmeld_tui.messages.referral import NextOfKin, Referral
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import NO, YES, Answers
from elmeld_tui.model.parties import Professional, ident_of

DIAGNOSES = ("ICPC-2", "ICD-10")

# Where each running text goes: heading of a reason (8231) or type of an information item (8233).
REASONS = {"reason": "PROB", "social": "FA", "expected": "UTRED"}
INFORMATION = {"history": "ANAM", "findings": "FUNN", "medication": "MEDB", "cave": "CAVE", "considerations": "NB"}

# The further headings and types, which a group of their own asks for; diagnoses have fields already.
HEADINGS = ("FO", "VU", "FU", "HJ", "IP", "UP", "BG", "MAAL", "SVU", "KF", "RU", "MU", "BUP-HG", "BUP-BM")
TYPES = ("ART", "TB", "US", "OPIN", "MPRS", "PRS", "SYMP", "SM", "SYKM", "OPPL", "PROG", "GBEH", "GOPL", "B")

GP_REFERS, NO_GP = "sender", "none"
"""Answers to who the general practitioner is, where no other is named."""


def diagnoses(answers: Answers) -> list[CodedValue]:
    """Return the diagnoses as they are written: coded ones with list and text, the last in words alone."""
    found = [codelists.answer(one) for one in given_all(answers, "diagnosis")]
    if words := given(answers, "diagnosis_text"):
        found.append(CodedValue(original_text=words))
    return found


def reasons(answers: Answers) -> list[tuple[str, str]]:
    """Return heading (8231) and text of everything that is running text, in the order it is written."""
    own = [(heading, given(answers, field)) for field, heading in REASONS.items()]
    more = [(given(one, "heading") or HEADINGS[0], given(one, "text")) for one in members(answers, "sections")]
    return [(heading, words) for heading, words in (*own, *more) if words]


def facts(answers: Answers) -> list[tuple[str, Answers]]:
    """Return type (8233) and answers (text, start, end) of every fact in words, in the order it is written."""
    own: list[tuple[str, Answers]] = [
        (kind, {"text": given(answers, field)}) for field, kind in INFORMATION.items() if given(answers, field)
    ]
    return [*own, *((given(one, "type") or TYPES[0], one) for one in members(answers, "information"))]


_FLAGS = {True: YES, False: NO, None: ""}


def general_practitioner(answers: Answers, referrer: Professional | None) -> Professional | None:
    """Return who the patient's general practitioner is said to be; None where there is none."""
    if other := people.professional(answers, "gp"):
        return other
    return None if given(answers, "gp_is") == NO_GP else referrer


def answers_of(said: Referral) -> Answers:
    """Return the answers that a referral which says ``said`` is written from."""
    coded, in_words = diagnosis_answers(said.diagnoses)
    reasons_told = [(code.value, words) for code, words in said.reasons]
    facts = [one for one in said.information if one.medication is None]
    sections: list[Answers] = [
        {"heading": code, "text": words} for code, words in reasons_told if code not in REASONS.values()
    ]
    answers: Answers = {
        "urgency": said.urgency.value,
        "content": said.content.value,
        "diagnosis": list(coded),
        "diagnosis_text": in_words,
        "drugs": [medication.answers_of(one.medication) for one in said.information if one.medication],
        "wanted_date": day_answer(said.wanted_date),
        "comment": said.comment,
        "sections": sections,
        "information": [
            information.answers_of(one) for one in facts if one.type.value not in INFORMATION.values()
        ],
        "payment": said.payment.value,
        "remark": said.remark,
    }
    answers |= _joined(REASONS, reasons_told)
    answers |= _joined(INFORMATION, [(one.type.value, _in_words(one)) for one in facts])
    return answers | _people_answers(said) | _patient_answers(said)


def _people_answers(said: Referral) -> Answers:
    return {
        "gp_is": GP_REFERS if said.gp else NO_GP,
        "gp": [] if _is_same(said.gp, said.referrer) else people.answers_of(said.gp),
        "next_of_kin": [_kin_answers(one) for one in said.next_of_kin],
        "wanted_place": _place_answers(said.wanted_place),
        "wanted_practitioner": people.answers_of(said.wanted_practitioner),
    }


def _patient_answers(said: Referral) -> Answers:
    help_needed: list[Answers] = [
        {
            "language": one.language.value,
            "hearing_loss": _FLAGS[one.hearing_loss],
            "sight_loss": _FLAGS[one.sight_loss],
            "remark": one.remark,
        }
        for one in said.interpreting[:1]
    ]
    answers: Answers = {"interpreter": help_needed}
    if plan := said.plan:
        told: Answers = {
            "exists": _FLAGS[plan.exists],
            "coordinator": _FLAGS[plan.coordinator],
            "remark": plan.remark,
        }
        answers["plan"] = [told]
    for consent in said.consents[:1]:
        answers["consent"] = consent.status.value
        answers["consent_date"] = day_answer(consent.given)
        answers["consent_by"] = consent.given_by
    return answers


def diagnosis_answers(told: Iterable[CodedValue]) -> tuple[tuple[str, ...], str]:
    """Return the diagnoses that can be chosen, and in words the others, with their codes."""
    chosen, words = [], []
    for one in told:
        answer = next(
            (f"{name}:{one.value}" for name in DIAGNOSES if codelists.coded(name, "").system == one.system), ""
        )
        if codelists.answer(answer):
            chosen.append(answer)
        else:
            words.append(
                " ".join(filter(None, (one.text or one.original_text, f"({one.value})" if one.value else "")))
            )
    return tuple(chosen), "; ".join(words)


def _in_words(said: Information) -> str:
    return ": ".join(filter(None, (said.concept.text or said.concept.value, said.text)))


def _joined(places: dict[str, str], told: list[tuple[str, str]]) -> Answers:
    return {
        field: "\n".join(words for kind, words in told if kind == place).strip() for field, place in places.items()
    }


def _is_same(one: Professional | None, other: Professional | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.name, one.idents) == (other.name, other.idents)


def _kin_answers(said: NextOfKin) -> Answers:
    phones = [one.address for one in said.person.telecoms]
    # Only referral 2.0 asks who is nearest.
    nearest: Answers = {"nearest": _FLAGS[said.nearest]} if said.nearest is not None else {}
    return {
        "relation": said.relation.value,
        "family_name": said.person.family_name,
        "given_name": said.person.given_name,
        "phone": phones[0].removeprefix("tel:") if phones else "",
        "remark": said.remark,
    } | nearest


def _place_answers(place: Professional | None) -> list[Answers]:
    return [{"name": place.name, "her_id": ident_of(place.idents, "HER")}] if place else []
