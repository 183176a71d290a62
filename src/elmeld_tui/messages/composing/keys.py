"""The keys of the object a message is composed from, as data: read both by what checks it and by what describes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.model.codes import CodedValue
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.identifiers import NationalIdKind
from elmeld_tui.model.kinds import FORMS


class Shape(StrEnum):
    """What stands at a key."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    FLAG = "flag"
    OBJECT = "object"
    LIST = "list"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an object.

    Attributes:
        name: as it is written.
        label: what stands there, in the user's language.
        shape: of the value; ``LIST`` is a list of objects.
        required: whether the object is nothing without it.
        pattern: of a text, a regular expression for the whole of it.
        choices: of a text, the values it can have.
        keys: of an object, or of each object in a list.
    """

    name: str
    label: str
    shape: Shape = Shape.TEXT
    required: bool = False
    pattern: str = ""
    choices: tuple[CodedValue, ...] = ()
    keys: tuple[Key, ...] = ()


HER_ID = "[0-9]{1,9}"
HPR_NUMBER = "[0-9]{7,9}"
ORGANISATION_NUMBER = "[0-9]{9}"
ELEVEN_DIGITS = "[0-9]{11}"
MEDIA_TYPE = r"[a-z]+/[A-Za-z0-9.+-]+"


def frame(form: FormDescription) -> tuple[Key, ...]:
    """Return the keys of the object that a message of ``form`` is composed from."""
    keys = [
        Key("profile", t("Hvilket av slagets skjemaer"), choices=(CodedValue(form.profile, text=form.title),)),
        Key("sender", t("Avsender; med --data-dir ellers klinikken"), Shape.OBJECT, keys=party()),
        Key("receiver", t("Mottaker; med --reply-to ellers den som skrev"), Shape.OBJECT, keys=party()),
        Key("patient", t("Pasient; med --reply-to ellers den meldingen gjelder"), Shape.OBJECT, keys=patient()),
        Key("test", t("Om meldingen merkes som test"), Shape.FLAG),
        Key("answers", t("Svar på skjemaet"), Shape.ANSWERS, required=True),
    ]
    if FORMS[form.namespace].in_msghead:
        keys.append(Key("conversation", t("Samtalen meldingen hører til"), Shape.OBJECT, keys=thread()))
    if len(form.changes) > 1:
        keys += [
            Key("change", t("Ny, endring eller kansellering"), choices=changes(form)),
            Key("document_id", t("Dokumentets id, ved endring eller kansellering"), pattern=r"\S+"),
            Key("issued", t("Når dokumentet først ble utstedt"), Shape.TIME),
        ]
    if form.copies:
        keys.append(Key("copies", t("Kopimottakere"), Shape.LIST, keys=party()))
    if form.attachments:
        keys.append(Key("attachments", t("Vedlegg"), Shape.LIST, keys=attachment()))
    return tuple(keys)


def changes(form: FormDescription) -> tuple[CodedValue, ...]:
    """Return the service types (7309) a message of ``form`` can be sent with, the usual one first."""
    return tuple(codelists.coded("7309", code) for code in form.changes)


def party() -> tuple[Key, ...]:
    """Return the keys of a sender or receiver: the unit, and below it a service or a person (HIS 1153-2 AD2.1)."""
    her_id = Key("her_id", t("HER-id i Adresseregisteret"), pattern=HER_ID)
    number = Key("organisation_number", t("Organisasjonsnummer"), pattern=ORGANISATION_NUMBER)
    name = Key("name", t("Navn"))
    return (
        her_id,
        Key("organisation", t("Virksomhet"), Shape.OBJECT, keys=(name, her_id, number)),
        Key("service", t("Tjeneste"), Shape.OBJECT, keys=(name, her_id)),
        Key("person", t("Person; hos avsender den som skriver"), Shape.OBJECT, keys=_person(her_id)),
    )


def _person(her_id: Key) -> tuple[Key, ...]:
    return (
        *_names(),
        Key("profession", t("Kategori helsepersonell"), choices=codelists.entries("9060")),
        Key("hpr_number", t("HPR-nummer"), pattern=HPR_NUMBER),
        Key("national_id", t("Fødselsnummer eller D-nummer"), pattern=ELEVEN_DIGITS),
        her_id,
        Key("phone", t("Telefon")),
    )


def _names() -> tuple[Key, ...]:
    return (
        Key("given_name", t("Fornavn")),
        Key("middle_name", t("Mellomnavn")),
        Key("family_name", t("Etternavn")),
    )


def patient() -> tuple[Key, ...]:
    """Return the keys of a patient."""
    kinds = tuple(kind for kind in NationalIdKind if kind is not NationalIdKind.HNR)
    return (
        *_names(),
        Key("birth_date", t("Fødselsdato"), Shape.DATE),
        Key("sex", t("Kjønn"), choices=codelists.entries("3101")),
        Key("national_id", t("Fødselsnummer, D-nummer eller felles hjelpenummer"), pattern=ELEVEN_DIGITS),
        Key("id_type", t("Type nummer"), choices=tuple(codelists.coded("8116", kind) for kind in kinds)),
        Key("h_number", t("H-nummer, gyldig der det er laget")),
        Key("street", t("Gateadresse")),
        Key("postal_code", t("Postnummer"), pattern="[0-9]{4}"),
        Key("city", t("Poststed")),
        Key("phone", t("Telefon")),
    )


def thread() -> tuple[Key, ...]:
    """Return the keys of a ConversationRef (HIS 80601 §4.1)."""
    return (
        Key("parent", t("MsgId til meldingen det svares på"), required=True, pattern=r"\S+"),
        Key("start", t("MsgId til den første i samtalen"), pattern=r"\S+"),
    )


def attachment() -> tuple[Key, ...]:
    """Return the keys of an attachment, whose content stands in it or in a file (HIS 1036 ch. 4)."""
    return (
        Key("description", t("Beskrivelse"), required=True),
        Key("mime", t("Medietype"), required=True, pattern=MEDIA_TYPE),
        Key("content", t("Innholdet som base64")),
        Key("file", t("Fil med innholdet; veien går fra svarfilens mappe")),
    )
