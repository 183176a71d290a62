"""Service report 1.4 (svarrapport; HIS 80822:2014), read and written; 1.3 is read as far as the two agree.

A clinic receives these; only laboratories write them, here the simulated one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from elmeld_tui.messages import building, hcp, nodes
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, coded, find, find_all, moment, text, value
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model import clock
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.contact import Address
from elmeld_tui.model.kinds import REPORT_1_4
from elmeld_tui.model.parties import Professional

UNKNOWN_ORDER = "NULL"
"""What a report names as its order when the laboratory did not get one electronically (HIS 80822 §4)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: its id at the laboratory, its material (8351 or text), and when it was taken (aware)."""

    id: str
    material: CodedValue = NO_CODE
    collected: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One result; what is absent is empty.

    Attributes:
        analysis: what was examined (7280, 7270, 8212 …).
        number: a decimal number as written, with a point.
        unit: of the number.
        comparator: code in 8239, e.g. ``LT`` for "less than".
        text: running text or a finding, instead of a number.
        text_codes: coded findings, e.g. susceptibility (8271).
        heading: what kind of text (8243).
        service_type: N, M, C, H or A (8270); a cancelled result has no value.
        reference: reference interval in words.
        deviation: code in 8244: 1 above, 2 below, 3 outside.
        status: code in 8245.
        comment: of the laboratory.
        id: of the result, to be referred to.
        refers_to: id of the finding a susceptibility belongs to.
        sample_ids: the samples it was found in.
        results: those that belong under it.
    """

    analysis: CodedValue = NO_CODE
    number: str = ""
    unit: str = ""
    comparator: str = ""
    text: str = ""
    text_codes: tuple[CodedValue, ...] = ()
    heading: str = ""
    service_type: str = ""
    reference: str = ""
    deviation: str = ""
    status: str = ""
    comment: str = ""
    id: str = ""
    refers_to: str = ""
    sample_ids: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """A report to one order.

    Attributes:
        discipline: MsgDescr (8202): ``CLIN``, ``MBIO``, ``RTG`` …
        order_id: ServReq/Id of the order it answers, or `UNKNOWN_ORDER`.
        status: P, F, A or S (7306).
        service_type: N, M or C (7309).
        comment: on the whole report.
        samples: what was examined.
        results: in the laboratory's order.
        responsible: the responsible professional (AHP); None where the document names none.
    """

    discipline: str
    order_id: str = UNKNOWN_ORDER
    status: str = "F"
    service_type: str = "N"
    comment: str = ""
    samples: tuple[Sample, ...] = ()
    results: tuple[Result, ...] = ()
    responsible: Professional | None = None


def parse(document: Document) -> ServiceReport:
    """Read a report, leniently; of several in one message (1.3), the first."""
    report = find(document.root, "ServReport")
    patient = find(report, "Patient")
    responsible = hcp.read_party(nodes.of(find(report, "RelServProv/HCP")))
    return ServiceReport(
        discipline=value(report, "MsgDescr"),
        order_id=text(report, "ServReq/Id") or UNKNOWN_ORDER,
        status=value(report, "Status"),
        service_type=value(report, "ServType"),
        comment=text(report, "Comment"),
        samples=tuple(_sample(one) for one in find_all(patient, "AnalysedSubject")),
        results=tuple(_result(one) for one in find_all(patient, "ResultItem")),
        responsible=responsible.person if responsible else None,
    )


def _sample(element: Element) -> Sample:
    material = coded(element, "TypeCoded") or CodedValue(original_text=text(element, "Type"))
    collected = value(element, "CollectedSample/CollectedDate")
    return Sample(text(element, "IdByServProvider"), material, moment(collected))


def _result(element: Element) -> Result:
    number = find(element, "NumResult/NumResultValue")
    finding = find(element, "TextResult")
    return Result(
        analysis=coded(element, "Investigation/Id"),
        number=number.get("V", "").strip() if number is not None else "",
        unit=number.get("U", "").strip() if number is not None else "",
        comparator=value(element, "NumResult/ArithmeticComp"),
        text=plain_text(find(finding, "TextResultValue")),
        text_codes=tuple(coded(one) for one in find_all(finding, "TextCode")),
        heading=value(finding, "Heading"),
        service_type=value(element, "ServType"),
        reference="; ".join(text(one, "Descr") for one in find_all(element, "RefInterval")),
        deviation=value(element, "DevResultInd"),
        status=value(element, "StatusInvestigation"),
        comment=text(element, "Comment"),
        id=text(element, "IdResultItem"),
        refers_to=text(element, "RefIdResultItem"),
        sample_ids=tuple(text(one) for one in find_all(element, "RefAnalysedSubject")),
        results=tuple(_result(one) for one in find_all(element, "ResultItem")),
    )


