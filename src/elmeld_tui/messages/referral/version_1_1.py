"""Referral 1.1 as a message of its own root (HENVISNING; HISD 1032:2011), written and read back."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists, hcp, referral
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, members, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.parts import medication, people
from elmeld_tui.messages.reading import Element
from elmeld_tui.messages.referral import RELATIONS
from elmeld_tui.messages.referral import answers as referral_answers
from elmeld_tui.messages.referral import form as referral_form
from elmeld_tui.messages.referral import kin as referral_kin
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model import clock
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.kinds import REFERRAL_1_1, Kind
from elmeld_tui.model.parties import Party, Unit, unit_ident

_PARTS = "http://www.kith.no/xmlstds/po/poKomponent/2009-06-30"

_MEDICINE_USE = "7307"


def form() -> FormDescription:
    """What the composer of a referral 1.1 asks for."""
    return FormDescription(
        name="referral",
        kind=Kind.REFERRAL,
        namespace=REFERRAL_1_1,
        type_code="HENVISNING",
        title=t("Henvisning 1.1 (eldre format)"),
        fields=referral_form.fields(_MEDICINE_USE, newest=False),
        saves_itself=True,
        family="referral",
        profile="1.1",
        changes="NMC",
        attachments=True,
        copies=True,
        notes=(t("Ved øyeblikkelig hjelp: ring mottakeren også."),),
    )


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a referral 1.1, new, changed or cancelled."""
    description = form()
    message = hcp.write_start(REFERRAL_1_1, description.type_code, "v1.1 2012-02-15", addressing)
    request = building.section(message, "ServReq")
    building.cs(request, "ServType", addressing.service_type, "7309")
    building.value(request, "IssueDate", clock.business_text(addressing.issue_date))
    building.cs(request, "PaymentCat", chosen(description, answers, "payment"), "4101")
    building.text(request, "ReqComment", given(answers, "remark"))
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
    for heading, words in referral_answers.reasons(answers):
        reason = building.section(request, "ReasonAsText")
        building.cs(reason, "Heading", heading, "8231")
        building.text(reason, "TextResultValue", words)
    for diagnosis in referral_answers.diagnoses(answers):
        building.cv(building.section(request, "Diagnosis"), "Concept", diagnosis)
    service = building.section(request, "ReqServ")
    building.cs(service, "ServType", "N", "7309")
    building.value(service, "ReqDate", given(answers, "wanted_date"))
    building.cs(service, "Priority", chosen(description, answers, "urgency"), "8306")
    building.text(service, "Comment", given(answers, "comment"))
    return building.serialise(message)


def _write_patient(request: Element, answers: Answers, addressing: Addressing) -> None:
    element = building.section(request, "Patient")
    hcp.write_patient_start(element, addressing.patient)
    _write_information(element, answers)
    referrer = addressing.writer
    people.write_related(element, RELATIONS["referrer"], referrer)
    people.write_related(element, RELATIONS["gp"], referral_answers.general_practitioner(answers, referrer))
    people.write_related(
        element, RELATIONS["wanted_practitioner"], people.professional(answers, "wanted_practitioner")
    )
    for place in members(answers, "wanted_place"):
        people.write_related_party(element, RELATIONS["wanted_place"], _wanted_place(place))
    referral_kin.write_interpreting(element, answers, _PARTS)
    referral_kin.write_next_of_kin(element, answers, _PARTS)
    _write_consent(element, answers)
    hcp.write_further_ids(element, addressing.patient)
    hcp.write_home(element, addressing.patient)


def _write_information(patient: Element, answers: Answers) -> None:
    for one in members(answers, "drugs"):
        item = building.section(patient, "InfItem")
        medication.write(item, one, _MEDICINE_USE)
        building.cs(item, "Type", "MEDB", "8233")
    for kind, one in referral_answers.facts(answers):
        item = building.section(patient, "InfItem")
        building.text(building.section(item, "Observation"), "Description", given(one, "text"))
        building.cs(item, "Type", kind, "8233")
        building.value(item, "StartDateTime", given(one, "start"))
        building.value(item, "EndDateTime", given(one, "end"))


def _wanted_place(answers: Answers) -> Party:
    her_id = given(answers, "her_id")
    idents = (unit_ident(her_id, "HER"),) if her_id else ()
    return Party(Unit(given(answers, "name"), idents))


def _write_consent(patient: Element, answers: Answers) -> None:
    if status := given(answers, "consent"):
        consent = building.section(patient, "Consent")
        building.cv(consent, "ConsentStatus", codelists.coded("9064", status))
        building.text(consent, "ConsentDate", given(answers, "consent_date"))
        building.text(consent, "GivenBy", given(answers, "consent_by"))


def answers_of(document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    return normal(form(), referral_answers.answers_of(referral.parse(document)))


WRITERS = (Writer("referral", form, build, answers_of, referral_form.check),)
