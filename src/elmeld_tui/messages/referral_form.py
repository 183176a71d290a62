"""What a composer of a referral asks, whichever version it becomes, and the answers that a referral is written from.

The content is that of HIS 1207:2018 ch. 4-5 and HISD 1032:2011: what a general practitioner fills in first stands first.
"""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists, information, medication, people
from elmeld_tui.messages.answers import given, given_all, members
from elmeld_tui.messages.information import Information
from elmeld_tui.messages.referral import NextOfKin, Referral
from elmeld_tui.model.codes import NO_CODE, CodedValue
from elmeld_tui.model.forms import NO, YES, Answers, FieldType, FormField
from elmeld_tui.model.parties import Professional, ident_of

DIAGNOSES = ("ICPC-2", "ICD-10")

# Where each running text goes: heading of a reason (8231) or type of an information item (8233).
REASONS = {"reason": "PROB", "social": "FA", "expected": "UTRED"}
INFORMATION = {"history": "ANAM", "findings": "FUNN", "medication": "MEDB", "cave": "CAVE", "considerations": "NB"}

# The further headings and types, which a group of their own asks for; diagnoses have fields already.
_HEADINGS = ("FO", "VU", "FU", "HJ", "IP", "UP", "BG", "MAAL", "SVU", "KF", "RU", "MU", "BUP-HG", "BUP-BM")
_TYPES = ("ART", "TB", "US", "OPIN", "MPRS", "PRS", "SYMP", "SM", "SYKM", "OPPL", "PROG", "GBEH", "GOPL", "B")

GP_REFERS, NO_GP = "sender", "none"
"""Answers to who the general practitioner is, where no other is named."""


def fields(status_list: str, *, newest: bool) -> tuple[FormField, ...]:
    """Return the questions of a referral.

    Args:
        status_list: code list of how a medicine is used.
        newest: whether it becomes a 2.0, which has room for more, and wants a number wherever it names somebody.
    """
    return (
        *_first(),
        medication.field(status_list),
        *_clinical(),
        FormField("wanted_date", t("Ønsket tid"), FieldType.DATE),
        FormField("comment", t("Merknad"), FieldType.TEXT),
        _sections(),
        information.field(_TYPES),
        FormField(
            "considerations",
            t("Spesielle hensyn"),
            FieldType.TEXT,
            help=t("For eksempel transport, ledsager eller smitte."),
        ),
        *_people(newest=newest),
        *_patient(newest=newest),
        FormField(
            "remark",
            t("Om henvisningen"),
            FieldType.TEXT,
            help=t("Når den endres eller trekkes tilbake: skriv hvorfor."),
        ),
    )


def _first() -> tuple[FormField, ...]:
    return (
        FormField("urgency", t("Hastegrad"), FieldType.CHOICE, required=True, choices=codelists.entries("8306")),
        FormField("content", t("Gjelder"), FieldType.CHOICE, required=True, choices=codelists.entries("8455")),
        FormField(
            "diagnosis",
            t("Diagnose"),
            FieldType.CODE,
            repeats=True,
            codelists=DIAGNOSES,
            help=t("Den første er hoveddiagnosen."),
        ),
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
    )


def _clinical() -> tuple[FormField, ...]:
    return (
        FormField("cave", t("Cave"), FieldType.TEXT, help=t("Skriv også når ingen er kjent.")),
        FormField("social", t("Familie og sosialt"), FieldType.TEXT),
        FormField("expected", t("Forventet utredning eller behandling"), FieldType.TEXT),
    )


def _sections() -> FormField:
    return FormField(
        "sections",
        t("Flere overskrifter"),
        FieldType.GROUP,
        repeats=True,
        fields=(
            FormField(
                "heading",
                t("Overskrift"),
                FieldType.CHOICE,
                choices=tuple(codelists.coded("8231", code) for code in _HEADINGS),
            ),
            FormField("text", t("Tekst"), FieldType.TEXT, required=True),
        ),
    )


def _people(*, newest: bool) -> tuple[FormField, ...]:
    place = (
        FormField("name", t("Navn"), FieldType.LINE, required=True),
        FormField("her_id", t("HER-id"), FieldType.LINE, required=newest),
    )
    nearest = FormField("nearest", t("Nærmeste pårørende"), FieldType.FLAG)
    return (
        FormField(
            "gp_is",
            t("Fastlege"),
            FieldType.CHOICE,
            choices=(
                CodedValue(GP_REFERS, text=t("Den som henviser, når ingen annen er oppgitt")),
                CodedValue(NO_GP, text=t("Pasienten har ingen fastlege")),
            ),
        ),
        people.professional_field("gp", t("Annen fastlege"), with_hpr=newest),
        FormField(
            "next_of_kin",
            t("Pårørende"),
            FieldType.GROUP,
            repeats=True,
            fields=(
                FormField(
                    "relation", t("Relasjon"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("9033"))
                ),
                FormField("family_name", t("Etternavn"), FieldType.LINE, required=True),
                FormField("given_name", t("Fornavn"), FieldType.LINE),
                FormField("phone", t("Telefon"), FieldType.LINE),
                *((nearest,) if newest else ()),
                FormField("remark", t("Merknad"), FieldType.LINE),
            ),
        ),
        FormField("wanted_place", t("Ønsket behandlingssted"), FieldType.GROUP, fields=place),
        people.professional_field("wanted_practitioner", t("Ønsket behandler"), with_hpr=newest),
    )


