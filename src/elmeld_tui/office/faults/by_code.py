"""What the other side's codes mean: AppRec (8221, 8222), MessageError, SOAP Fault, bounces and certificates."""

from __future__ import annotations

from elmeld_tui.engine.remedies import Act
from elmeld_tui.i18n import t
from elmeld_tui.office.faults.advice import Advice

_ANEW = (Act.RECREATE, Act.HANDLED)
_AGAIN = (Act.RESEND, Act.RECREATE, Act.HANDLED)


def _fault_of_programs() -> str:
    return t(
        "Feilen ligger i programmene, ikke i det du skrev. Opprett meldingen på nytt. Avvises den igjen, så ring "
        "mottakeren, og meld feilen til den som har ansvar for systemet."
    )


def _sign_anew() -> str:
    return t("Opprett meldingen på nytt, så den blir signert på nytt. Kontroller smartkortet om det skjer igjen.")


def _other_receiver() -> str:
    return t("Søk opp mottakeren på nytt i adresseregisteret, og opprett meldingen på nytt til den rette.")


def _mend_patient() -> str:
    return t("Kontroller pasientens opplysninger, rett dem, og opprett meldingen på nytt.")


def _ask_them() -> str:
    return t(
        "Les hva mottakeren skriver, rett det, og opprett meldingen på nytt. Er det uklart, så ring mottakeren."
    )


APPREC: dict[str, Advice] = {
    "T01": Advice(lambda: t("Mottakerens system kunne ikke lese meldingen."), _fault_of_programs, _ANEW),
    "T02": Advice(lambda: t("Meldingen er ikke bygd slik standarden krever."), _fault_of_programs, _ANEW),
    "T10": Advice(
        lambda: t("Mottakeren kan ikke ta imot denne typen melding."),
        lambda: t(
            "Opprett den på nytt til en annen mottaker, eller send det på en annen måte: ring, eller på papir."
        ),
        _ANEW,
    ),
    "T99": Advice(lambda: t("Noe er galt med hvordan meldingen er bygd."), _fault_of_programs, _ANEW),
    "S01": Advice(lambda: t("Den personlige signaturen på meldingen holdt ikke."), _sign_anew, _ANEW),
    "S02": Advice(
        lambda: t("Sertifikatet meldingen er signert med, er ikke gyldig."),
        lambda: t(
            "Signer med et gyldig smartkort: opprett meldingen på nytt. Er kortet utløpt, må det fornyes først."
        ),
        _ANEW,
    ),
    "S03": Advice(
        lambda: t("Sertifikatet meldingen er signert med, er sperret."),
        lambda: t("Kortet kan ikke brukes mer. Skaff et nytt, og opprett så meldingen på nytt."),
        _ANEW,
    ),
    "S99": Advice(lambda: t("Noe er galt med signaturen eller sertifikatet."), _sign_anew, _ANEW),
    "E10": Advice(
        lambda: t("Meldingens id er ikke slik den skal være."),
        lambda: t("Opprett meldingen på nytt; den får da en ny id."),
        _ANEW,
    ),
    "E20": Advice(
        lambda: t("Legen meldingen er adressert til, finnes ikke hos mottakeren."), _other_receiver, _ANEW
    ),
    "E21": Advice(
        lambda: t("Den meldingen er adressert til, finnes ikke hos mottakeren."), _other_receiver, _ANEW
    ),
    "E30": Advice(lambda: t("Pasientens fødselsnummer mangler i meldingen."), _mend_patient, _ANEW),
    "E31": Advice(lambda: t("Pasientens fødselsnummer er feil."), _mend_patient, _ANEW),
    "E32": Advice(lambda: t("Pasientens navn mangler i meldingen."), _mend_patient, _ANEW),
    "E33": Advice(lambda: t("Pasientens etternavn mangler i meldingen."), _mend_patient, _ANEW),
    "E34": Advice(lambda: t("Pasientens fornavn mangler i meldingen."), _mend_patient, _ANEW),
    "E35": Advice(
        lambda: t("Mottakeren har ingen journal på pasienten, og tar ikke imot meldingen."),
        lambda: t("Kontroller at det er rett pasient og rett mottaker. Er begge rette, så ring mottakeren."),
        _ANEW,
    ),
    "E36": Advice(lambda: t("Meldingen sier ikke sikkert nok hvem pasienten er."), _mend_patient, _ANEW),
    "E40": Advice(lambda: t("Meldingen har kommet til feil mottaker."), _other_receiver, _ANEW),
    "E53": Advice(lambda: t("Pasientens nummer finnes ikke i Folkeregisteret."), _mend_patient, _ANEW),
    "E54": Advice(
        lambda: t("Pasienten er ikke registrert hos mottakeren."),
        lambda: t("Kontroller at det er rett pasient og rett mottaker. Er begge rette, så ring mottakeren."),
        _ANEW,
    ),
    "X99": Advice(lambda: t("Mottakeren har avvist meldingen av en annen grunn."), _ask_them, _ANEW),
}
"""Why a receiver's application refuses a message (8221; AR11 §6.3, AR10 §6.3)."""

