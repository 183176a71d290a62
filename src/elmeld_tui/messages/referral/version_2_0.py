"""Referral 2.0, profile "Henvisning ny tilstand" (HIS 80517:2017, HIS 1207:2018), written and read back.

What is reserved for the onward referral (assessment, pathway codes) is read, and never written (HIS 1207 §4).
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists, msghead, referral
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, members, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.msghead import COMPONENT
from elmeld_tui.messages.parts import medication, people
from elmeld_tui.messages.reading import Element
from elmeld_tui.messages.referral import answers as referral_answers
from elmeld_tui.messages.referral import form as referral_form
from elmeld_tui.messages.referral import kin as referral_kin
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model import clock
from elmeld_tui.model.contact import Telecom
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.kinds import REFERRAL_2_0, Kind
from elmeld_tui.model.parties import Ident, Professional

_PARTS = "http://ehelse.no/xmlstds/po/poKomponent/2017-11-30"

_MEDICINE_USE = "9101"

# What a professional is to the patient (9034).
_GP, _WANTED = "6", "23"


def form() -> FormDescription:
    """What the composer of a referral 2.0 asks for."""
    return FormDescription(
        name="referral-2.0",
        kind=Kind.REFERRAL,
        namespace=REFERRAL_2_0,
        type_code="HENVISNING_NYTILSTAND",
        title=t("Henvisning"),
        fields=referral_form.fields(_MEDICINE_USE, newest=True),
        saves_itself=True,
        family="referral",
        profile="2.0",
        changes="NMC",
        attachments=True,
        notes=(
            t("Henvisningen har én mottaker. Skal fastlegen eller andre ha kopi, send den som egen melding."),
            t("Ved øyeblikkelig hjelp: ring mottakeren også."),
        ),
    )


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a referral 2.0, new, changed or cancelled; the latter two name the first in `Addressing.conversation`.

    Raises:
        ValueError: copy receivers are named, which the profile forbids (HIS 1207 §4).
    """
    if addressing.copies:
        raise ValueError(t("En henvisning 2.0 kan ikke ha kopimottakere."))
    description = form()
    head, content = msghead.write_envelope(addressing, description.type_code)
    body = building.section(content, "Henvisning", REFERRAL_2_0)
    building.cs(body, "ServType", addressing.service_type, "7309")
    building.text(body, "IssueDate", clock.business_text(addressing.issue_date))
    building.cs(body, "PaymentCat", chosen(description, answers, "payment"), "4101")
    building.text(body, "ReqComment", given(answers, "remark"))
    building.text(body, "DocumentId", addressing.document_uuid)
    _write_people(body, answers, addressing)
    kind = building.section(body, "TypeInnholdIMelding", _PARTS)
    building.cv(kind, "TypeInnhold", chosen(description, answers, "content"), "8455")
    if members(answers, "interpreter"):
        referral_kin.write_interpreting(
            building.section(body, "InfoAssistertKommunikasjon", _PARTS), answers, _PARTS
        )
    _write_plan(body, answers)
    _write_clinical(body, answers)
    service = building.section(body, "ReqServ")
    building.cs(service, "ServType", "N", "7309")
    building.text(service, "ReqDate", given(answers, "wanted_date"))
    building.cs(service, "Priority", chosen(description, answers, "urgency"), "8306")
    building.text(service, "Comment", given(answers, "comment"))
    if status := given(answers, "consent"):
        consent = building.section(body, "Consent")
        building.cv(consent, "ConsentStatus", codelists.coded("9064", status))
        building.text(consent, "ConsentDate", given(answers, "consent_date"))
        building.text(consent, "GivenBy", given(answers, "consent_by"))
    return building.serialise(head)


