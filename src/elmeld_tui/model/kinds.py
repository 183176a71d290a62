"""The kinds of message, and what the standards say of each type: AppRec version, words.

Kind and version come from the body's namespace, never from ``MsgInfo/Type`` (real senders put old type codes in
new namespaces). Source: HITS 1168:2016 §8 (AppRec version).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from elmeld_tui.i18n import t


class Kind(StrEnum):
    """What a message is. The values are stable names in the command line's JSON."""

    REFERRAL = "referral"
    DISCHARGE_SUMMARY = "discharge_summary"
    DIALOGUE = "dialogue"
    ORDER = "order"
    SERVICE_REPORT = "service_report"
    SICK_NOTE = "sick_note"
    MEDICAL_CERTIFICATE = "medical_certificate"
    APPREC = "apprec"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Form:
    """One version of one kind: what its namespace means.

    Attributes:
        kind: what it is.
        version: the published version, as HITS 1210 wants it beside the namespace (``1.1``).
        namespace: of the body (the first document's content for a MsgHead message).
        apprec: version of the AppRec that answers it, ``1.0`` or ``1.1``; None where it is never answered.
        in_msghead: whether the body travels inside MsgHead 1.2 or is its own root.
    """

    kind: Kind
    version: str
    namespace: str
    apprec: str | None
    in_msghead: bool


MSGHEAD = "http://www.kith.no/xmlstds/msghead/2006-05-24"
APPREC_1_0 = "http://www.kith.no/xmlstds/apprec/2004-11-21"
APPREC_1_1 = "http://www.kith.no/xmlstds/apprec/2012-02-15"
DIALOGUE_1_0 = "http://www.kith.no/xmlstds/dialog/2006-10-11"
DIALOGUE_1_1 = "http://www.kith.no/xmlstds/dialog/2013-01-23"
REFERRAL_1_0 = "http://www.kith.no/xmlstds/henvisning/2005-07-08"
REFERRAL_1_1 = "http://www.kith.no/xmlstds/henvisning/2012-02-15"
REFERRAL_2_0 = "http://ehelse.no/xmlstds/henvisning/2017-11-30"
DISCHARGE_1_1 = "http://www.kith.no/xmlstds/epikrise/2006-09-23"
DISCHARGE_1_2 = "http://www.kith.no/xmlstds/epikrise/2012-02-15"
ORDER_1_5 = "http://www.kith.no/xmlstds/rekvisisjon/2008-12-01"
ORDER_1_6 = "http://www.kith.no/xmlstds/rekvisisjon/2012-02-15"
REPORT_1_3 = "http://www.kith.no/xmlstds/labsvar/2008-12-01"
REPORT_1_4 = "http://www.kith.no/xmlstds/labsvar/2012-02-15"
SICK_NOTE_2013 = "http://www.kith.no/xmlstds/HelseOpplysningerArbeidsuforhet/2013-10-01"
CERTIFICATE_2008 = "http://www.kith.no/xmlstds/legeerklaring/2008-06-06"

FORMS: dict[str, Form] = {
    form.namespace: form
    for form in (
        Form(Kind.DIALOGUE, "1.0", DIALOGUE_1_0, "1.0", in_msghead=True),
        Form(Kind.DIALOGUE, "1.1", DIALOGUE_1_1, "1.1", in_msghead=True),
        Form(Kind.REFERRAL, "1.0", REFERRAL_1_0, "1.0", in_msghead=False),
        Form(Kind.REFERRAL, "1.1", REFERRAL_1_1, "1.1", in_msghead=False),
        Form(Kind.REFERRAL, "2.0", REFERRAL_2_0, "1.1", in_msghead=True),
        Form(Kind.DISCHARGE_SUMMARY, "1.1", DISCHARGE_1_1, "1.0", in_msghead=False),
        Form(Kind.DISCHARGE_SUMMARY, "1.2", DISCHARGE_1_2, "1.1", in_msghead=False),
        Form(Kind.ORDER, "1.5", ORDER_1_5, "1.0", in_msghead=False),
        Form(Kind.ORDER, "1.6", ORDER_1_6, "1.1", in_msghead=False),
        Form(Kind.SERVICE_REPORT, "1.3", REPORT_1_3, "1.0", in_msghead=False),
        Form(Kind.SERVICE_REPORT, "1.4", REPORT_1_4, "1.1", in_msghead=False),
        Form(Kind.SICK_NOTE, "2013-10-01", SICK_NOTE_2013, "1.0", in_msghead=True),
        Form(Kind.MEDICAL_CERTIFICATE, "2008-06-06", CERTIFICATE_2008, "1.0", in_msghead=True),
        Form(Kind.APPREC, "1.0", APPREC_1_0, None, in_msghead=False),
        Form(Kind.APPREC, "1.1", APPREC_1_1, None, in_msghead=False),
    )
}
"""Every body namespace this program knows by name."""

CITIZEN_DIALOGUE = "DIALOG_INNBYGGER_"
"""What the type codes of dialogue with the citizen begin with (HIS 1176)."""


def type_name(type_code: str, kind: Kind, title: str = "") -> str:
    """Return what a user calls a message of this type (code list 8279), in the user's language.

    The words of the standard's own profiles; «Dialogmelding» itself is never shown (HISD 80903). A note that is sent
    as a discharge summary is called what it calls itself, by its ``title``.
    """
    if kind is Kind.DISCHARGE_SUMMARY and (own := _NOTES.get(title.strip().casefold())):
        return own()
    if type_code.startswith(CITIZEN_DIALOGUE):
        return _TYPE_NAMES.get(type_code, lambda: t("Dialog med innbygger"))()
    return _TYPE_NAMES.get(type_code, _KIND_NAMES[kind])()


