"""A medical certificate to NAV (legeerklæring, HIS 80805:2008) under the headings of the paper form.

Much of it is attributes whose codes belong to no list; their meaning is defined here (HIS 80805 §4.4).
"""

from __future__ import annotations

from collections.abc import Callable

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find_all
from elmeld_tui.messages.views import frame, labels, shapes, values
from elmeld_tui.messages.views.placing import Placing, readable
from elmeld_tui.model.view import Field, Section

Word = Callable[[], str]

_YES_NO: dict[str, Word] = {"1": lambda: t("ja"), "2": lambda: t("nei")}
_WHEN: dict[str, Word] = {"1": lambda: t("nå"), "2": lambda: t("senere")}
_SYSTEMS: dict[str, tuple[str, str]] = {
    "1": ("ICPC", ""),
    "3": ("ICD-10", "ICD-10 (7110)"),
    "4": ("ICPC-1", ""),
    "5": ("ICPC-2", "ICPC-2 (7170)"),
}

_MEANINGS: dict[str, dict[str, Word]] = {
    "typeLegeerklaring": {
        "1": lambda: t("Sykmelding utover 8 uker"),
        "2": lambda: t("Rehabiliteringspenger"),
        "3": lambda: t("Yrkesrettet attføring"),
        "4": lambda: t("Uførepensjon"),
    },
    "kontakt": {
        "1": lambda: t("Behandlende lege"),
        "2": lambda: t("Arbeidsgiver"),
        "3": lambda: t("Arbeidskontor"),
        "4": lambda: t("Basisgruppe"),
        "5": lambda: t("Annen instans"),
    },
    "typeTiltak": {
        "1": lambda: t("Kjøp av helsetjenester"),
        "2": lambda: t("Reisetilskudd"),
        "3": lambda: t("Aktiv sykmelding"),
        "4": lambda: t("Hjelpemidler på arbeidsplassen"),
        "5": lambda: t("Yrkesrettet attføring"),
        "6": lambda: t("Friskmelding til arbeidsformidling"),
        "7": lambda: t("Annet tiltak"),
    },
    "arbeidssituasjon": {
        "1": lambda: t("Inntektsgivende arbeid"),
        "2": lambda: t("Hjemmeværende"),
        "3": lambda: t("Student"),
        "4": lambda: t("Annet"),
    },
    "narGjenopptaArbeid": _WHEN,
    "narTaAnnetArbeid": _WHEN,
    **dict.fromkeys(
        (
            "bedreArbeidsevne",
            "borVurderes",
            "flereArbeidsforhold",
            "gjenopptaArbeid",
            "onskesKopi",
            "primartArbeidsforhold",
            "taAnnetArbeid",
            "tilbakeholdInnhold",
            "tiltak",
        ),
        _YES_NO,
    ),
}

# The parts of the form in its order, and what each is headed.
_PARTS: tuple[tuple[str, Word], ...] = (
    ("LegeerklaringGjelder", lambda: t("Legeerklæringen gjelder")),
    ("DiagnoseArbeidsuforhet", lambda: t("Diagnose og sykdomsopplysninger")),
    ("PlanUtredBehandle", lambda: t("Plan for utredning og behandling")),
    ("ForslagTiltak", lambda: t("Forslag til tiltak")),
    ("VurderingFunksjonsevne", lambda: t("Funksjons- og arbeidsevne")),
    ("Prognose", lambda: t("Prognose")),
    ("ArsakssammenhengLegeerklaring", lambda: t("Årsakssammenheng")),
    ("AndreOpplysninger", lambda: t("Andre opplysninger")),
    ("Kontakt", lambda: t("Ønsker kontakt med")),
    ("ForbeholdLegeerklaring", lambda: t("Forbehold")),
    ("Pasientopplysninger", lambda: t("Pasientopplysninger i erklæringen")),
)


def content(placing: Placing, body: Node) -> list[Section]:
    """Place a Legeerklaring."""
    found = []
    for name, title in _PARTS:
        placed = [field for node in find_all(body, name) for field in _fields(placing, node)]
        if placed:
            found.append(shapes.laid_out(title(), placed))
    return [*found, *frame.the_rest(placing, body.children, t("Om dokumentet"))]


def _fields(placing: Placing, node: Node) -> list[Field]:
    """The attributes of an element in words, its own text, and the same of all in it."""
    if node.name == "DiagnoseKodesystem":
        return _diagnoses(placing, node)
    found = [_attribute(placing, node, name) for name in node.attributes if _is_said(node, name)]
    found += values.names(placing, node)
    if not node.children:
        own = placing.field(node)
        return [*found, own] if own.value else found
    return [
        *found,
        *(field for child in node.children if child not in placing.placed for field in _fields(placing, child)),
    ]


def _is_said(node: Node, name: str) -> bool:
    return bool(node.attributes[name].strip()) and not name.startswith("{")


def _attribute(placing: Placing, node: Node, name: str) -> Field:
    placing.tell(node, frozenset({name}))
    written = node.attributes[name].strip()
    meaning = _MEANINGS.get(name, {}).get(written)
    # The code stays at hand behind its word.
    return Field(labels.attribute(name), meaning() if meaning else readable(written), written if meaning else "")


def _diagnoses(placing: Placing, node: Node) -> list[Field]:
    """Each diagnosis with its code and system; the one sorted first is the main one."""
    placing.tell(node, frozenset({"kodesystem"}))
    written = node.attributes.get("kodesystem", "")
    name, codelist = _SYSTEMS.get(written, (written, ""))
    found = []
    for one in find_all(node, "Enkeltdiagnose"):
        placing.tell(one, frozenset({"diagnose", "kodeverdi", "sortering"}))
        attributes = one.attributes
        code, order = attributes.get("kodeverdi", ""), attributes.get("sortering", "")
        label = t("Hoveddiagnose") if order == "0" else t("Diagnose {number}", number=order)
        found.append(Field(label, attributes.get("diagnose", "") or code, code, codelist or name))
    found.append(Field(t("Kodeverk"), name, written if name != written else ""))
    return [*found, *shapes.members(placing, node.children)]
