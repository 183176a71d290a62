"""Order (rekvisisjon 1.5 and 1.6; HIS 80821:2014) of laboratory and radiology services, read leniently.

Both versions are read by one reader: they differ in namespace, and in parts that a clinic's order does not have.
"""

from __future__ import annotations

from dataclasses import dataclass

from elmeld_tui.messages import codelists, hcp, nodes
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, coded, find, find_all, text, value
from elmeld_tui.messages.xhtml import plain_text
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.parties import Party

_CONTRAINDICATIONS = ("PAC", "NEV", "COC", "IVK", "MEY", "GR1")
"""What every MR order answers (8210), each with the code itself or with its opposite, ``NO`` before the code."""


NONE_KNOWN, OTHER_IMPLANT = "XXX", "ANN"
"""No contraindication is known; there is a magnetic implant of another kind (8210)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that was taken, or is to be taken; what is absent is empty.

    Attributes:
        material: coded (8351, 8216).
        material_text: the material in words.
        taken: 1 or 2 in 1101.
        collected: when it was taken, as the document writes it: a time, a day, a year.
        wanted: when it is wanted taken, in the same way.
        label: what the requester's tube says.
        provider_label: the performer's id, where one was given beforehand.
        preservation: what it is kept in.
        comment: on the sample, and of whoever took it.
        origin: where in the body it is from.
        number: how many there are.
        procedure: how it was taken (8275 in cytology).
        parts: samples within it.
    """

    material: CodedValue = NO_CODE
    material_text: str = ""
    taken: CodedValue = NO_CODE
    collected: str = ""
    wanted: str = ""
    label: str = ""
    provider_label: str = ""
    preservation: str = ""
    comment: str = ""
    origin: str = ""
    number: str = ""
    procedure: CodedValue = NO_CODE
    parts: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Investigation:
    """One thing that is to be examined: its codes (7280, 7270, 8219 …), first the main one, and what narrows them."""

    codes: tuple[CodedValue, ...]
    specifications: tuple[CodedValue, ...] = ()
    comment: str = ""
    priority: CodedValue = NO_CODE

    @property
    def code(self) -> CodedValue:
        """The main code, or the text that stands for one."""
        return self.codes[0] if self.codes else NO_CODE


