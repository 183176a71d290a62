"""What the national acceptance criteria ask of the screen, each on documents of our own (criteria R9, R10, R28 …)."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_report_samples import FRAME, HAEMOGLOBIN, REPORT
from message_samples import altered, referral, request
from shown import hidden, pieces, section

from elmeld_tui.messages import service_report, views
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.views.plain import as_text
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.model.view import View

ORDER = "http://www.kith.no/xmlstds/rekvisisjon/2012-02-15"
DISCHARGE = "http://www.kith.no/xmlstds/epikrise/2012-02-15"
SICK_NOTE = "http://www.kith.no/xmlstds/HelseOpplysningerArbeidsuforhet/2013-10-01"
CERTIFICATE = "http://www.kith.no/xmlstds/legeerklaring/2008-06-06"
DIALOGUE = "http://www.kith.no/xmlstds/dialog/2006-10-11"
ICD, ICPC, NCRP = oid(7110), oid(7170), oid(7270)

PARTIES = """
<ServProvider><HCP><Inst><Name>Fjord sykehus</Name><Dept><Name>Kirurgisk poliklinikk</Name></Dept></Inst></HCP>
</ServProvider><Requester><HCP><Inst><Name>Fjellveien legesenter</Name></Inst></HCP></Requester>
<CopyDest><HCP><Inst><Name>Elvebakken legekontor</Name></Inst></HCP></CopyDest>
"""


def message(namespace: str, content: str) -> Document:
    head = "<GenDate V='2026-11-22T08:12:00'/><MsgId>1</MsgId>"
    return read(f"<Message xmlns='{namespace}'>{head}{content}</Message>".encode())


def enclosed(body: str, type_code: str) -> Document:
    info = f"<MsgInfo><Type V='{type_code}'/><MsgId>1</MsgId></MsgInfo>"
    content = f"<Document><RefDoc><MsgType V='XML'/><Content>{body}</Content></RefDoc></Document>"
    return read(
        f"<MsgHead xmlns='http://www.kith.no/xmlstds/msghead/2006-05-24'>{info}{content}</MsgHead>".encode()
    )


def order(content: str) -> Document:
    return message(ORDER, f"<ServReq><ServType V='N'/><MsgDescr V='MR'/><Id>9</Id>{content}</ServReq>")


DISCHARGE_SUMMARY = message(
    DISCHARGE,
    f"""<ServRprt><ServType V='N'/><Status V='F' DN='Endelig rapport'/><MsgDescr>Sykehusepikrise</MsgDescr>
    <Event><ReportedEvent><StartDateTime V='2026-11-01T09:00:00'/><EndDateTime V='2026-11-04'/></ReportedEvent>
    <Service><AdmCat V='1' DN='Heldøgnsopphold'/></Service>
    <InfItem><Observation><CodedDescr><Concept V='E11' S='{ICD}' DN='Diabetes type 2'/></CodedDescr></Observation>
    <Type V='B'/></InfItem>
    <InfItem><Observation><CodedDescr><Concept V='I33.0' S='{ICD}' DN='Endokarditt'/></CodedDescr></Observation>
    <Type V='H'/></InfItem>
    <InfItem><Observation><Description>Sulfa</Description></Observation><Type V='CAVE'/></InfItem>
    <InfItem><Medication><DrugId V='C03CA01' S='{oid(7180)}' DN='Furix'/><UnitDose V='20' U='mg'/>
    <DosageText>1 om morgenen</DosageText></Medication><Type V='MEDB'/></InfItem>
    <Comment><Heading V='OP' DN='Planer for videre oppfølging'/><TextResultValue>Kontroll hos fastlege</TextResultValue>
    </Comment></Event><Patient><Name>Testesen, Prøve</Name></Patient>{PARTIES}</ServRprt>""",
)
RADIOLOGY_ORDER = order(
    f"""<PaymentCat V='1' DN='Ordinær pasient'/><Patient><Name>Testesen, Prøve</Name>
    <InfItem><Observation><CodedDescr V='NOPAC' S='{oid(8210)}' DN='Ikke pacemaker'/></Observation>
    <Type V='NB'/></InfItem>
    <InfItem><Observation><CodedDescr V='INS' S='{oid(8209)}' DN='Insulinpumpe'/></Observation><Type V='NB'/></InfItem>
    </Patient>{PARTIES}<Comment><TextCode V='1' S='{oid(8274)}' DN='Tillatelse'/></Comment>
    <ReqInvestigation><ServType V='C'/><Priority V='3'/><Comment>Klaustrofobi</Comment>
    <Investigation><Id V='SNG0AG' S='{NCRP}' DN='MR Kne'/></Investigation>
    <Investigation><Id V='SNG0BB' S='{NCRP}' DN='MR Hofte'/></Investigation>
    <AnalysedSubject><CollectedSample><CollectedDate V='2026-11-20T07:15:00'/></CollectedSample><Type>Blod</Type>
    <IdByRequester>RØR-7</IdByRequester></AnalysedSubject></ReqInvestigation>"""
)
SICK = enclosed(
    f"""<HelseOpplysningerArbeidsuforhet xmlns='{SICK_NOTE}'><SyketilfelleStartDato>2026-11-01</SyketilfelleStartDato>
    <Arbeidsgiver><HarArbeidsgiver V='1'/><NavnArbeidsgiver>Fjord verft</NavnArbeidsgiver></Arbeidsgiver>
    <MedisinskVurdering><HovedDiagnose><Diagnosekode V='L84' S='{ICPC}' DN='Ryggsmerter'/></HovedDiagnose>
    <BiDiagnoser><Diagnosekode V='P76' S='{ICPC}' DN='Depresjon'/></BiDiagnoser></MedisinskVurdering>
    <Aktivitet><Periode><PeriodeFOMDato>2026-11-01</PeriodeFOMDato><PeriodeTOMDato>2026-11-14</PeriodeTOMDato>
    <AktivitetIkkeMulig><MedisinskeArsaker><Arsakskode V='2'/></MedisinskeArsaker></AktivitetIkkeMulig></Periode>
    <Periode><PeriodeFOMDato>2026-11-15</PeriodeFOMDato><PeriodeTOMDato>2026-11-30</PeriodeTOMDato>
    <GradertSykmelding><Sykmeldingsgrad>60</Sykmeldingsgrad></GradertSykmelding></Periode></Aktivitet>
    <UtdypendeOpplysninger><SpmGruppe><SpmGruppeId>6.3</SpmGruppeId><SpmGruppeTekst>Aktivitet</SpmGruppeTekst>
    <SpmSvar><SpmId>6.3.1</SpmId><SpmTekst>Hva hindrer?</SpmTekst><Restriksjon><Restriksjonskode V='A'/></Restriksjon>
    <SvarTekst>Smerter</SvarTekst></SpmSvar></SpmGruppe></UtdypendeOpplysninger>
    </HelseOpplysningerArbeidsuforhet>""",
    "SYKMELD",
)
CERTIFIED = enclosed(
    f"""<Legeerklaring xmlns='{CERTIFICATE}'><LegeerklaringGjelder typeLegeerklaring='4'/>
    <DiagnoseArbeidsuforhet arbeidsuforFra='2026-01-02'><DiagnoseKodesystem kodesystem='5'>
    <Enkeltdiagnose diagnose='Ryggsmerter' kodeverdi='L84' sortering='0'/></DiagnoseKodesystem>
    <StatusPresens>Stiv</StatusPresens></DiagnoseArbeidsuforhet>
    <ForslagTiltak tiltak='1'><AktueltTiltak typeTiltak='5'/></ForslagTiltak>
    <VurderingFunksjonsevne><Arbeidssituasjon arbeidssituasjon='3'/></VurderingFunksjonsevne>
    <Kontakt kontakt='2'/><ForbeholdLegeerklaring tilbakeholdInnhold='2'/></Legeerklaring>""",
    "LEGEERKL",
)
ANSWER = enclosed(
    f"""<Dialogmelding xmlns='{DIALOGUE}'><Notat><TemaKodet V='5' S='{oid(9069)}' DN='Svar på forespørsel'/>
    <TekstNotatInnhold>Ja, det kan hun.</TekstNotatInnhold><DatoNotat>2026-11-22</DatoNotat>
    <Foresporsel><TypeForesp V='1' S='{oid(9152)}'/><Sporsmal>Kan hun reise?</Sporsmal><Hastegrad V='1'/></Foresporsel>
    <RollerRelatertNotat><RoleToPatient V='6' DN='Fastlege'/><HealthcareProfessional><FamilyName>Nordfjord</FamilyName>
    <GivenName>Åse</GivenName></HealthcareProfessional></RollerRelatertNotat></Notat></Dialogmelding>""",
    "DIALOG_SVAR",
)
EVERY = {
    "discharge summary": DISCHARGE_SUMMARY,
    "order": RADIOLOGY_ORDER,
    "sick note": SICK,
    "certificate": CERTIFIED,
    "answer": ANSWER,
    "report": read(service_report.build(REPORT, FRAME)),
    "referral": referral(),
    "request": request(),
}


def values(view: View, title: str) -> dict[str, str]:
    return {field.label: field.value for field in section(view, title).fields}


@pytest.mark.parametrize("kind", EVERY)
def test_r9_all_a_message_says_is_shown_and_nothing_is_left_without_a_place(kind: str) -> None:
    assert hidden(EVERY[kind]) == []
    assert [one for one in views.view(EVERY[kind]).sections if one.title == "Øvrige opplysninger"] == []


def test_r9_an_order_says_what_on_which_sample_taken_when() -> None:
    table = section(views.view(RADIOLOGY_ORDER), "Ønskede undersøkelser").tables[0]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["Undersøkelse"] == "MR Kne\nMR Hofte"
    assert (row["Materiale"], row["Prøve tatt"], row["Prøve-id"]) == ("Blod", "20.11.2026 07:15", "RØR-7")
    assert (row["Endring"], row["Kommentar"]) == ("trukket tilbake", "Klaustrofobi")


def test_r9_contraindications_are_told_whether_they_hold_or_not_those_that_hold_first() -> None:
    told = section(views.view(RADIOLOGY_ORDER), "Kontraindikasjoner og forsiktighet").fields
    assert [(field.label, field.value) for field in told] == [
        ("Til stede", "Insulinpumpe"),
        ("Avkreftet", "Ikke pacemaker"),
    ]


def test_r9_a_sick_note_is_periods_with_kind_and_grade() -> None:
    view = views.view(SICK)
    table = section(view, "Perioder").tables[0]
    assert table.columns[:4] == ("Fra", "Til", "Sykmelding", "Grad")
    assert [row[:4] for row in table.rows] == [
        ("01.11.2026", "14.11.2026", "Full: aktivitet er ikke mulig", ""),
        ("15.11.2026", "30.11.2026", "Gradert", "60 %"),
    ]
    assert values(view, "Diagnoser og medisinsk vurdering") == {
        "Hoveddiagnose": "Ryggsmerter",
        "Bidiagnose": "Depresjon",
    }
    assert section(view, "6.3 Aktivitet").text == ("6.3.1 Hva hindrer?:\nSmerter\n(Skal ikke vises arbeidsgiver)",)


def test_r9_an_answer_stands_before_the_question_it_answers() -> None:
    titles = [one.title for one in views.view(ANSWER).sections]
    assert titles[:3] == ["Svar", "Fastlege", "Forespørselen det svares på"], "who answers stands with the answer"
    assert section(views.view(ANSWER), "Svar").text == ("Ja, det kan hun.",)
    assert values(views.view(ANSWER), "Forespørselen det svares på")["Spørsmål"] == "Kan hun reise?"


def test_r10_codes_in_attributes_are_told_in_words() -> None:
    view = views.view(CERTIFIED)
    assert values(view, "Legeerklæringen gjelder") == {"Gjelder": "Uførepensjon"}
    assert values(view, "Forslag til tiltak") == {"Tiltak er aktuelt": "ja", "Tiltak": "Yrkesrettet attføring"}
    assert values(view, "Ønsker kontakt med") == {"Kontakt": "Arbeidsgiver"}
    diagnosis = section(view, "Diagnose og sykdomsopplysninger").fields[1]
    assert (diagnosis.label, diagnosis.value, diagnosis.code) == ("Hoveddiagnose", "Ryggsmerter", "L84")
    assert diagnosis.codelist == "ICPC-2 (7170)"


def test_r10_a_code_without_words_gets_ours() -> None:
    assert values(views.view(ANSWER), "Forespørselen det svares på")["Hastegrad"] == "Øyeblikkelig hjelp"
    assert values(views.view(SICK), "Arbeidsgiver")["Arbeidsgivere"] == "Én arbeidsgiver"


def test_r10_the_system_of_a_diagnosis_is_named() -> None:
    shown = as_text(views.view(DISCHARGE_SUMMARY))
    assert "Endokarditt [ICD-10 I33.0]" in shown


@given(st.text("ABCXYZ0123456789", min_size=1, max_size=6))
def test_r10_an_unknown_code_is_shown_as_it_came_with_its_list(code: str) -> None:
    document = altered(referral(), ('V="T90"', f'V="Æ{code}"'), (' DN="Diabetes type 2"', ""))
    field = section(views.view(document), "Diagnose").fields[0]
    assert (field.value, field.codelist) == (f"Æ{code}", "ICPC-2 (7170)")
    assert f"Æ{code} [ICPC-2]" in as_text(views.view(document))


def with_analysis(analysis: CodedValue) -> View:
    return views.view(
        read(
            service_report.build(replace(REPORT, results=(replace(REPORT.results[0], analysis=analysis),)), FRAME)
        )
    )


def test_r28_a_result_whose_analysis_is_missing_says_so() -> None:
    table = section(with_analysis(CodedValue()), "Resultater").tables[0]
    assert table.rows[0][:2] == ("analyse ikke oppgitt", "10,2 g/dL")


def test_r28_an_analysis_without_a_code_is_shown_by_its_text() -> None:
    table = section(with_analysis(CodedValue(original_text="B-Noe lokalt")), "Resultater").tables[0]
    assert table.rows[0][0] == "B-Noe lokalt"


def test_r34_a_discharge_summary_is_headed_by_type_diagnosis_sender_and_time() -> None:
    view = views.view(DISCHARGE_SUMMARY)
    assert view.title == "Epikrise · Endokarditt"
    assert view.sections[1].title == "Sykehusepikrise"
    heading = values(view, "Sykehusepikrise")
    assert heading["Fra"] == "Fjord sykehus, Kirurgisk poliklinikk"
    assert heading["Opphold"] == "01.11.2026 09:00 – 04.11.2026"
    assert [one.title for one in view.sections[2:4]] == ["Diagnoser", "Cave-opplysninger"]
    assert [field.value for field in section(view, "Diagnoser").fields] == ["Endokarditt", "Diabetes type 2"]


def test_r34_a_treatment_note_is_called_one() -> None:
    note = altered(DISCHARGE_SUMMARY, ("Sykehusepikrise", "Behandlingsnotat"))
    assert views.view(note).title == "Behandlingsnotat · Endokarditt"


@pytest.mark.parametrize(
    ("discipline", "word"), [("MBIO", "Mikrobiologi"), ("HIST", "Histologi"), ("CT", "tomografi")]
)
def test_r34_the_title_of_a_report_names_its_discipline(discipline: str, word: str) -> None:
    view = views.view(read(service_report.build(replace(REPORT, discipline=discipline), FRAME)))
    assert word in view.title


def test_r34_a_radiology_report_is_headed_by_type_diagnosis_sender_copies_and_dates() -> None:
    report = replace(REPORT, discipline="CT", results=(replace(REPORT.results[2], text="Brudd", heading="DIAG"),))
    document = altered(
        read(service_report.build(report, FRAME)),
        ("</Requester>", "</Requester><CopyDest><HCP><Inst><Name>Elvebakken</Name></Inst></HCP></CopyDest>"),
        ("</TextResult>", "</TextResult><InvDate V='2026-11-19'/>"),
    )
    view = views.view(document)
    assert view.title == "Radiologisvar · Computertomografi · Brudd"
    heading = values(view, "Computertomografi")
    assert heading["Fra"] == "Fjord sykehus, Kirurgisk poliklinikk"
    assert (heading["Kopi til"], heading["Undersøkt"]) == ("Elvebakken", "19.11.2026")


def test_r34_earlier_answers_are_told_of_and_come_after_the_new() -> None:
    earlier = replace(REPORT.results[0], service_type="H", analysis=CodedValue("P", oid(7280), "P-Gammel"))
    view = views.view(read(service_report.build(replace(REPORT, results=(earlier, REPORT.results[0])), FRAME)))
    assert values(view, "Medisinsk biokjemi")["Tidligere svar"] == "1 vises etter de nye"
    assert [row[0] for row in section(view, "Resultater").tables[0].rows] == [HAEMOGLOBIN.text]
    assert section(view, "Tidligere svar").tables[0].rows[0][4] == "Endelig, tidligere svar"


def test_r34_several_reports_have_a_heading_each() -> None:
    result = "<ResultItem><NumResult><NumResultValue V='{}'/></NumResult></ResultItem>"
    one = f"<ServReport><MsgDescr V='{{}}'/><Patient>{result}</Patient></ServReport>"
    document = message(
        "http://www.kith.no/xmlstds/labsvar/2008-12-01", one.format("MBIO", 1) + one.format("CLIN", 2)
    )
    view = views.view(document)
    assert [part.title for part in view.sections if part.title.startswith("Svar ")] == [
        "Svar 1 av 2 · Mikrobiologi",
        "Svar 2 av 2 · Medisinsk biokjemi",
    ]


def test_r34_a_referral_leads_with_the_problem_then_the_diagnosis() -> None:
    view = views.view(referral())
    assert view.title == "Henvisning · Diabetes type 2"
    assert [one.title for one in view.sections[:3]] == ["Pasient", "Aktuell problemstilling", "Diagnose"]


def test_r36_formatted_text_is_rendered_and_forced_breaks_hold() -> None:
    formatted = "<div xmlns='http://www.w3.org/1999/xhtml'><p>Ett &amp; to</p><ul><li>tre</li></ul></div>"
    for written, shown in ((formatted, "Ett & to\n\n• tre"), ("fire&#13;&#10;fem", "fire\nfem")):
        view = views.view(altered(DISCHARGE_SUMMARY, ("Kontroll hos fastlege", written)))
        assert section(view, "Planer for videre oppfølging").text == (shown,)
        assert not [piece for piece in pieces(view) if "<p>" in piece]


def test_r37_resistance_without_its_finding_is_marked() -> None:
    view = views.view(read(service_report.build(replace(REPORT, results=(REPORT.results[3],)), FRAME)))
    shown = section(view, "Resistensbestemmelse")
    assert shown.tables[0].columns[1] == "ikke koblet til funn"
    assert shown.tables[0].rows[0][1] == "Resistent"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "1",
            (
                "Jeg ber om at radiologen endrer modalitet (undersøkelsesmetode) og eventuelt foretar supplerende "
                "undersøkelser hvor dette er medisinsk indisert."
            ),
        ),
        (
            "2",
            (
                "Jeg kan ikke anbefale at radiologen endrer modalitet (undersøkelsesmetode) og eventuelt foretar "
                "supplerende undersøkelser."
            ),
        ),
    ],
)
def test_r39_the_radiologists_permission_is_a_whole_sentence(code: str, sentence: str) -> None:
    document = altered(RADIOLOGY_ORDER, (f"V='1' S='{oid(8274)}'", f"V='{code}' S='{oid(8274)}'"))
    assert section(views.view(document), "Radiologens fullmakt").text == (sentence,)


def calls_for(document: Document) -> int:
    """Return how many calls it takes to view ``document``: what time would tell, were it always the same."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        views.view(document)
    finally:
        sys.setprofile(before)
    return count


