"""Order 1.6 written: laboratory and radiology, new, changed, added to and cancelled (HIS 80821:2014; HITS 1102)."""

from __future__ import annotations

from collections.abc import Callable

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, hcp, order
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import given, normal
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.order import forms as order_forms
from elmeld_tui.messages.order import information as order_information
from elmeld_tui.messages.order import investigations as order_investigations
from elmeld_tui.messages.reading import Element, day, value
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model import clock
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.contact import Address
from elmeld_tui.model.forms import Answers, FormDescription
from elmeld_tui.model.kinds import ORDER_1_6

_MIG_VERSION = "v1.6 2012-02-15"


def build(form: FormDescription, answers: Answers, addressing: Addressing) -> bytes:
    """Write an order 1.6.

    What an investigation may be in a document of the addressing's service type is held here, since the answers do
    not know that type: new → new; change → new, change, cancel, history; addition → addition, history;
    cancel → cancel, history (HITS 1102 §3.3). An investigation that does not say is what its document is.

    Raises:
        ValueError: the frame is one that no order can have; the text is for the user.
    """
    _refuse(form, addressing)
    said = normal(form, answers)
    message = hcp.write_start(ORDER_1_6, form.type_code, _MIG_VERSION, addressing)
    request = building.section(message, "ServReq")
    _write_head(request, form, said, addressing)
    _write_patient(request, said, addressing)
    # The requester sends, the provider receives (HIS 1153-2 AD2.9).
    for name, party in (("ServProvider", addressing.receiver), ("Requester", addressing.sender)):
        element = building.section(request, name)
        building.cs(element, "ComMethod", "EDI", "8235")
        hcp.write_party(element, party)
    _write_guarantor(request, said)
    hcp.write_enclosures(request, addressing)
    order_information.write_reasons(request, said)
    order_information.write_comments(request, said)
    uncoded = order_investigations.RADIOLOGICAL if _is_radiological(form) else order_investigations.LOCAL
    order_investigations.write(request, said, addressing.service_type, uncoded)
    return building.serialise(message)


def _is_radiological(form: FormDescription) -> bool:
    return form.type_code == "REQ_RTG"


def _refuse(form: FormDescription, addressing: Addressing) -> None:
    for refused, reason in (
        (
            addressing.service_type not in form.changes,
            t("En rekvisisjon kan bare være ny, endring, tillegg eller kansellering."),
        ),
        (addressing.copies, t("En rekvisisjon kan ikke ha kopimottakere.")),
        (addressing.enclosures and not form.attachments, t("Denne rekvisisjonen kan ikke ha vedlegg.")),
        (
            addressing.sender.person is None or not addressing.sender.person.name,
            t("En rekvisisjon må ha en rekvirent med navn."),
        ),
        (not addressing.callback, t("Rekvirenten må ha et telefonnummer.")),
        (not addressing.patient.name, t("Pasienten må ha navn for at rekvisisjonen kan sendes.")),
        (
            hcp.official_id(addressing.patient) is None,
            t("Pasienten må ha fødselsnummer, D-nummer, felles hjelpenummer eller H-nummer i en rekvisisjon."),
        ),
        (
            addressing.patient.national_id is None and addressing.patient.birth_date is None,
            t("En pasient uten nasjonalt nummer må ha fødselsdato for at rekvisisjonen kan sendes."),
        ),
    ):
        if refused:
            raise ValueError(reason)


def _write_head(request: Element, form: FormDescription, answers: Answers, addressing: Addressing) -> None:
    building.cs(request, "ServType", addressing.service_type, "7309")
    building.value(request, "IssueDate", clock.business_text(addressing.issue_date))
    building.cs(request, "PaymentCat", given(answers, "payment"), "4101")
    building.text(request, "ReqComment", given(answers, "comment"))
    building.cs(request, "MsgDescr", given(answers, "discipline") or order_forms.DISCIPLINES[form.name][0], "8202")
    building.text(request, "Id", addressing.document_uuid)
    building.text(request, "ServProvId", given(answers, "performer_id"))
    building.value(request, "RequestedDateReport", given(answers, "report_date"))
    building.cs(request, "RequestedPrioReport", given(answers, "priority"), "8304")
    building.cs(request, "EscortRequired", given(answers, "escort"), "8247")


def _write_patient(request: Element, answers: Answers, addressing: Addressing) -> None:
    element = building.section(request, "Patient")
    hcp.write_patient_start(element, addressing.patient)
    _write_requester(element, addressing)
    hcp.write_further_ids(element, addressing.patient)
    hcp.write_home(element, addressing.patient)
    order_information.write_information(element, answers)


def _write_requester(patient: Element, addressing: Addressing) -> None:
    """Append who asks for it (REK), with name and where to call back (HIS 80821 ch. 4)."""
    person = addressing.sender.person
    assert person is not None
    responsible = building.section(patient, "ResponsibleHcp")
    building.cs(responsible, "Relation", "REK", "8254")
    structure = building.section(responsible, "HCP")
    hcp.write_professional(structure, person)
    hcp.write_address(structure, Address(type=CodedValue("WP"), telecoms=addressing.callback))


def _write_guarantor(request: Element, answers: Answers) -> None:
    if not given(answers, "guarantor"):
        return
    payer = building.section(request, "PaymentResponsible")
    building.text(payer, "TypeGuarantor", given(answers, "guarantor_type"))
    building.text(building.section(building.section(payer, "HCP"), "Inst"), "Name", given(answers, "guarantor"))


def answers_of(form: FormDescription, document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    said = order.parse(document)
    wanted = day(said.report_wanted)
    kind, name = said.guarantor
    return normal(
        form,
        {
            "discipline": said.discipline.value,
            "priority": said.priority.value,
            "report_date": wanted.isoformat() if wanted else "",
            "payment": said.payment.value,
            "guarantor": name,
            "guarantor_type": kind,
            "comment": said.comment,
            "escort": said.escort.value,
            "performer_id": said.provider_id,
        }
        | order_information.read(said)
        | order_investigations.read(said, form),
    )


def check(form: FormDescription, answers: Answers) -> dict[str, str]:
    """Return what the order's fields demand of each other, by field name."""
    problems = order_investigations.check(form, answers)
    if bool(given(answers, "guarantor")) != bool(given(answers, "guarantor_type")):
        problems["guarantor"] = t("Skriv både hvem som skal betale, og hva slags betaler det er.")
    if _is_radiological(form) and not given(answers, "permission"):
        problems["permission"] = t("Velg om radiologen kan endre undersøkelsen.")
    return problems


def _writer(name: str, form: Callable[[], FormDescription]) -> Writer:
    return Writer(
        name,
        form,
        lambda answers, addressing: build(form(), answers, addressing),
        lambda document: answers_of(form(), document),
        lambda answers: check(form(), answers),
        lambda document: value(document.body, "ServReq/MsgDescr") in order_forms.DISCIPLINES[name],
    )


WRITERS = tuple(_writer(name, form) for name, form in order_forms.FORMS.items())
