"""The treatment note (behandlingsnotat): a short account of one contact, to whoever treats the patient.

It has no message type of its own. It travels as a discharge summary 1.2 that calls itself a treatment note, or, where
the receiver cannot accept that, as a note about the patient (DIALOG_NOTAT 1.0); both are written from the same
answers.
"""

from __future__ import annotations

from elmeld_tui.i18n import t
from elmeld_tui.messages import building, codelists, discharge_summary, hcp, msghead
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.answers import chosen, given, normal
from elmeld_tui.messages.discharge_summary import TREATMENT_NOTE
from elmeld_tui.messages.discharge_summary import answers as discharge_summary_answers
from elmeld_tui.messages.discharge_summary import form as discharge_summary_form
from elmeld_tui.messages.discharge_summary import version_1_2 as discharge_summary_1_2
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.parts import people
from elmeld_tui.messages.reading import text
from elmeld_tui.messages.treatment_note import wording as treatment_note_text
from elmeld_tui.messages.writer import Writer
from elmeld_tui.model.forms import Answers, FieldType, FormDescription, FormField
from elmeld_tui.model.kinds import DIALOGUE_1_0, DISCHARGE_1_2, Kind

# Where each running text goes in a discharge summary (8311).
_COMMENTS = {"text": "FO", "plan": "OP", "medication": "ME"}


def form() -> FormDescription:
    """What the composer of a treatment note asks for; it becomes a discharge summary 1.2."""
    return FormDescription(
        name="treatment-note",
        kind=Kind.DISCHARGE_SUMMARY,
        namespace=DISCHARGE_1_2,
        type_code="EPIKRISE",
        title=t("Behandlingsnotat"),
        fields=_fields(),
        saves_itself=True,
        family="treatment-note",
        profile="discharge-summary",
        changes="NMC",
        attachments=True,
        copies=True,
    )


def dialogue_form() -> FormDescription:
    """What the composer asks for where the note must travel as a dialogue: the same."""
    return FormDescription(
        name="treatment-note-dialogue",
        kind=Kind.DIALOGUE,
        namespace=DIALOGUE_1_0,
        type_code="DIALOG_NOTAT",
        title=t("Behandlingsnotat som notat"),
        fields=_fields(),
        saves_itself=True,
        family="treatment-note",
        profile="note",
        attachments=True,
        notes=(t("For mottakere som ikke kan ta imot epikrise."),),
    )


def _fields() -> tuple[FormField, ...]:
    return (
        FormField("contact_date", t("Dato for kontakten"), FieldType.DATE, required=True),
        discharge_summary_form.care_level(),
        *discharge_summary_form.diagnosis_fields(),
        FormField("text", t("Notat"), FieldType.TEXT, required=True),
        FormField("plan", t("Videre oppfølging"), FieldType.TEXT, help=t("Også hva fastlegen bes om å gjøre.")),
        FormField("medication", t("Legemidler"), FieldType.TEXT),
    )


def build(answers: Answers, addressing: Addressing) -> bytes:
    """Write a discharge summary 1.2 that calls itself a treatment note (HIS 80226:2014 §4, MsgDescr)."""
    summary = discharge_summary_1_2
    message, report = summary.write_report(addressing, "F", TREATMENT_NOTE)
    summary.write_referral(report, summary.answered_referral(addressing))
    event = summary.write_event(report, given(answers, "contact_date"), "", chosen(form(), answers, "care_level"))
    summary.write_diagnoses(event, answers)
    summary.write_comments(event, [(heading, given(answers, field)) for field, heading in _COMMENTS.items()])
    summary.finish_patient(summary.write_patient(report, addressing), addressing)
    summary.write_parties(report, addressing)
    people.write_provider(report, discharge_summary.RESPONSIBLE, addressing.writer)
    hcp.write_enclosures(report, addressing)
    return building.serialise(message)


def answers_of(document: Document) -> Answers:
    """Return the answers that `build` writes ``document`` from."""
    said = discharge_summary.parse(document)
    contact = discharge_summary_answers.event_answers(said.events[0]) if said.events else {}
    return normal(
        form(),
        {
            "contact_date": given(contact, "start")[:10],
            "care_level": given(contact, "care_level"),
            **discharge_summary_answers.diagnosis_answers(said),
            **discharge_summary_answers.comment_answers(said, _COMMENTS),
        },
    )


def build_dialogue(answers: Answers, addressing: Addressing) -> bytes:
    """Write a note about the patient (7321 = 1) whose subject says that it is a treatment note."""
    head, content = msghead.write_envelope(addressing, dialogue_form().type_code)
    note = building.section(building.section(content, "Dialogmelding", DIALOGUE_1_0), "Notat")
    building.cv(note, "TemaKodet", codelists.coded("7321", "1"))
    building.text(note, "Tema", TREATMENT_NOTE)
    building.text(note, "TekstNotatInnhold", treatment_note_text.write(normal(dialogue_form(), answers)))
    building.text(note, "DatoNotat", given(answers, "contact_date"))
    if person := addressing.sender.person:
        role = building.section(note, "RollerRelatertNotat")
        building.cv(role, "RolleNotat", codelists.coded("9057", "1"))
        msghead.write_professional(building.section(role, "HealthcareProfessional"), person, addressing.callback)
    return building.serialise(head)


def dialogue_answers_of(document: Document) -> Answers:
    """Return the answers that `build_dialogue` writes ``document`` from."""
    told = treatment_note_text.read(text(document.body, "Notat/TekstNotatInnhold"))
    return normal(dialogue_form(), {"contact_date": text(document.body, "Notat/DatoNotat"), **told})


def _is_note(document: Document) -> bool:
    return discharge_summary.is_treatment_note(discharge_summary.parse(document))


def _is_dialogue_note(document: Document) -> bool:
    return text(document.body, "Notat/Tema").casefold() == TREATMENT_NOTE.casefold()


WRITERS = (
    Writer("treatment-note", form, build, answers_of, treatment_note_text.check, _is_note),
    Writer(
        "treatment-note-dialogue",
        dialogue_form,
        build_dialogue,
        dialogue_answers_of,
        treatment_note_text.check,
        _is_dialogue_note,
    ),
)