RESULT = "<ResultItem><NumResult><NumResultValue V='1'/></NumResult><ServType V='H'/></ResultItem>"
DRUG = "<InfItem><Medication><DrugId V='a'/></Medication><Type V='MEDB'/></InfItem>"


@pytest.mark.parametrize(
    ("namespace", "before", "part", "after"),
    [
        (
            "http://www.kith.no/xmlstds/labsvar/2012-02-15",
            "<ServReport><Patient>",
            RESULT,
            "</Patient></ServReport>",
        ),
        (
            "http://www.kith.no/xmlstds/labsvar/2012-02-15",
            "<ServReport>",
            "<CopyDest><a>1</a></CopyDest>",
            "</ServReport>",
        ),
        ("http://www.kith.no/xmlstds/henvisning/2012-02-15", "<ServReq><Patient>", DRUG, "</Patient></ServReq>"),
        (
            ORDER,
            "<ServReq>",
            "<ReqInvestigation><Investigation><Id V='1'/></Investigation></ReqInvestigation>",
            "</ServReq>",
        ),
        (DISCHARGE, "<ServRprt>", "<Event><Comment><Heading V='x'/></Comment></Event>", "</ServRprt>"),
        ("urn:ukjent", "", "<a b='1'>2<Comment>3</Comment></a>", ""),
    ],
)
def test_a_view_costs_in_step_with_the_number_of_parts(namespace: str, before: str, part: str, after: str) -> None:
    few, many = (calls_for(message(namespace, f"{before}{part * count}{after}")) for count in (100, 400))
    assert many < 4.2 * few


