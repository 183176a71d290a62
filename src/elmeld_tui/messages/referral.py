"""Referral 1.1 (henvisning; HISD 1032:2011), written and read; 1.0 and 2.0 are read for what they share."""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists, hcp
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, given_all, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, coded, find, find_all, text, value
from elmeld_tui.messages.writer import Writer
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import REFERRAL_1_1, Kind
from elmeld_tui.model.parties import Address


@dataclass(frozen=True, slots=True)
class Referral:
    """What a referral asks and tells; what is absent is empty.

    Attributes:
        id: of the document, constant over change and cancel.
        service_type: N, M or C (7309).
        urgency: of the requested service (8306).
        diagnoses: the first is the main one.
        reasons: running text by heading (8231), in document order.
        information: observations by type (8233), in document order.
    """

    id: str
    service_type: str
    urgency: CodedValue
    diagnoses: tuple[CodedValue, ...]
    reasons: tuple[tuple[CodedValue, str], ...]
    information: tuple[tuple[CodedValue, str], ...]


def parse(document: Document) -> Referral:
    """Read a referral of any version, leniently."""
    request = find(document.body, "ServReq")
    root = request if request is not None else document.body
    information = [*find_all(root, "Patient/InfItem"), *find_all(root, "InfItem")]
    return Referral(
        id=document.header.document_id,
        service_type=document.header.service_type,
        urgency=coded(root, "ReqServ/Priority"),
        diagnoses=tuple(coded(one, "Concept") for one in find_all(root, "Diagnosis")),
        reasons=tuple(
            (coded(one, "Heading"), _prose(one, "TextResultValue")) for one in find_all(root, "ReasonAsText")
        ),
        information=tuple((coded(one, "Type"), _prose(one, "Observation/Description")) for one in information),
    )


def _prose(element: Element, path: str) -> str:
    found = find(element, path)
    return plain_text(found) if found is not None else ""


# Where each running text goes: heading of a reason (8231) or type of an information item (8233).
_REASONS = {"reason": "PROB", "social": "FA", "expected": "UTRED"}
_INFORMATION = {"history": "ANAM", "findings": "FUNN", "medication": "MEDB", "cave": "CAVE"}


