"""What the composers of dialogue between health services ask for (HIS 80603, HISD 80903, HIS 1077)."""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.messages.answers import chosen, given
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import DIALOGUE_1_0, DIALOGUE_1_1, Kind


def professional() -> FormDescription:
    """Professional dialogue (helsefaglig dialog 1.1; HIS 1077:2017 ch. 4-5)."""
    return FormDescription(
        name="dialogue",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_1,
        type_code="DIALOG_HELSEFAGLIG",
        title=t("Helsefaglig dialog"),
        fields=(
            FormField("theme", t("Tema"), FieldType.CHOICE, required=True, choices=codelists.entries("7322")),
            FormField("subject", t("Emne"), FieldType.LINE, required=True),
            FormField("text", t("Tekst"), FieldType.TEXT, required=True),
            FormField(
                "contact_profession",
                t("Yrkesgruppe hos mottaker"),
                FieldType.CHOICE,
                choices=codelists.entries("9060"),
                help=t("Hvem hos mottaker henvendelsen er til."),
            ),
            FormField("contact_name", t("Kontaktperson hos mottaker"), FieldType.LINE),
        ),
        saves_itself=False,
        family="dialogue",
        profile="professional",
        attachments=True,
    )


def request() -> FormDescription:
    """A request (DIALOG_FORESPORSEL 1.0; HIS 1151:2006)."""
    return FormDescription(
        name="request",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_FORESPORSEL",
        title=t("Forespørsel"),
        fields=(
            FormField(
                "type", t("Hva gjelder det"), FieldType.CHOICE, required=True, choices=codelists.entries("9152")
            ),
            FormField(
                "question", t("Spørsmål"), FieldType.TEXT, help=t("Må fylles ut når forespørselen gjelder annet.")
            ),
            FormField("urgency", t("Hastegrad"), FieldType.CHOICE, choices=codelists.default_first("9067", "9")),
            FormField("purpose", t("Formål"), FieldType.CHOICE, choices=codelists.default_first("9068", "9")),
            FormField("reason", t("Begrunnelse"), FieldType.TEXT),
            FormField(
                "journal_info",
                t("Ønsket journalinformasjon"),
                FieldType.LINE,
                help=t("For eksempel epikrise, siste prøvesvar eller hele journalen."),
            ),
            FormField("from_date", t("Fra dato"), FieldType.DATE, help=t("Tidsrommet det spørres om.")),
            FormField("to_date", t("Til dato"), FieldType.DATE),
        ),
        saves_itself=False,
        family="dialogue",
        profile="request",
        attachments=True,
    )


def check_request(answers: Answers) -> dict[str, str]:
    """Return what the request's fields demand of each other, by field name (HISD 80903)."""
    problems = {}
    if chosen(request(), answers, "type").value == "99" and not given(answers, "question"):
        problems["question"] = t("Skriv spørsmålet når forespørselen gjelder annet.")
    start, end = given(answers, "from_date"), given(answers, "to_date")
    if start and end and start > end:
        problems["to_date"] = t("Til dato er før fra dato.")
    return problems


def answer() -> FormDescription:
    """An answer to a request (DIALOG_SVAR 1.0; HIS 1151:2006); its theme is fixed and not shown (HISD 80903)."""
    return FormDescription(
        name="answer",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_SVAR",
        title=t("Svar på forespørsel"),
        fields=(
            FormField("text", t("Svar"), FieldType.TEXT, required=True),
            FormField("remark", t("Merknad"), FieldType.TEXT),
        ),
        saves_itself=False,
        family="dialogue",
        profile="answer",
        answers_a_message=True,
        attachments=True,
    )


def note() -> FormDescription:
    """A note about a patient, asked for by nobody (DIALOG_NOTAT 1.0)."""
    return FormDescription(
        name="note",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_NOTAT",
        title=t("Notat"),
        fields=(
            FormField("theme", t("Tema"), FieldType.CHOICE, required=True, choices=codelists.entries("7321")),
            FormField("subject", t("Emne"), FieldType.LINE),
            FormField("text", t("Tekst"), FieldType.TEXT, required=True),
            FormField("remark", t("Merknad"), FieldType.TEXT),
        ),
        saves_itself=False,
        family="dialogue",
        profile="note",
        attachments=True,
        copies=True,
    )


def deviation() -> FormDescription:
    """A fault in a message that was received and accepted (DIALOG_AVVIK 1.0; HIS 1152:2006)."""
    return FormDescription(
        name="deviation",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_AVVIK",
        title=t("Avvik"),
        fields=(
            FormField(
                "theme", t("Hva er feil"), FieldType.CHOICE, required=True, choices=codelists.entries("8117")
            ),
            FormField("text", t("Beskrivelse"), FieldType.TEXT, required=True),
        ),
        saves_itself=False,
        family="dialogue",
        profile="deviation",
        answers_a_message=True,
        patient_optional=True,
        notes=(
            t("Avvik meldes om feil i en melding som er mottatt og godtatt, ikke ved faglig uenighet."),
            t("Skriv ikke mer om pasienten enn avsenderen trenger for å finne feilen."),
        ),
    )