NAV_APPREC = Advice(lambda: t("NAV har avvist meldingen etter sine egne regler."), _ask_them, _ANEW)
"""Every code of list 8222: what it says is in its own words (AR10 §6.4.1)."""

OTHER_APPREC = Advice(lambda: t("Mottakeren har avvist meldingen med en kode vi ikke kjenner."), _ask_them, _ANEW)
"""A code of any other list, shown as it came."""

FAULTS_IN_PART = Advice(
    lambda: t("Mottakeren har tatt imot meldingen, men melder feil i deler av den."),
    lambda: t("Les feilene. Rett det de gjelder i en ny melding, og merk denne som håndtert."),
    (Act.HANDLED,),
)
"""AppRec status 3: taken in, with problems."""


def _their_address() -> str:
    return t("Søk opp mottakeren på nytt. Har den ny adresse, så opprett meldingen på nytt; ellers send på nytt.")


def _tell_both() -> str:
    return t(
        "Feilen ligger i oppsettet mellom systemene. Ring mottakeren, meld feilen til den som har ansvar for systemet, "
        "og send på nytt når den er rettet."
    )


MESSAGE_ERRORS: dict[str, Advice] = {
    "ValueNotRecognized": Advice(
        lambda: t("Mottakerens system kjenner ikke adressen, avtalen eller tjenesten i konvolutten."),
        _their_address,
        _AGAIN,
    ),
    "NotSupported": Advice(
        lambda: t("Mottakerens system støtter ikke denne måten å sende på."), _tell_both, _AGAIN
    ),
    "Inconsistent": Advice(
        lambda: t("Konvolutten stemmer ikke med avtalen mellom systemene, eller med noe som er sendt før."),
        _tell_both,
        _AGAIN,
    ),
    "OtherXml": Advice(lambda: t("Mottakerens system kunne ikke lese konvolutten."), _tell_both, _AGAIN),
    "DeliveryFailure": Advice(
        lambda: t("Mottakerens system kunne ikke levere meldingen videre."),
        lambda: t("Send på nytt om en stund. Gjentar det seg, så ring mottakeren."),
        _AGAIN,
    ),
    "TimeToLiveExpired": Advice(
        lambda: t("Meldingen kom fram etter fristen sin."),
        lambda: t("Send på nytt. Gjentar det seg, går klokka feil hos en av dere."),
        _AGAIN,
    ),
    "SecurityFailure": Advice(
        lambda: t("Mottakerens system godtok ikke signaturen, sertifikatet eller krypteringen."),
        lambda: t(
            "Kontroller klinikkens sertifikater med «elmeld doctor», og at mottakerens sertifikat i adresseregisteret "
            "er nytt nok. Send så på nytt."
        ),
        _AGAIN,
    ),
    "MimeProblem": Advice(lambda: t("Mottakerens system fant ikke innholdet i konvolutten."), _tell_both, _AGAIN),
    "Unknown": Advice(lambda: t("Mottakerens system avviste konvolutten uten å si hvorfor."), _tell_both, _AGAIN),
}
"""Why a receiver's message handler refuses an envelope (HIS 1037 §7.2.4)."""

SOAP_FAULT = Advice(lambda: t("Mottakerens system forsto ikke konvolutten i det hele tatt."), _tell_both, _AGAIN)
BOUNCE = Advice(
    lambda: t("E-posten med meldingen kom i retur. Den nådde aldri mottakerens system."), _their_address, _AGAIN
)
CANNOT_SEND = Advice(
    lambda: t("Meldingen kan ikke sendes slik det står til nå."),
    lambda: t(
        "Rett det som er galt, og send på nytt. Er det selve meldingen som er feil, så opprett den på nytt."
    ),
    _AGAIN,
)
"""What stopped here, before anything left: no address, no certificate, too large, refused for good by a server."""