def build(report: ServiceReport, addressing: Addressing) -> bytes:
    """Write a report 1.4 from a laboratory to the clinic that ordered.

    Args:
        report: the content.
        addressing: the laboratory is the sender, the requester the receiver.

    Returns:
        UTF-8 with an XML declaration.

    Raises:
        ValueError: the patient has no identifier, which this schema demands.
    """
    type_code = "SVAR_RTG" if report.discipline in _RADIOLOGY else "SVAR_LAB"
    message = hcp.write_start(REPORT_1_4, type_code, "v1.4 2012-02-15", addressing)
    element = building.section(message, "ServReport")
    building.cs(element, "ServType", report.service_type, "7309")
    building.value(element, "IssueDate", clock.business_text(addressing.now))
    building.cs(element, "Status", report.status, "7306")
    building.cs(element, "MsgDescr", report.discipline, "8202")
    building.text(element, "ServProvId", addressing.document_uuid)
    building.text(element, "Comment", report.comment)
    building.text(building.section(element, "ServReq"), "Id", report.order_id)
    _write_patient(element, report, addressing)
    # The provider sends, the requester receives (HIS 1153-2 AD2.9).
    hcp.write_party(building.section(element, "ServProvider"), addressing.sender)
    hcp.write_party(building.section(element, "Requester"), addressing.receiver)
    if report.responsible:
        _write_responsible(element, report.responsible, addressing)
    return building.serialise(message)


_RADIOLOGY = frozenset({"RTG", "CT", "MR", "UL", "MA", "SCI"})


def _write_patient(parent: Element, report: ServiceReport, addressing: Addressing) -> None:
    if hcp.official_id(addressing.patient) is None:
        raise ValueError("a service report cannot be written for a patient without an official identifier")
    patient = building.section(parent, "Patient")
    hcp.write_patient_start(patient, addressing.patient)
    requester = building.section(patient, "ResponsibleHcp")
    building.cs(requester, "Relation", "REK", "8254")
    hcp.write_party(requester, addressing.receiver)
    hcp.write_further_ids(patient, addressing.patient)
    for sample in report.samples:
        subject = building.section(patient, "AnalysedSubject")
        if sample.collected:
            collected = building.section(subject, "CollectedSample")
            building.value(collected, "CollectedDate", clock.business_text(sample.collected))
        building.cv(subject, "TypeCoded", sample.material, "8351")
        building.text(subject, "IdByServProvider", sample.id)
    for result in report.results:
        _write_result(patient, result)


def _write_result(parent: Element, result: Result) -> None:
    item = building.section(parent, "ResultItem")
    if result.number:
        numeric = building.section(item, "NumResult")
        building.cs(numeric, "ArithmeticComp", result.comparator, "8239")
        quantity = building.section(numeric, "NumResultValue")
        quantity.set("V", result.number)
        if result.unit:
            quantity.set("U", result.unit)
    elif result.text or result.text_codes:
        finding = building.section(item, "TextResult")
        building.cs(finding, "Heading", result.heading, "8243")
        building.text(finding, "TextResultValue", result.text)
        for code in result.text_codes:
            building.cv(finding, "TextCode", code)
    building.cs(item, "ServType", result.service_type, "8270")
    building.text(building.section(item, "RefInterval"), "Descr", result.reference)
    building.cv(building.section(item, "Investigation"), "Id", result.analysis)
    building.text(item, "Comment", result.comment)
    building.cs(item, "DevResultInd", result.deviation, "8244")
    building.text(item, "IdResultItem", result.id)
    building.text(item, "RefIdResultItem", result.refers_to)
    building.cs(item, "StatusInvestigation", result.status, "8245")
    for sample_id in result.sample_ids:
        building.text(item, "RefAnalysedSubject", sample_id)
    for below in result.results:
        _write_result(item, below)


def _write_responsible(parent: Element, person: Professional, addressing: Addressing) -> None:
    related = building.section(parent, "RelServProv")
    building.cs(related, "Relation", "AHP", "8254")
    structure = building.section(related, "HCP")
    hcp.write_professional(structure, person)
    telecoms = person.telecoms or addressing.callback
    if telecoms:
        hcp.write_address(structure, Address(type=CodedValue("WP"), telecoms=telecoms))
