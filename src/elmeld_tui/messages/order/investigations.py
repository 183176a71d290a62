"""What an order asks for, and in which samples: written as requests, read back, and checked.

A request (ReqInvestigation) holds investigations that are to be made in the same samples. The writer numbers the
samples and says for each investigation which one it is made in; a single sample needs no number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists
from elmeld_tui.messages.answers import day_answer, given, given_all, members, moment, normal
from elmeld_tui.messages.order import Investigation, Order, Request, Sample
from elmeld_tui.messages.order.information import code_answer
from elmeld_tui.messages.reading import Element, day
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.forms import Answers, FormDescription, FormField

ALLOWED = {
    "N": frozenset({"N"}),
    "M": frozenset({"N", "M", "C", "H"}),
    "A": frozenset({"A", "H"}),
    "C": frozenset({"C", "H"}),
}
"""What an investigation may be (8270) in a document of each service type (7309; HITS 1102 §3.3)."""

RADIOLOGICAL, LOCAL = "7270", "8212"
"""The lists that an investigation without a code is named in: in radiology its own (S26), else the local one."""

_NOT_TAKEN = "2"


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a request says of all its investigations; the samples by their numbers from 0."""

    action: str
    purpose: str
    wanted: str
    priority: str
    samples: tuple[int, ...]


def write(request: Element, answers: Answers, service_type: str, uncoded: str) -> None:
    """Append the requests, in the order of the investigations; neighbours on the same terms share one.

    Args:
        request: the ServReq.
        answers: in their normal form.
        service_type: of the document; what an investigation is when it does not say.
        uncoded: the list that an investigation without a code is named in, as text.

    Raises:
        ValueError: an investigation may not be that in a document of this service type.
    """
    samples = members(answers, "samples")
    for terms, alike in groupby(
        members(answers, "investigations"), lambda one: _terms(one, samples, service_type)
    ):
        if terms.action not in ALLOWED[service_type]:
            raise ValueError(
                t(
                    "En undersøkelse kan ikke være «{action}» når rekvisisjonen er «{document}».",
                    action=codelists.text("8270", terms.action),
                    document=codelists.text("7309", service_type),
                )
            )
        element = building.section(request, "ReqInvestigation")
        building.cs(element, "ServType", terms.action, "8270")
        building.cs(element, "Purpose", terms.purpose, "8248")
        building.value(element, "ReqDate", terms.wanted)
        building.cs(element, "Priority", terms.priority, "8304")
        for one in alike:
            _write_investigation(element, one, uncoded)
        for number in terms.samples:
            _write_sample(element, samples[number], given(answers, "priority"))


def _terms(investigation: Answers, samples: list[Answers], service_type: str) -> _Terms:
    chosen = tuple(int(number) - 1 for number in given_all(investigation, "sample"))
    return _Terms(
        given(investigation, "action") or service_type,
        given(investigation, "purpose"),
        given(investigation, "wanted_date"),
        given(investigation, "priority"),
        chosen or tuple(range(len(samples))),
    )


def _write_investigation(request: Element, answers: Answers, uncoded: str) -> None:
    element = building.section(request, "Investigation")
    if words := given(answers, "text"):
        building.cv(element, "Id", CodedValue(system=oid(int(uncoded)), original_text=words))
    else:
        building.cv(element, "Id", _coded(given(answers, "code")))
    for one in given_all(answers, "specification"):
        building.cv(element, "Spec", _coded(one))
    building.text(element, "Comment", given(answers, "comment"))


def _coded(answer: str) -> CodedValue:
    """The code; a radiological one stands with its text in OT also (acceptance criterion S26)."""
    code = codelists.answer(answer)
    return replace(code, original_text=code.text) if codelists.number_of(code.system) == RADIOLOGICAL else code


def _write_sample(request: Element, answers: Answers, priority: str) -> None:
    element = building.section(request, "AnalysedSubject")
    at = moment(answers, "time")
    if given(answers, "taken") == _NOT_TAKEN:
        wanted = building.section(element, "RequestedSubject")
        building.cs(wanted, "Priority", priority, "8304")
        building.value(wanted, "ReqDate", at)
    else:
        building.value(building.section(element, "CollectedSample"), "CollectedDate", at)
    building.text(element, "Type", given(answers, "material_text"))
    building.cv(element, "TypeCoded", codelists.answer(given(answers, "material")))
    building.text(element, "IdByRequester", given(answers, "label"))
    building.text(element, "IdByServProv", given(answers, "performer_label"))
    building.text(element, "PreservMaterial", given(answers, "preservation"))
    building.text(element, "Comment", given(answers, "comment"))
    building.text(element, "AnatomicalOrigin", given(answers, "origin"))
    building.text(element, "Number", given(answers, "number"))
    building.cs(element, "SampleCollInd", given(answers, "taken"), "1101")
    if tool := given(answers, "tool"):
        building.cv(element, "SampleCollProc", codelists.coded("8275", tool))


def read(order: Order, form: FormDescription) -> Answers:
    """Return the answers that the requests were written from: samples in the order they are first asked for."""
    samples = list(dict.fromkeys(sample for request in order.requests for sample in request.samples))
    return {
        "samples": [_sample_answers(one, _fields(form, "samples")) for one in samples],
        "investigations": [
            _investigation_answers(one, request, samples, order.service_type, _fields(form, "investigations"))
            for request in order.requests
            for one in request.investigations
        ],
    }