def form() -> FormDescription:
    """What the composer of a referral asks for."""
    return FormDescription(
        name="referral",
        kind=Kind.REFERRAL,
        namespace=REFERRAL_1_1,
        type_code="HENVISNING",
        title=t("Henvisning"),
        fields=(
            FormField(
                "urgency", t("Hastegrad"), FieldType.CHOICE, required=True, choices=codelists.entries("8306")
            ),
            FormField("content", t("Gjelder"), FieldType.CHOICE, required=True, choices=codelists.entries("8455")),
            FormField("diagnosis", t("Diagnose"), FieldType.CODE, repeats=True, codelists=("ICPC-2",)),
            FormField(
                "diagnosis_text",
                t("Diagnose i klartekst"),
                FieldType.LINE,
                help=t("Når diagnosen ikke finnes som kode."),
            ),
            FormField("reason", t("Aktuell problemstilling"), FieldType.TEXT, required=True),
            FormField("history", t("Sykehistorie"), FieldType.TEXT),
            FormField("findings", t("Funn og undersøkelser"), FieldType.TEXT),
            FormField(
                "medication", t("Legemidler"), FieldType.TEXT, help=t("Skriv også når pasienten ikke bruker noen.")
            ),
            FormField("cave", t("Cave"), FieldType.TEXT, help=t("Skriv også når ingen er kjent.")),
            FormField("social", t("Familie og sosialt"), FieldType.TEXT),
            FormField("expected", t("Forventet utredning eller behandling"), FieldType.TEXT),
            FormField("wanted_date", t("Ønsket tid"), FieldType.DATE),
            FormField("comment", t("Merknad"), FieldType.TEXT),
        ),
        saves_itself=True,
        family="referral",
        profile="1.1",
        changes="NMC",
        attachments=True,
        copies=True,
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what the referral's fields demand of each other, by field name."""
    if given_all(answers, "diagnosis") or given(answers, "diagnosis_text"):
        return {}
    return {"diagnosis": t("Velg en diagnose, eller skriv den i klartekst.")}


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a new referral 1.1."""
    description = form()
    message = hcp.write_start(REFERRAL_1_1, description.type_code, "v1.1 2012-02-15", addressing)
    request = building.section(message, "ServReq")
    building.cs(request, "ServType", addressing.service_type, "7309")
    building.value(request, "IssueDate", clock.business_text(addressing.issue_date))
    building.cs(request, "MsgDescr", chosen(description, answers, "content"), "8455")
    building.text(request, "Id", addressing.document_uuid)
    _write_patient(request, answers, addressing)
    # The requester sends, the provider receives (HIS 1153-2 AD2.9).
    for name, party in (("ServProvider", addressing.receiver), ("Requester", addressing.sender)):
        element = building.section(request, name)
        building.cs(element, "ComMethod", "EDI", "8235")
        hcp.write_party(element, party)
    hcp.write_copies(request, addressing)
    hcp.write_enclosures(request, addressing)
    for field, heading in _REASONS.items():
        reason = building.section(request, "ReasonAsText")
        if words := given(answers, field):
            building.cs(reason, "Heading", heading, "8231")
            building.text(reason, "TextResultValue", words)
    for diagnosis in _diagnoses(answers):
        building.cv(building.section(request, "Diagnosis"), "Concept", diagnosis)
    service = building.section(request, "ReqServ")
    building.cs(service, "ServType", "N", "7309")
    building.value(service, "ReqDate", given(answers, "wanted_date"))
    building.cs(service, "Priority", chosen(description, answers, "urgency"), "8306")
    building.text(service, "Comment", given(answers, "comment"))
    return building.serialise(message)


def _diagnoses(answers: Answers) -> list[CodedValue]:
    found = [codelists.answer(one) for one in given_all(answers, "diagnosis")]
    if words := given(answers, "diagnosis_text"):
        found.append(CodedValue(original_text=words))
    return found


def _write_patient(request: Element, answers: Answers, addressing: Addressing) -> None:
    element = building.section(request, "Patient")
    hcp.write_patient_start(element, addressing.patient)
    for field, kind in _INFORMATION.items():
        if words := given(answers, field):
            item = building.section(element, "InfItem")
            building.text(building.section(item, "Observation"), "Description", words)
            building.cs(item, "Type", kind, "8233")
    _write_referrer(element, addressing)
    hcp.write_further_ids(element, addressing.patient)
    hcp.write_home(element, addressing.patient)


def _write_referrer(patient: Element, addressing: Addressing) -> None:
    """Append the referring professional (HHE) and where to call back (HITS 1174 §4.1)."""
    person = addressing.sender.person
    if person is None:
        return
    relation = building.section(patient, "PatRelHCP")
    building.cs(relation, "Relation", "HHE", "8254")
    structure = building.section(relation, "HCP")
    hcp.write_professional(structure, person)
    if addressing.callback:
        hcp.write_address(structure, Address(type=CodedValue("WP"), telecoms=addressing.callback))


def answers_of(document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    said = parse(document)
    told = {code.value: words for code, words in (*said.reasons, *said.information)}
    answers: Answers = {
        "urgency": said.urgency.value,
        "content": value(document.body, "ServReq/MsgDescr"),
        "diagnosis": [f"ICPC-2:{one.value}" for one in said.diagnoses if one.value],
        "diagnosis_text": next((one.original_text for one in said.diagnoses if not one.value), ""),
        "wanted_date": value(document.body, "ServReq/ReqServ/ReqDate"),
        "comment": text(document.body, "ServReq/ReqServ/Comment"),
    }
    answers |= {field: told.get(code, "") for field, code in (*_REASONS.items(), *_INFORMATION.items())}
    return normal(form(), answers)


WRITERS = (Writer("referral", form, build, answers_of, check),)