def _write_people(body: Element, answers: Answers, addressing: Addressing) -> None:
    referrer = addressing.writer
    referral_kin.write_next_of_kin(body, answers, _PARTS)
    for place in members(answers, "wanted_place"):
        unit = building.section(body, "TilknyttetEnhet", _PARTS)
        contact = building.section(unit, "Kontaktenhet")
        building.text(contact, "OrganisationName", given(place, "name"), COMPONENT)
        _write_idents(contact, (Ident(given(place, "her_id"), codelists.coded("9051", "HER")),))
        building.text(unit, "Merknad", referral.WANTED_PLACE)
    _write_contact(body, _GP, referral_answers.general_practitioner(answers, referrer))
    _write_contact(body, _WANTED, people.professional(answers, "wanted_practitioner"))
    if referrer:
        responsible = building.section(body, "AnsvarForRapport", _PARTS)
        _write_professional(building.section(responsible, "AnsvarligRapport"), referrer)
        building.cv(responsible, "TypeRelasjon", codelists.coded("8254", "HHE"))


def _write_contact(body: Element, role: str, person: Professional | None) -> None:
    if person is None:
        return
    contact = building.section(building.section(body, "KontaktpersonHelsepersonell", _PARTS), "Kontaktperson")
    _write_professional(contact, person, role)


def _write_professional(element: Element, person: Professional, role: str = "") -> None:
    """Fill a HealthcareProfessional of felleskomponent1, whatever the element around it is called."""
    building.cs(element, "TypeHealthcareProfessional", person.profession, "9060", COMPONENT)
    if role:
        building.cv(element, "RoleToPatient", codelists.coded("9034", role), "", COMPONENT)
    building.text(element, "FamilyName", person.family_name, COMPONENT)
    building.text(element, "MiddleName", person.middle_name, COMPONENT)
    building.text(element, "GivenName", person.given_name, COMPONENT)
    _write_idents(element, person.idents)
    _write_telecoms(element, person.telecoms)


def _write_idents(element: Element, idents: tuple[Ident, ...]) -> None:
    msghead.write_idents(element, idents, COMPONENT)


def _write_telecoms(element: Element, telecoms: tuple[Telecom, ...]) -> None:
    for telecom in telecoms:
        one = building.section(element, "TeleCom", COMPONENT)
        building.cs(one, "TypeTelecom", telecom.type, "9061")
        building.value(one, "TeleAddress", telecom.address)


def _write_plan(body: Element, answers: Answers) -> None:
    for one in members(answers, "plan"):
        plan = building.section(body, "OpplysningerOmIndividuellPlan", _PARTS)
        referral_kin.write_flag(plan, "IndividuellPlanForeligger", given(one, "exists"))
        referral_kin.write_flag(plan, "KoordinatorOppnevnt", given(one, "coordinator"))
        building.text(plan, "Merknad", given(one, "remark"))


def _write_clinical(body: Element, answers: Answers) -> None:
    for one in members(answers, "drugs"):
        item = building.section(body, "InfItem")
        medication.write(item, one, _MEDICINE_USE)
        building.cv(item, "Type", codelists.coded("8233", "MEDB"))
    for kind, one in referral_answers.facts(answers):
        item = building.section(body, "InfItem")
        building.text(building.section(item, "Observation"), "Description", given(one, "text"))
        building.cv(item, "Type", codelists.coded("8233", kind))
        for name, field in (("StartDateTime", "start"), ("EndDateTime", "end")):
            building.text(item, name, _midnight(given(one, field)))
    for heading, words in referral_answers.reasons(answers):
        reason = building.section(body, "ReasonAsText")
        building.cv(reason, "Heading", codelists.coded("8231", heading))
        building.text(reason, "TextResultValue", words)
    for diagnosis in referral_answers.diagnoses(answers):
        building.cv(building.section(body, "Diagnosis"), "Concept", diagnosis)


def _midnight(day: str) -> str:
    """A day where the schema wants a time too."""
    return f"{day}T00:00:00" if day else ""


def answers_of(document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    return normal(form(), referral_answers.answers_of(referral.parse(document)))


WRITERS = (Writer("referral-2.0", form, build, answers_of, referral_form.check),)