def is_note(title: str) -> bool:
    """Return whether a discharge summary with this ``title`` (MsgDescr) carries a note."""
    return title.strip().casefold() in _NOTES


_NOTES = {"behandlingsnotat": lambda: t("Behandlingsnotat"), "poliklinisk notat": lambda: t("Poliklinisk notat")}

_KIND_NAMES = {
    Kind.REFERRAL: lambda: t("Henvisning"),
    Kind.DISCHARGE_SUMMARY: lambda: t("Epikrise"),
    Kind.DIALOGUE: lambda: t("Dialog"),
    Kind.ORDER: lambda: t("Rekvisisjon"),
    Kind.SERVICE_REPORT: lambda: t("Svarrapport"),
    Kind.SICK_NOTE: lambda: t("Sykmelding"),
    Kind.MEDICAL_CERTIFICATE: lambda: t("Legeerklæring"),
    Kind.APPREC: lambda: t("Applikasjonskvittering"),
    Kind.UNKNOWN: lambda: t("Ukjent melding"),
}

_TYPE_NAMES = {
    "DIALOG_FORESPORSEL": lambda: t("Forespørsel"),
    "DIALOG_SVAR": lambda: t("Svar på forespørsel"),
    "DIALOG_NOTAT": lambda: t("Notat"),
    "DIALOG_AVVIK": lambda: t("Avvik"),
    "DIALOG_HELSEFAGLIG": lambda: t("Helsefaglig dialog"),
    "DIALOG_STATUS_HENVISNING": lambda: t("Status på henvisning"),
    "DIALOG_TIL_ARKIVERING": lambda: t("Til arkivering"),
    "TILBAKEMELD": lambda: t("Tilbakemelding på henvisning"),
    "DIALOG_INNBYGGER_EKONSULTASJON": lambda: t("E-konsultasjon"),
    "DIALOG_INNBYGGER_EKONTAKT": lambda: t("E-kontakt"),
    "DIALOG_INNBYGGER_RESEPTFORNYELSE": lambda: t("Reseptfornyelse"),
    "DIALOG_INNBYGGER_TIMERESERVASJON": lambda: t("Timereservasjon"),
    "DIALOG_INNBYGGER_TIMEONSKE": lambda: t("Timeønske"),
    "DIALOG_INNBYGGER_TIMEONSKEUNGDOM": lambda: t("Timeønske fra ungdom"),
    "DIALOG_INNBYGGER_TIMER": lambda: t("Dialog om time"),
    "DIALOG_INNBYGGER_AVTALEUTSENDING": lambda: t("Timeavtale"),
    "DIALOG_INNBYGGER_KOORDINATOR": lambda: t("Dialog med koordinator"),
    "DIALOG_INNBYGGER_TJENESTEOVERSIKT": lambda: t("Tjenesteoversikt"),
    "DIALOG_INNBYGGER_HREG_MELDE_FEIL": lambda: t("Feil i registeropplysninger"),
    "DIALOG_INNBYGGER_TEST": lambda: t("Kommunikasjonstest"),
    "HENVISNING": lambda: t("Henvisning"),
    "HENVISNING_NYTILSTAND": lambda: t("Henvisning"),
    "HENVISNING_VIDERE": lambda: t("Viderehenvisning"),
    "EPIKRISE": lambda: t("Epikrise"),
    "REQ_LAB": lambda: t("LAB-rekvisisjon"),
    "REQ_RTG": lambda: t("Radiologirekvisisjon"),
    "REQ_KKL": lambda: t("Rekvisisjon, medisinsk biokjemi"),
    "REQ_MBIO": lambda: t("Rekvisisjon, mikrobiologi"),
    "REQ_CYT": lambda: t("Rekvisisjon, cytologi"),
    "REQ_HIST": lambda: t("Rekvisisjon, histologi"),
    "SVAR_LAB": lambda: t("LAB-resultat"),
    "SVAR_RTG": lambda: t("Radiologisvar"),
    "SVAR_KKL": lambda: t("Svar, medisinsk biokjemi"),
    "SVAR_MBIO": lambda: t("Svar, mikrobiologi"),
    "SVAR_CYT": lambda: t("Svar, cytologi"),
    "SVAR_HIST": lambda: t("Svar, histologi"),
    "SYKMELD": lambda: t("Sykmelding"),
    "LEGEERKL": lambda: t("Legeerklæring"),
    "INNLEGGELSESRAPPORT": lambda: t("Innleggelsesrapport"),
    "UTSKRIVNINGSRAPPORT": lambda: t("Utskrivningsrapport"),
    "HELSEOPPL_SOKNAD": lambda: t("Helseopplysninger ved søknad"),
    "HELSEOPPLYSNINGER_LEGE": lambda: t("Helseopplysninger til lege"),
    "MEDISINSKE_OPPLYSNINGER": lambda: t("Medisinske opplysninger"),
    "ORIENTERING_TJENESTETILBUD": lambda: t("Orientering om tjenestetilbud"),
    "LOG_INNLAGT": lambda: t("Melding om innlagt pasient"),
    "LOG_UTSKRIVNINGSKLAR": lambda: t("Melding om utskrivningsklar pasient"),
    "LOG_AVMELDING": lambda: t("Avmelding av utskrivningsklar pasient"),
    "LOG_UTSKREVET": lambda: t("Melding om utskrevet pasient"),
    "LOG_DOD": lambda: t("Orientering om dødsfall"),
    "EPJ-EKSTRAKT": lambda: t("Journalinnhold"),
}
"""List 8279; a code from before it (H, E, R, S) is named by its kind."""


def known_type(code: str) -> bool:
    """Return whether a message type is in list 8279, the receipt with it."""
    return code in _TYPE_NAMES or code == "APPREC"