def _fields(form: FormDescription, group: str) -> tuple[FormField, ...]:
    return next((field.fields for field in form.fields if field.name == group), ())


def _lists(fields: tuple[FormField, ...], name: str) -> tuple[str, ...]:
    return next((field.codelists for field in fields if field.name == name), ())


def _investigation_answers(
    one: Investigation, request: Request, samples: list[Sample], service_type: str, fields: tuple[FormField, ...]
) -> Answers:
    known = code_answer(one.code, _lists(fields, "code"))
    numbers = [str(samples.index(sample) + 1) for sample in request.samples]
    specified = (code_answer(code, _lists(fields, "specification")) for code in one.specifications)
    return {
        "code": known,
        "text": "" if known else one.code.original_text or one.code.text or one.code.value,
        "sample": numbers if len(samples) > 1 else [],
        "specification": [written for written in specified if written],
        "priority": (one.priority or request.priority).value,
        "wanted_date": day_answer(day(request.wanted)),
        "purpose": request.purpose.value,
        "comment": "\n".join(filter(None, (request.comment, one.comment))),
        "action": "" if request.service_type == service_type else request.service_type,
    }


def _sample_answers(sample: Sample, fields: tuple[FormField, ...]) -> Answers:
    known = code_answer(sample.material, _lists(fields, "material"))
    unknown = "" if known else sample.material.text or sample.material.original_text
    return {
        "material": known,
        "material_text": sample.material_text or unknown,
        "taken": sample.taken.value,
        "time": _local_minute(sample.collected or sample.wanted),
        "label": sample.label,
        "origin": sample.origin,
        "number": sample.number,
        "preservation": sample.preservation,
        "tool": sample.procedure.value,
        "comment": sample.comment,
        "performer_label": sample.provider_label,
    }


def _local_minute(written: str) -> str:
    """A time as a form has it: Norwegian, to the minute; empty where the document gives less than a day."""
    try:
        at = clock.parse_business_time(written)
    except ValueError:
        return ""
    return at.astimezone(clock.oslo()).replace(tzinfo=None).isoformat(timespec="minutes")


def check(form: FormDescription, answers: Answers) -> dict[str, str]:
    """Return what samples and investigations demand of each other, by field name."""
    problems: dict[str, str] = {}
    samples = [normal(_fields(form, "samples"), one) for one in members(answers, "samples")]
    for place, one in _placed(answers, "samples"):
        problems |= {f"{place}.{name}": problem for name, problem in _sample_problems(one).items()}
    used: set[str] = set()
    for place, one in _placed(answers, "investigations"):
        problems |= {f"{place}.{name}": said for name, said in _investigation_problems(one, len(samples)).items()}
        used |= set(given_all(one, "sample"))
    if len({repr(one) for one in samples}) < len(samples):
        problems["samples"] = t(
            "To prøver er like. Skill dem fra hverandre, for eksempel med merkingen på glasset."
        )
    unused = [number for number in _numbers(len(samples)) if number not in used]
    if unused and len(samples) > 1:
        problems.setdefault(
            "samples",
            t(
                "Ingen undersøkelse gjelder prøve {number}. Skriv nummeret ved en undersøkelse, eller ta bort prøven.",
                number=unused[0],
            ),
        )
    actions = {given(one, "action") for one in members(answers, "investigations")} - {""}
    if not any(actions <= allowed for allowed in ALLOWED.values()):
        problems["investigations"] = t(
            "Undersøkelsene kan ikke være endring, tillegg og kansellering i samme rekvisisjon."
        )
    return problems


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))


def _placed(answers: Answers, group: str) -> Iterator[tuple[str, Answers]]:
    """The members of a group, each with its name among the problems."""
    said = members(answers, group)
    given_here = answers.get(group, [])
    for number, one in enumerate(given_here):
        if isinstance(one, dict) and any(one is other for other in said):
            yield f"{group}.{number}", one


def _sample_problems(one: Answers) -> dict[str, str]:
    problems = {}
    if not given(one, "material") and not given(one, "material_text"):
        problems["material"] = t("Velg et prøvemateriale, eller skriv det i klartekst.")
    if not given(one, "time") and given(one, "taken") != _NOT_TAKEN:
        problems["time"] = t("Skriv når prøven ble tatt, eller svar at den ikke er tatt.")
    number = given(one, "number")
    if number and not (number.isdecimal() and int(number) > 0):
        problems["number"] = t("Skriv antallet som et helt tall, minst 1.")
    return problems


def _investigation_problems(one: Answers, samples: int) -> dict[str, str]:
    problems = {}
    code, words = given(one, "code"), given(one, "text")
    if bool(code) == bool(words):
        problems["code"] = t("Velg en undersøkelse, eller skriv den i klartekst, men ikke begge.")
    numbers = given_all(one, "sample")
    if strange := [number for number in numbers if number not in _numbers(samples)]:
        problems["sample"] = t("Det er ingen prøve nummer {number}.", number=strange[0])
    elif len(set(numbers)) < len(numbers):
        problems["sample"] = t("Samme prøve er nevnt to ganger.")
    elif samples > 1 and not numbers:
        problems["sample"] = t("Skriv hvilken prøve undersøkelsen gjelder.")
    return problems
