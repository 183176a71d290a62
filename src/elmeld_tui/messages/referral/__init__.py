"""The referral (henvisning) as content, read from any version: 1.0, 1.1, 2.0, and the onward referral of 2.0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from elmeld_tui.messages import msghead
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.nodes import Tree
from elmeld_tui.messages.parts import information, people, prose
from elmeld_tui.messages.parts.information import Information
from elmeld_tui.messages.reading import Element, MaybeElement, coded, day, find, find_all, text, value
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.parties import Professional


@dataclass(frozen=True, slots=True)
class NextOfKin:
    """Next of kin or guardian; ``relation`` is of 9033, ``care`` of 9050, ``nearest`` None where not told."""

    relation: CodedValue
    care: CodedValue
    person: Professional
    nearest: bool | None
    remark: str


@dataclass(frozen=True, slots=True)
class Interpreting:
    """Help to communicate: the language an interpreter is needed in (3303), hearing, sight; None where not told."""

    language: CodedValue
    hearing_loss: bool | None
    sight_loss: bool | None
    remark: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent to the referral (9064), when and by whom."""

    status: CodedValue
    given: date | None
    given_by: str
    remark: str


@dataclass(frozen=True, slots=True)
class IndividualPlan:
    """Whether there is a plan and a coordinator; None where not told."""

    exists: bool | None
    coordinator: bool | None
    remark: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the first hospital found when it assessed the referral it now sends onward.

    Attributes:
        dates: by kind (9147), as received.
        free_choice: the patient chose the hospital.
        waiting_ended: why the waiting time ended (8445).
        pathway_id: of the course, constant between hospitals.
        entitled: to health care.
        outcome: of the assessment (8485).
    """

    dates: tuple[tuple[CodedValue, date | None], ...]
    free_choice: bool | None
    waiting_ended: CodedValue
    pathway_id: str
    entitled: bool | None
    outcome: CodedValue


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document that is sent, or not, apart from this one."""

    what: CodedValue
    sent: bool | None
    on: date | None
    to: str
    remark: str


@dataclass(frozen=True, slots=True)
class Referral:
    """What a referral asks and tells; what is absent is empty.

    Attributes:
        id: of the document, constant over change and cancel.
        service_type: N, M or C (7309).
        urgency: of the requested service (8306).
        content: what is wanted (8455).
        wanted_date: None where the referrer leaves it open.
        comment: on the requested service.
        remark: on the referral itself; of a change or a cancellation, why.
        payment: category (4101).
        diagnoses: the first is the main one.
        reasons: running text by heading (8231), in document order.
        information: clinical facts (8233), in document order.
        precautions: what whoever treats the patient must beware of.
        referrer: who refers (8254 HHE).
        gp: the patient's general practitioner.
        wanted_practitioner: whom the patient or the referrer wishes.
        wanted_place: where.
        assessment: of an onward referral.
        pathways: codes of a standardised pathway (8480) with remarks, of an onward referral.
    """

    id: str
    service_type: str
    urgency: CodedValue
    content: CodedValue
    wanted_date: date | None
    comment: str
    remark: str
    payment: CodedValue
    diagnoses: tuple[CodedValue, ...]
    reasons: tuple[tuple[CodedValue, str], ...]
    information: tuple[Information, ...]
    precautions: tuple[str, ...]
    referrer: Professional | None
    gp: Professional | None
    wanted_practitioner: Professional | None
    wanted_place: Professional | None
    next_of_kin: tuple[NextOfKin, ...]
    interpreting: tuple[Interpreting, ...]
    consents: tuple[Consent, ...]
    plan: IndividualPlan | None
    assessment: Assessment | None
    pathways: tuple[tuple[CodedValue, str], ...]
    sent_documents: tuple[SentDocument, ...]


WANTED_PLACE = "Ønsket behandlingssted"
"""Remark that says why a referral 2.0 names a unit (HIS 1207 §5)."""


def parse(document: Document) -> Referral:
    """Read a referral of any version, leniently."""
    request = find(document.body, "ServReq")
    own_root = request is not None
    root = request if request is not None else document.body
    # What own-root messages keep with the patient, referral 2.0 keeps in the document.
    about = find(root, "Patient") if own_root else root
    people_told = _people_1(about) if own_root else _people_2(root)
    assessed = find(root, "VurderingAvHenvisning")
    plan = find(root, "OpplysningerOmIndividuellPlan")
    return Referral(
        id=document.header.document_id,
        service_type=document.header.service_type,
        urgency=coded(root, "ReqServ/Priority"),
        content=coded(root, "MsgDescr") or coded(root, "TypeInnholdIMelding/TypeInnhold"),
        wanted_date=day(value(root, "ReqServ/ReqDate")),
        comment=text(root, "ReqServ/Comment"),
        remark=text(root, "ReqComment"),
        payment=coded(root, "PaymentCat"),
        diagnoses=tuple(coded(one, "Concept") for one in find_all(root, "Diagnosis")),
        reasons=tuple(
            (coded(one, "Heading"), prose.read(find(one, "TextResultValue")))
            for one in find_all(root, "ReasonAsText")
        ),
        information=tuple(information.parse(one) for one in find_all(about, "InfItem")),
        precautions=tuple(text(one, "Precaution") for one in find_all(about, "PatientPrecaution")),
        referrer=people_told["referrer"],
        gp=people_told["gp"],
        wanted_practitioner=people_told["wanted_practitioner"],
        wanted_place=people_told["wanted_place"],
        next_of_kin=tuple(_next_of_kin(one) for one in find_all(about, "ParorendeForesatt")),
        interpreting=tuple(
            _interpreting(one)
            for place in ("AssistertKommunikasjon", "InfoAssistertKommunikasjon/AssistertKommunikasjon")
            for one in find_all(about, place)
        ),
        consents=tuple(_consent(one) for one in find_all(about, "Consent")),
        plan=_plan(plan) if plan is not None else None,
        assessment=_assessment(assessed) if assessed is not None else None,
        pathways=tuple(
            (coded(one, "Pakkeforlopskode"), text(one, "Merknad")) for one in find_all(root, "Pakkeforlop")
        ),
        sent_documents=tuple(_sent_document(one) for one in find_all(root, "SendtDokument")),
    )


