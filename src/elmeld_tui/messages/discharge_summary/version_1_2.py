"""The discharge summary 1.2 as a message (EPIKRISE; HIS 80226:2014, HISD 1154), written and read back."""

from __future__ import annotations

from elmeld_tui.messages import building, codelists, discharge_summary, hcp, referral
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, given_all, members, moment
from elmeld_tui.messages.discharge_summary import AnsweredReferral
from elmeld_tui.messages.discharge_summary.answers import answers_of
from elmeld_tui.messages.discharge_summary.form import (
    COMMENTS,
    HEADINGS,
    MEDICINE_USE,
    NO_GP,
    TYPES,
    check,
    form,
)
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.parts import medication, people, prose
from elmeld_tui.messages.reading import Element, value
from elmeld_tui.messages.referral import answers as referral_answers
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import Answers
from elmeld_tui.model.kinds import DISCHARGE_1_2, REFERRAL_2_0, Kind
from elmeld_tui.model.parties import Party

_NOT_TOLD = CodedValue(original_text="Ikke oppgitt i henvisningen")


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a discharge summary 1.2, new, changed or cancelled.

    The referral it answers is the one that was told, else `Addressing.in_reply_to`.
    """
    description = form()
    status = chosen(description, answers, "status").value
    message, report = write_report(addressing, status, chosen(description, answers, "description").value)
    write_referral(report, _told_referral(answers) or answered_referral(addressing))
    event = write_event(
        report, moment(answers, "start"), moment(answers, "end"), chosen(description, answers, "care_level")
    )
    write_diagnoses(event, answers)
    _write_information(event, answers)
    comments = [(heading, given(answers, field)) for field, heading in COMMENTS.items()]
    further = [(given(one, "heading") or HEADINGS[0], given(one, "text")) for one in members(answers, "sections")]
    write_comments(event, [*comments, *further])
    patient = write_patient(report, addressing)
    for name, relation in discharge_summary.RELATIONS.items():
        people.write_related(patient, relation, people.professional(answers, name))
    _write_general_practitioner(patient, answers, addressing)
    finish_patient(patient, addressing)
    write_parties(report, addressing)
    responsible = people.professional(answers, "responsible")
    people.write_provider(report, discharge_summary.RESPONSIBLE, responsible or addressing.writer)
    if responsible:
        people.write_provider(report, discharge_summary.AUTHOR, addressing.writer)
    hcp.write_enclosures(report, addressing)
    return building.serialise(message)


def write_report(addressing: Addressing, status: str, description: str) -> tuple[Element, Element]:
    """Return a new message and its report, begun; ``status`` is of 7306."""
    message = hcp.write_start(DISCHARGE_1_2, form().type_code, "v1.2 2012-02-15", addressing)
    report = building.section(message, "ServRprt")
    building.cs(report, "ServType", addressing.service_type, "7309")
    building.value(report, "IssueDate", clock.business_text(addressing.issue_date))
    if status == "F":
        building.value(report, "ApprDate", clock.business_text(addressing.now))
    building.cs(report, "Status", status, "7306")
    building.text(report, "MsgDescr", description)
    building.text(report, "ServProvId", addressing.document_uuid)
    return message, report


def answered_referral(addressing: Addressing) -> AnsweredReferral | None:
    """Return the referral that is answered: by document id a 1.x, by message id a 2.0 (HITS 1218 ch. 3)."""
    document = addressing.in_reply_to
    if document is None or document.header.kind is not Kind.REFERRAL:
        return None
    asked = referral.parse(document)
    by_message = document.header.namespace == REFERRAL_2_0
    issued = value(document.body, "IssueDate") or value(document.body, "ServReq/IssueDate")
    return AnsweredReferral(
        id=document.header.msg_id if by_message else asked.id,
        issued=issued or document.header.generated_text,
        # The summary must say what was wanted, also where the referral did not.
        content=asked.content if asked.content.value else codelists.coded("8455", "99"),
        diagnoses=asked.diagnoses or (_NOT_TOLD,),
    )


def _told_referral(answers: Answers) -> AnsweredReferral | None:
    for one in members(answers, "referral"):
        return AnsweredReferral(
            id=given(one, "id"),
            issued=given(one, "issued"),
            content=codelists.coded("8455", given(one, "content") or "10"),
            diagnoses=tuple(referral_answers.diagnoses(one)),
        )
    return None


def write_referral(report: Element, answered: AnsweredReferral | None) -> None:
    """Append the referral that is answered, always with a diagnosis (S31); nothing where none is."""
    if answered is None:
        return
    request = building.section(report, "ServReq")
    building.cs(request, "ServType", "N", "7309")
    building.value(request, "IssueDate", answered.issued)
    building.cs(request, "MsgDescr", answered.content, "8455")
    building.text(request, "Id", answered.id)
    for diagnosis in answered.diagnoses:
        building.cv(building.section(request, "Diagnosis"), "Concept", diagnosis)


def write_event(report: Element, start: str, end: str, care_level: CodedValue) -> Element:
    """Append the contact; the two times as a business document writes them, the end empty where there is none."""
    event = building.section(report, "Event")
    reported = building.section(event, "ReportedEvent")
    building.value(reported, "StartDateTime", start)
    building.value(reported, "EndDateTime", end)
    building.cs(event, "ServType", "N", "7309")
    building.cs(building.section(event, "Service"), "AdmCat", care_level, "8240")
    return event


def write_diagnoses(event: Element, answers: Answers) -> None:
    """Append main and secondary diagnoses, each with list, code and text."""
    for field, kind in (("main_diagnosis", "H"), ("secondary_diagnosis", "B")):
        for one in given_all(answers, field):
            item = building.section(event, "InfItem")
            described = building.section(building.section(item, "Observation"), "CodedDescr")
            building.cv(described, "Concept", codelists.answer(one))
            building.cs(item, "Type", kind, "8233")


def write_comments(event: Element, comments: list[tuple[str, str]]) -> None:
    """Append every comment that says something: heading (8311) and text."""
    for heading, words in comments:
        if words:
            comment = building.section(event, "Comment")
            building.cs(comment, "Heading", heading, "8311")
            prose.write(comment, "TextResultValue", words)


def _write_information(event: Element, answers: Answers) -> None:
    own: list[tuple[str, Answers]] = [("CAVE", {"text": given(answers, "cave")})]
    more = [(given(one, "type") or TYPES[0], one) for one in members(answers, "information")]
    for kind, one in (*own, *more):
        if words := given(one, "text"):
            item = building.section(event, "InfItem")
            prose.write(building.section(item, "Observation"), "Description", words)
            building.cs(item, "Type", kind, "8233")
            building.value(item, "StartDateTime", given(one, "start"))
            building.value(item, "EndDateTime", given(one, "end"))
    for one in members(answers, "drugs"):
        item = building.section(event, "InfItem")
        medication.write(item, one, MEDICINE_USE)
        building.cs(item, "Type", "MEDB", "8233")


def write_patient(report: Element, addressing: Addressing) -> Element:
    """Append the patient, begun: whoever has to do with the patient comes next, then `finish_patient`."""
    patient = building.section(report, "Patient")
    hcp.write_patient_start(patient, addressing.patient)
    return patient


def _write_general_practitioner(patient: Element, answers: Answers, addressing: Addressing) -> None:
    if other := people.professional(answers, "gp"):
        people.write_related(patient, discharge_summary.GENERAL_PRACTITIONER, other)
    elif given(answers, "gp_is") != NO_GP:
        people.write_related_party(patient, discharge_summary.GENERAL_PRACTITIONER, addressing.receiver)


def finish_patient(patient: Element, addressing: Addressing) -> None:
    """Append what a patient ends with."""
    hcp.write_further_ids(patient, addressing.patient)
    hcp.write_home(patient, addressing.patient)


def write_parties(report: Element, addressing: Addressing) -> None:
    """Append who sends, who gets a copy and who receives: the provider reports to the requester (HIS 1153-2 AD2.9)."""
    _write_party(report, "ServProvider", "SPR", addressing.sender)
    hcp.write_copies(report, addressing)
    _write_party(report, "Requester", "REQ", addressing.receiver)


def _write_party(report: Element, name: str, role: str, party: Party) -> None:
    element = building.section(report, name)
    building.cs(element, "Role", role, "8112")
    building.cs(element, "ComMethod", "EDI", "8235")
    hcp.write_party(element, party)


def is_summary(document: Document) -> bool:
    """Return whether a document of the type is a discharge summary, not a note that travels as one."""
    return not discharge_summary.is_treatment_note(discharge_summary.parse(document))


WRITERS = (Writer("discharge-summary", form, build, answers_of, check, is_summary),)