UNDELIVERED = Advice(
    lambda: t("Alle forsøk er brukt opp uten at mottakerens system har svart."),
    lambda: t(
        "Ring mottakeren, og hør om systemet virker. Send på nytt når det gjør det. Haster det, så avtal på telefon."
    ),
    _AGAIN,
)
NOT_BELIEVED = Advice(
    lambda: t("Alle forsøk er brukt opp. Noe svarte for mottakeren, men svaret kunne ikke stoles på."),
    lambda: t(
        "Ring mottakeren, og hør om de har meldingen: sertifikatet deres kan være byttet, utløpt eller sperret. Send "
        "på nytt når det er ordnet. Haster det, så avtal på telefon."
    ),
    _AGAIN,
)
"""Every attempt was answered, and the last answer proved nothing."""

OVERDUE = Advice(
    lambda: t("Mottakerens system har meldingen, men ingen har svart på 96 timer. Regn den som ikke mottatt."),
    lambda: t("Ring mottakeren. Har de den ikke, så send på nytt. En sen kvittering blir fortsatt regnet med."),
    _AGAIN,
)
UNREACHABLE = Advice(
    lambda: t("Mottakerens system svarer ikke. Meldingen er lagret, og sendes av seg selv når det svarer igjen."),
    lambda: t("Vent. Vet du at det virker igjen, så prøv nå. Haster det, så ring mottakeren."),
    (Act.RETRY,),
)
REGISTER_AWAY = Advice(
    lambda: t(
        "Adresseregisteret svarer ikke, og må spørres før meldingen kan sendes. Den er lagret, og sendes av seg selv "
        "når registeret svarer."
    ),
    lambda: t("Vent. Varer det, så se om klinikken har nett. Haster det, så ring mottakeren."),
    (Act.RETRY,),
)


def _renew_theirs() -> str:
    return t(
        "Mottakeren må legge et gyldig sertifikat i adresseregisteret. Ring dem, og send på nytt når det er gjort."
    )


CERTIFICATES: dict[str, Advice] = {
    "usage": Advice(lambda: t("Sertifikatet er ikke laget for det det ble brukt til."), _renew_theirs, _AGAIN),
    "validity": Advice(lambda: t("Sertifikatet er utløpt, eller ikke gyldig ennå."), _renew_theirs, _AGAIN),
    "issuer": Advice(
        lambda: t("Sertifikatet er utstedt av noen klinikken ikke stoler på."),
        lambda: t(
            "Spør den som har ansvar for systemet om utstederen skal godtas. Send på nytt når det er avklart."
        ),
        _AGAIN,
    ),
    "revoked": Advice(lambda: t("Sertifikatet er sperret av utstederen."), _renew_theirs, _AGAIN),
    "unknown": Advice(
        lambda: t("Utstederen kjenner ikke sertifikatet, eller ingen kan svare for det."), _renew_theirs, _AGAIN
    ),
    "offline": Advice(
        lambda: t("Det kan ikke kontrolleres nå om sertifikatet er sperret. Meldingen venter."),
        lambda: t("Vent; det kontrolleres igjen av seg selv. Varer det, så se om klinikken har nett."),
        (Act.RETRY,),
    ),
    "owner": Advice(
        lambda: t("Sertifikatet tilhører en annen virksomhet enn den det skulle."), _renew_theirs, _AGAIN
    ),
}
"""Why a certificate cannot be used, by the check that failed."""


def of_apprec(code: str, system: str) -> Advice:
    """Return the advice for one error of an AppRec; senders are known to mix up lists, so a known code counts."""
    if system.endswith(".8222"):
        return NAV_APPREC
    return APPREC.get(code, OTHER_APPREC)


def of_waiting(detail: dict[str, object]) -> Advice:
    """Return the advice for a message that could not leave yet, by the detail of its event."""
    if detail.get("certificate") == "offline":
        return CERTIFICATES["offline"]
    return REGISTER_AWAY if detail.get("register") == "away" else UNREACHABLE


_SOAP_CODES = frozenset({"Client", "Server", "VersionMismatch", "MustUnderstand"})


def of_refusal(detail: dict[str, object]) -> Advice:
    """Return the advice for an envelope that was refused, by the detail of its event."""
    code = str(detail.get("code", ""))
    if str(detail.get("certificate", "")) in CERTIFICATES:
        return CERTIFICATES[str(detail["certificate"])]
    if code in MESSAGE_ERRORS:
        return MESSAGE_ERRORS[code]
    if code.rpartition(":")[2] in _SOAP_CODES:
        return SOAP_FAULT
    if "status" in detail:
        return BOUNCE
    return MESSAGE_ERRORS["Unknown"] if code else CANNOT_SEND