@dataclass(frozen=True, slots=True)
class Request:
    """Investigations that are asked for together, and the samples they are to be made in.

    Attributes:
        service_type: N, M, C, H or A (8270).
        purpose: in 8248.
        wanted: when, as the document writes it.
        priority: in 8304, older 7303; empty where the order's own counts.
        comment: on the request.
        investigations: in document order; may be empty, and then only the samples or the comment tell.
        samples: in document order.
    """

    service_type: str
    purpose: CodedValue
    wanted: str
    priority: CodedValue
    comment: str
    investigations: tuple[Investigation, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A heading (8231 of a reason, 8234 of a comment, 8233 of information) with text, code, or both.

    ``since`` is the day or time an information item is told of, as the document writes it.
    """

    heading: CodedValue
    text: str
    code: CodedValue = NO_CODE
    since: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What an order asks and tells; what is absent is empty.

    Attributes:
        id: of the document, constant over change, addition and cancel; the answer refers to it.
        provider_id: the performer's own id of it, where one was given beforehand (S22).
        service_type: N, M, A or C (7309).
        discipline: in 8202: ``CLIN``, ``MBIO``, ``RTG`` …
        payment: payer category (4101).
        guarantor: kind and name of who pays; both empty where the document names none.
        priority: of the answer (8304, older 7303).
        report_wanted: when the answer is wanted, as the document writes it.
        comment: on the order itself, e.g. what a change changes.
        escort: in 8247.
        reservations: in 3108.
        reasons: clinical question, diagnosis …, in document order.
        comments: in document order, without the radiologist's permission.
        information: of the patient, in document order, without what an MR order says of metal and the like.
        permission: in 8274: may the radiologist change the modality; its text in the list is the fixed sentence.
        positive: MR contraindications that are there (8210), some with words.
        negative: MR contraindications that are not there (8210).
        precautions: at MR (8209).
        requests: in document order.
        copies: who else gets the order.
        responsible: who asks for it (REK); None where the document names none.
    """

    id: str
    provider_id: str
    service_type: str
    discipline: CodedValue
    payment: CodedValue
    guarantor: tuple[str, str]
    priority: CodedValue
    report_wanted: str
    comment: str
    escort: CodedValue
    reservations: tuple[CodedValue, ...]
    reasons: tuple[Statement, ...]
    comments: tuple[Statement, ...]
    information: tuple[Statement, ...]
    permission: CodedValue
    positive: tuple[Statement, ...]
    negative: tuple[Statement, ...]
    precautions: tuple[Statement, ...]
    requests: tuple[Request, ...]
    copies: tuple[Party, ...]
    responsible: Party | None


def parse(document: Document) -> Order:
    """Read an order of either version, leniently."""
    root = find(document.root, "ServReq")
    patient = find(root, "Patient")
    comments = [_statement(one) for one in find_all(root, "Comment")]
    permissions = [one for one in comments if _is_in(one.code, "8274")]
    information = [_information(one) for one in find_all(patient, "InfItem")]
    warned = [one for one in information if _is_in(one.code, "8210", "8209")]
    contraindications = [one for one in warned if _is_contraindication(one.code)]
    payer = find(root, "PaymentResponsible")
    named = hcp.read_party(nodes.of(find(payer, "HCP")))
    return Order(
        id=text(root, "Id"),
        provider_id=text(root, "ServProvId"),
        service_type=value(root, "ServType"),
        discipline=coded(root, "MsgDescr"),
        payment=coded(root, "PaymentCat"),
        guarantor=(text(payer, "TypeGuarantor"), named.name if named else ""),
        priority=coded(root, "RequestedPrioReport"),
        report_wanted=value(root, "RequestedDateReport"),
        comment=text(root, "ReqComment"),
        escort=coded(root, "EscortRequired"),
        reservations=tuple(coded(one) for one in find_all(root, "Reservation")),
        reasons=tuple(_statement(one) for one in find_all(root, "ReasonAsText")),
        comments=tuple(one for one in comments if one not in permissions),
        information=tuple(one for one in information if one not in warned),
        permission=permissions[0].code if permissions else NO_CODE,
        positive=tuple(one for one in contraindications if not _is_negative(one.code)),
        negative=tuple(one for one in contraindications if _is_negative(one.code)),
        precautions=tuple(one for one in warned if one not in contraindications),
        requests=tuple(_request(one) for one in find_all(root, "ReqInvestigation")),
        copies=tuple(party for party in document.header.receivers if party.role == "COP"),
        responsible=hcp.read_party(nodes.of(find(patient, "ResponsibleHcp/HCP"))),
    )


def _is_in(code: CodedValue, *lists: str) -> bool:
    return codelists.number_of(code.system) in lists


def _is_contraindication(code: CodedValue) -> bool:
    # Senders, the official examples among them, put another implant in the list of precautions.
    return _is_in(code, "8210") or code.value == OTHER_IMPLANT


def _is_negative(code: CodedValue) -> bool:
    return code.value == NONE_KNOWN or code.value in map(opposite, _CONTRAINDICATIONS)


def opposite(contraindication: str) -> str:
    """Return the code that says that a contraindication (8210) is not there."""
    return f"NO{contraindication}"


def _statement(element: Element) -> Statement:
    return Statement(
        coded(element, "Heading"), plain_text(find(element, "TextResultValue")), coded(element, "TextCode")
    )


def _information(element: Element) -> Statement:
    told = [plain_text(find(element, "Observation/Description")), text(element, "Observation/Comment")]
    return Statement(
        coded(element, "Type"),
        "\n".join(filter(None, told)),
        coded(element, "Observation/CodedDescr"),
        value(element, "StartDateTime"),
    )


def _request(element: Element) -> Request:
    return Request(
        service_type=value(element, "ServType"),
        purpose=coded(element, "Purpose"),
        wanted=value(element, "ReqDate"),
        priority=coded(element, "Priority"),
        comment=text(element, "Comment"),
        investigations=tuple(
            Investigation(
                tuple(coded(code) for code in find_all(one, "Id")),
                tuple(coded(code) for code in find_all(one, "Spec")),
                text(one, "Comment"),
                coded(one, "Priority"),
            )
            for one in find_all(element, "Investigation")
        ),
        samples=tuple(_sample(one) for one in find_all(element, "AnalysedSubject")),
    )


def _sample(element: Element) -> Sample:
    remarks = [text(element, "CollectedSample/CollectorComment"), text(element, "Comment")]
    return Sample(
        material=coded(element, "TypeCoded"),
        material_text=text(element, "Type"),
        taken=coded(element, "SampleCollInd"),
        collected=value(element, "CollectedSample/CollectedDate")
        or value(element, "CollectedStudyProduct/ProducedDate"),
        wanted=value(element, "RequestedSubject/ReqDate"),
        label=text(element, "IdByRequester"),
        provider_label=text(element, "IdByServProv"),
        preservation=text(element, "PreservMaterial"),
        comment="\n".join(filter(None, remarks)),
        origin=text(element, "AnatomicalOrigin"),
        number=text(element, "Number"),
        procedure=coded(element, "SampleCollProc"),
        parts=tuple(_sample(one) for one in find_all(element, "AnalysedSubject")),
    )