RELATIONS = {"referrer": "HHE", "gp": "FLE", "wanted_practitioner": "OEB", "wanted_place": "OES"}
"""What own-root referrals call each of them (8254)."""


def _people_1(patient: MaybeElement) -> dict[str, Professional | None]:
    return {
        name: people.as_professional(people.related(patient, "PatRelHCP", relation))
        for name, relation in RELATIONS.items()
    }


def _people_2(body: Element) -> dict[str, Professional | None]:
    unit = next(
        (one for one in find_all(body, "TilknyttetEnhet") if text(one, "Merknad") == WANTED_PLACE),
        None,
    )
    place = find(unit, "Kontaktenhet")
    return {
        "referrer": _referrer_2(body),
        "gp": _contact(body, "6"),
        "wanted_practitioner": _contact(body, "23"),
        "wanted_place": _unit(place) if place is not None else None,
    }


def _referrer_2(body: Element) -> Professional | None:
    for one in find_all(body, "AnsvarForRapport"):
        person = find(one, "AnsvarligRapport")
        if person is not None and value(one, "TypeRelasjon") in {"HHE", ""}:
            return msghead.read_professional(Tree(person).top)
    return None


def _contact(body: Element, role: str) -> Professional | None:
    for one in find_all(body, "KontaktpersonHelsepersonell/Kontaktperson"):
        if value(one, "RoleToPatient") == role:
            return msghead.read_professional(Tree(one).top)
    return None


def _unit(element: Element) -> Professional:
    unit = msghead.read_unit(Tree(element).top)
    return Professional(family_name=unit.name, idents=unit.idents, telecoms=unit.telecoms)


def _next_of_kin(element: Element) -> NextOfKin:
    person = find(element, "Referanseperson")
    return NextOfKin(
        relation=coded(element, "Slektskap"),
        care=coded(element, "Omsorgsfunksjon"),
        person=msghead.read_professional(Tree(person).top) if person is not None else Professional(),
        nearest=_flag(element, "NarmesteParorende"),
        remark=text(element, "Merknad"),
    )


def _interpreting(element: Element) -> Interpreting:
    return Interpreting(
        language=coded(element, "BehovTolkSprak"),
        hearing_loss=_flag(element, "Horselsvikt"),
        sight_loss=_flag(element, "Synsvikt"),
        remark=text(element, "Merknad"),
    )


def _consent(element: Element) -> Consent:
    return Consent(
        status=coded(element, "ConsentStatus"),
        given=day(text(element, "ConsentDate")),
        given_by=text(element, "GivenBy"),
        remark=text(element, "Merknad"),
    )


def _plan(element: Element) -> IndividualPlan:
    return IndividualPlan(
        exists=_flag(element, "IndividuellPlanForeligger"),
        coordinator=_flag(element, "KoordinatorOppnevnt"),
        remark=text(element, "Merknad"),
    )


def _assessment(element: Element) -> Assessment:
    dates = find_all(element, "DatoMottakOgVurdering")
    return Assessment(
        dates=tuple((coded(one, "TypeDato"), day(text(one, "Dato"))) for one in dates),
        free_choice=_flag(element, "Opplysninger/FrittSykehusvalg"),
        waiting_ended=coded(element, "Opplysninger/VentetidSluttkode"),
        pathway_id=text(element, "Opplysninger/ForlopsId"),
        entitled=_flag(element, "Opplysninger/RettTilHelsehjelp"),
        outcome=coded(element, "Opplysninger/UtfallAvVurdering"),
    )


def _sent_document(element: Element) -> SentDocument:
    return SentDocument(
        what=coded(element, "Opplysning"),
        sent=_flag(element, "JaNei"),
        on=day(text(element, "DatoSendt")),
        to=text(element, "NavnMottaker"),
        remark=text(element, "Merknad"),
    )


_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def _flag(element: Element, path: str) -> bool | None:
    return _FLAGS.get(text(element, path))