def test_a_view_costs_in_step_with_the_depth_of_parts() -> None:
    def nested(depth: int) -> Document:
        items = f"{'<ResultItem>' * depth}<InvDate V='2026-11-22'/>{'</ResultItem>' * depth}"
        return message(
            "http://www.kith.no/xmlstds/labsvar/2012-02-15", f"<ServReport><Patient>{items}</Patient></ServReport>"
        )

    views.view(nested(10))
    assert calls_for(nested(200)) < 4.5 * calls_for(nested(50))


def test_numbers_come_before_what_is_told_about_them_and_words_after() -> None:
    numbers = replace(REPORT, results=REPORT.results[:2], comment="")
    view = views.view(read(service_report.build(numbers, FRAME)))
    titles = [one.title for one in view.sections]
    assert titles[1] == "Resultater"
    assert "Medisinsk biokjemi" in titles[2:]
    told = replace(REPORT, results=(replace(REPORT.results[2], results=()),), comment="")
    titles = [one.title for one in views.view(read(service_report.build(told, FRAME))).sections]
    assert titles[1] == "Medisinsk biokjemi"


def test_a_wrapper_around_the_message_is_shown_too() -> None:
    raw = request().raw.decode().partition("?>")[2]
    wrapped = f"<EI_fellesformat xmlns='urn:x'><Ekstra a='1'>sagt</Ekstra>{raw}</EI_fellesformat>"
    document = read(wrapped.encode())
    assert hidden(document) == []
    rest = section(views.view(document), "Øvrige opplysninger")
    assert [(field.label, field.value) for field in rest.fields] == [("Ekstra", "sagt"), ("Ekstra: a", "1")]