def _patient(*, newest: bool) -> tuple[FormField, ...]:
    plan = (
        FormField(
            "plan",
            t("Individuell plan"),
            FieldType.GROUP,
            fields=(
                FormField("exists", t("Pasienten har individuell plan"), FieldType.FLAG),
                FormField("coordinator", t("Koordinator er oppnevnt"), FieldType.FLAG),
                FormField("remark", t("Merknad"), FieldType.LINE),
            ),
        ),
    )
    return (
        FormField(
            "interpreter",
            t("Tolk eller annen hjelp til å forstå"),
            FieldType.GROUP,
            fields=(
                FormField(
                    "language",
                    t("Tolk i språket"),
                    FieldType.CHOICE,
                    choices=(NO_CODE, *codelists.entries("3303")),
                ),
                FormField("hearing_loss", t("Nedsatt hørsel"), FieldType.FLAG),
                FormField("sight_loss", t("Nedsatt syn"), FieldType.FLAG),
                FormField("remark", t("Merknad"), FieldType.LINE),
            ),
        ),
        *(plan if newest else ()),
        FormField("consent", t("Samtykke"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("9064"))),
        FormField("consent_date", t("Dato for samtykke"), FieldType.DATE),
        FormField("consent_by", t("Samtykke gitt av"), FieldType.LINE),
        FormField("payment", t("Betaling"), FieldType.CHOICE, choices=(NO_CODE, *codelists.entries("4101"))),
    )


def check(answers: Answers) -> dict[str, str]:
    """Return what the referral's fields demand of each other, by field name."""
    found = {}
    if not given_all(answers, "diagnosis") and not given(answers, "diagnosis_text"):
        found["diagnosis"] = t("Velg en diagnose, eller skriv den i klartekst.")
    if given(answers, "urgency") == "PK" and given(answers, "content") == "11":
        found["content"] = t("Et pakkeforløp er en henvisning til utredning, ikke et spørsmål om råd.")
    if given(answers, "gp_is") == NO_GP and members(answers, "gp"):
        found["gp_is"] = t("Det er oppgitt en fastlege under.")
    for field in ("consent_date", "consent_by"):
        if given(answers, field) and not given(answers, "consent"):
            found[field] = t("Velg hva slags samtykke det er.")
    return (
        found
        | medication.check(answers)
        | information.check(answers)
        | people.check(answers, "gp", "next_of_kin", "wanted_place", "wanted_practitioner")
    )


def diagnoses(answers: Answers) -> list[CodedValue]:
    """Return the diagnoses as they are written: coded ones with list and text, the last in words alone."""
    found = [codelists.answer(one) for one in given_all(answers, "diagnosis")]
    if words := given(answers, "diagnosis_text"):
        found.append(CodedValue(original_text=words))
    return found


def reasons(answers: Answers) -> list[tuple[str, str]]:
    """Return heading (8231) and text of everything that is running text, in the order it is written."""
    own = [(heading, given(answers, field)) for field, heading in REASONS.items()]
    more = [(given(one, "heading") or _HEADINGS[0], given(one, "text")) for one in members(answers, "sections")]
    return [(heading, words) for heading, words in (*own, *more) if words]


def facts(answers: Answers) -> list[tuple[str, Answers]]:
    """Return type (8233) and answers (text, start, end) of every fact in words, in the order it is written."""
    own: list[tuple[str, Answers]] = [
        (kind, {"text": given(answers, field)}) for field, kind in INFORMATION.items() if given(answers, field)
    ]
    return [*own, *((given(one, "type") or _TYPES[0], one) for one in members(answers, "information"))]


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
    facts_told = [(one.type.value, _in_words(one)) for one in said.information if one.medication is None]
    interpreting, plan = said.interpreting[:1], said.plan
    consent = said.consents[0] if said.consents else None
    answers: Answers = {
        "urgency": said.urgency.value,
        "content": said.content.value,
        "diagnosis": list(coded),
        "diagnosis_text": in_words,
        "drugs": [medication.answers_of(one.medication) for one in said.information if one.medication],
        "wanted_date": said.wanted_date.isoformat() if said.wanted_date else "",
        "comment": said.comment,
        "sections": [
            {"heading": code, "text": words} for code, words in reasons_told if code not in REASONS.values()
        ],
        "information": [
            information.answers_of(one)
            for one in said.information
            if one.medication is None and one.type.value not in INFORMATION.values()
        ],
        "gp_is": GP_REFERS if said.gp else NO_GP,
        "gp": [] if _is_same(said.gp, said.referrer) else people.answers_of(said.gp),
        "next_of_kin": [_kin_answers(one) for one in said.next_of_kin],
        "wanted_place": _place_answers(said.wanted_place),
        "wanted_practitioner": people.answers_of(said.wanted_practitioner),
        "interpreter": [
            {
                "language": one.language.value,
                "hearing_loss": _FLAGS[one.hearing_loss],
                "sight_loss": _FLAGS[one.sight_loss],
                "remark": one.remark,
            }
            for one in interpreting
        ],
        "consent": consent.status.value if consent else "",
        "consent_date": consent.given.isoformat() if consent and consent.given else "",
        "consent_by": consent.given_by if consent else "",
        "payment": said.payment.value,
        "remark": said.remark,
    }
    if plan:
        answers["plan"] = [
            {"exists": _FLAGS[plan.exists], "coordinator": _FLAGS[plan.coordinator], "remark": plan.remark}
        ]
    return answers | _joined(REASONS, reasons_told) | _joined(INFORMATION, facts_told)


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
    return {
        "relation": said.relation.value,
        "family_name": said.person.family_name,
        "given_name": said.person.given_name,
        "phone": phones[0].removeprefix("tel:") if phones else "",
        **({"nearest": _FLAGS[said.nearest]} if said.nearest is not None else {}),
        "remark": said.remark,
    }


def _place_answers(place: Professional | None) -> list[Answers]:
    return [{"name": place.name, "her_id": ident_of(place.idents, "HER")}] if place else []
