"""A sick note as the doctor and NAV read it: how long and how much, why, and what was asked and answered."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages.nodes import Node, find, find_all, value
from elmeld_tui.messages.views import frame, shapes, tables
from elmeld_tui.messages.views.placing import Placing
from elmeld_tui.messages.views.tables import at
from elmeld_tui.model.view import Field, Section

# What each part of the note is headed, in the order it is read; what is not named comes after, as it stands.
_PARTS = {
    "Arbeidsgiver": lambda: t("Arbeidsgiver"),
    "Prognose": lambda: t("Prognose"),
    "Tiltak": lambda: t("Tiltak"),
    "Oppfolgingsplan": lambda: t("Oppfølgingsplan"),
    "MeldingTilNav": lambda: t("Melding til NAV"),
    "MeldingTilArbeidsgiver": lambda: t("Melding til arbeidsgiver"),
    "KontaktMedPasient": lambda: t("Kontakt med pasienten"),
    "Behandler": lambda: t("Behandler"),
    "Pasient": lambda: t("Pasientopplysninger i sykmeldingen"),
    "AvsenderSystem": lambda: t("Avsendersystem"),
}


def content(placing: Placing, body: Node) -> list[Section]:
    """Place a HelseOpplysningerArbeidsuforhet."""
    found = [*_periods(placing, body), *_assessment(placing, find(body, "MedisinskVurdering"))]
    for name in ("Arbeidsgiver", "Prognose"):
        found += _part(placing, body, name)
    found += _questions(placing, find_all(body, "UtdypendeOpplysninger/SpmGruppe"))
    for name in _PARTS:
        found += _part(placing, body, name)
    return [*found, *frame.the_rest(placing, body.children, t("Om sykmeldingen"))]


def _part(placing: Placing, body: Node, name: str) -> list[Section]:
    section = shapes.section(placing, find_all(body, name), _PARTS[name]())
    return [section] if section else []


def _periods(placing: Placing, body: Node) -> list[Section]:
    periods = find_all(body, "Aktivitet/Periode")
    columns = (
        (t("Fra"), at("PeriodeFOMDato")),
        (t("Til"), at("PeriodeTOMDato")),
        (t("Sykmelding"), _kind),
        (t("Grad"), _grade),
    )
    table = tables.table(placing, periods, columns, t("Opplysninger"))
    start = find(body, "SyketilfelleStartDato")
    fields = (placing.field(start),) if start is not None else ()
    return [Section(t("Perioder"), fields=fields, tables=(table,) if table else ())] if fields or table else []


_KINDS = {
    "AvventendeSykmelding": lambda: t("Avventende"),
    "GradertSykmelding": lambda: t("Gradert"),
    "AktivitetIkkeMulig": lambda: t("Full: aktivitet er ikke mulig"),
    "Behandlingsdager": lambda: t("Behandlingsdager"),
    "Reisetilskudd": lambda: t("Reisetilskudd"),
}


def _kind(placing: Placing, period: Node) -> str:
    kinds = []
    for child in period.children:
        if child.name in _KINDS:
            kinds.append(_KINDS[child.name]())
            if child.name == "Reisetilskudd" and value(child) == "true":
                placing.mark(child)
    return ", ".join(kinds)


def _grade(placing: Placing, period: Node) -> str:
    grade = at("GradertSykmelding/Sykmeldingsgrad")(placing, period)
    days = at("Behandlingsdager/AntallBehandlingsdagerUke")(placing, period)
    parts = (f"{grade} %" if grade else "", t("{days} dager i uken", days=days) if days else "")
    return ", ".join(part for part in parts if part)


def _assessment(placing: Placing, assessment: Node | None) -> list[Section]:
    """The diagnoses by their weight, then other causes and what else the doctor judged."""
    if assessment is None:
        return []
    found = [placing.field(one, t("Hoveddiagnose")) for one in find_all(assessment, "HovedDiagnose/Diagnosekode")]
    found += [placing.field(one, t("Bidiagnose")) for one in find_all(assessment, "BiDiagnoser/Diagnosekode")]
    rest = shapes.members(placing, assessment.children)
    return [shapes.laid_out(t("Diagnoser og medisinsk vurdering"), [*found, *rest])] if found or rest else []


def _questions(placing: Placing, groups: list[Node]) -> list[Section]:
    """What NAV asks, each question with its answer; who may not see an answer is said beside it."""
    found = []
    for group in groups:
        title = " ".join(placing.value(find(group, name)) for name in ("SpmGruppeId", "SpmGruppeTekst")).strip()
        paragraphs = tuple(_answer(placing, answer) for answer in find_all(group, "SpmSvar"))
        rest = tuple(shapes.members(placing, group.children))
        found.append(Section(title or t("Utdypende opplysninger"), fields=rest, text=paragraphs))
    return found


def _answer(placing: Placing, answer: Node) -> str:
    asked = " ".join(placing.value(find(answer, name)) for name in ("SpmId", "SpmTekst")).strip()
    hidden = at("Restriksjon/Restriksjonskode")(placing, answer)
    told = placing.value(find(answer, "SvarTekst"))
    rest: list[Field] = shapes.members(placing, answer.children)
    lines = (
        f"{asked}:" if asked else "",
        told,
        f"({hidden})" if hidden else "",
        *(f"{field.label}: {field.value}" for field in rest),
    )
    return "\n".join(line for line in lines if line)
