"""The rules of the envelope profile that a received message may break without being refused, as data.

A rule has its number in HITS 1172, or a name where 1172 gives it none. What is refused is not here; nor is R33, which
knows no other digest than SHA-1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.security.profile import DS, EB, SOAP, XPATH
from elmeld_tui.transport.message import MessageKind
from elmeld_tui.transport.mime import Part, read_content_type

_NAMESPACES = {"S": SOAP, "eb": EB, "ds": DS, "re": "http://exslt.org/regular-expressions"}
_UUID = r"^\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\s*$"
_MAIL_STYLE = r"^\s*[^@\s]+@[^@\s]+\s*$"
_HER_PAIR = r"^\s*[0-9]{1,9}_[0-9]{1,9}(_[0-9]+)?\s*$"

_PAYLOAD = frozenset({MessageKind.PAYLOAD})
_ACK = frozenset({MessageKind.ACK})
_ERROR = frozenset({MessageKind.ERROR})
_SIGNAL = _ACK | _ERROR
_ANY = _PAYLOAD | _SIGNAL


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the envelope.

    Attributes:
        code: number in HITS 1172, or a name.
        of: the messages it is for.
        where: the element at fault.
        broken: over the envelope as received; true where the rule is broken.
        text: says so, in the user's language.
    """

    code: str
    of: frozenset[MessageKind]
    where: str
    broken: etree.XPath
    text: Callable[[], str]


def _rule(code: str, of: frozenset[MessageKind], where: str, broken: str, text: Callable[[], str]) -> Rule:
    return Rule(code, of, where, _question(broken), text)


def _question(condition: str) -> etree.XPath:
    return etree.XPath(f"boolean({condition})", namespaces=_NAMESPACES)


_HEADER = "/S:Envelope/S:Header/eb:MessageHeader"
_TRANSFORMS = "/S:Envelope/S:Header/ds:Signature/ds:SignedInfo/ds:Reference[@URI='']/ds:Transforms"
_ID = f"re:test(., '{_UUID}') or re:test(., '{_MAIL_STYLE}')"

RULES: Sequence[Rule] = (
    _rule(
        "R4",
        _ANY,
        "eb:MessageHeader",
        f"{_HEADER}[not(@eb:version = '2.0')]",
        lambda: t("MessageHeader er ikke merket med versjon 2.0 (HITS 1172 R4)."),
    ),
    _rule(
        "R7",
        _ANY,
        "eb:MessageHeader",
        f"{_HEADER}[not(@S:mustUnderstand = '1')]",
        lambda: t("MessageHeader har ikke mustUnderstand=1 (HITS 1172 R7)."),
    ),
    _rule(
        "R12",
        _ANY,
        "eb:CPAId",
        f"{_HEADER}/eb:CPAId[not(re:test(., '{_UUID}') or re:test(., '{_HER_PAIR}'))]",
        lambda: t("CPAId er hverken en UUID eller to HER-id-er (HITS 1172 R12)."),
    ),
    _rule(
        "conversation_id",
        _ANY,
        "eb:ConversationId",
        f"{_HEADER}/eb:ConversationId[not(re:test(., '{_UUID}'))]",
        lambda: t("ConversationId er ikke en UUID (HIS 1037 §6.2.1)."),
    ),
    _rule(
        "party_id",
        _ANY,
        "eb:PartyId",
        f"{_HEADER}/*/eb:PartyId[@eb:type = preceding-sibling::eb:PartyId/@eb:type or not(@eb:type)]",
        lambda: t("En part har flere identifikatorer av samme type, eller en uten type (HITS 1171 §5.2.1.2)."),
    ),
    _rule(
        "role",
        _PAYLOAD,
        "eb:Role",
        f"{_HEADER}/*[self::eb:From or self::eb:To][not(eb:Role)]",
        lambda: t("Avsenders eller mottakers rolle er ikke oppgitt (HITS 1171 §5.2.1.3)."),
    ),
    _rule(
        "R47",
        _PAYLOAD,
        "eb:Action",
        f"{_HEADER}[starts-with(eb:Service, 'S-')][not(eb:Action = 'APPREC')]"
        "[not(eb:Action = substring-after(eb:Service, 'S-'))]",
        lambda: t("Service og Action hører ikke sammen (HITS 1172 R47, HISD 1209 §3)."),
    ),
    _rule(
        "R102",
        _PAYLOAD,
        "eb:MessageId",
        f"{_HEADER}/eb:MessageData/eb:MessageId[not({_ID})]",
        lambda: t("MessageId er hverken en UUID eller på formen id@domene (HITS 1172 R102)."),
    ),
    _rule(
        "R108",
        _ACK,
        "eb:MessageId",
        f"{_HEADER}/eb:MessageData/eb:MessageId[not({_ID})]",
        lambda: t("MessageId er hverken en UUID eller på formen id@domene (HITS 1172 R108)."),
    ),
    _rule(
        "timestamp_zone",
        _ANY,
        "eb:Timestamp",
        f"{_HEADER}/eb:MessageData/eb:Timestamp[not(re:test(., '(Z|[+-][0-9:]+)\\s*$'))]",
        lambda: t("Timestamp har ikke tidssone, og leses som UTC (HITS 1171 §5.2.1.10)."),
    ),
    _rule(
        "R74",
        _PAYLOAD,
        "eb:DuplicateElimination",
        f"{_HEADER}[not(eb:DuplicateElimination)]",
        lambda: t("DuplicateElimination mangler (HITS 1172 R74)."),
    ),
    _rule(
        "R94",
        _PAYLOAD,
        "eb:AckRequested",
        "/S:Envelope/S:Header/eb:AckRequested[not(@eb:signed = 'true' or @eb:signed = '1')]",
        lambda: t("AckRequested ber ikke om signert kvittering (HITS 1172 R94)."),
    ),
    _rule(
        "message_order",
        _ANY,
        "eb:MessageOrder",
        "/S:Envelope/S:Header/eb:MessageOrder",
        lambda: t("Konvolutten ber om bestemt rekkefølge, som ingen har avtalt (HIS 1037 §3.2)."),
    ),
    _rule(
        "R37",
        _ANY,
        "ds:Transforms",
        f"{_TRANSFORMS}[not(ds:Transform/@Algorithm = '{XPATH}')]",
        lambda: t("Signaturen mangler XPath-transformasjonen (HITS 1172 R35–R38)."),
    ),
    _rule(
        "R5",
        _PAYLOAD,
        "eb:Manifest",
        "/S:Envelope/S:Body/eb:Manifest[not(@eb:version = '2.0')]",
        lambda: t("Manifest er ikke merket med versjon 2.0 (HITS 1172 R5)."),
    ),
    _rule(
        "R265",
        _PAYLOAD,
        "eb:Schema",
        "/S:Envelope/S:Body/eb:Manifest/eb:Reference[not(eb:Schema/@eb:location != '')]",
        lambda: t("Meldingens navnerom er ikke oppgitt i eb:Schema (HITS 1172 R265, HITS 1210 §5.3)."),
    ),
    _rule(
        "R266",
        _PAYLOAD,
        "eb:Schema",
        "/S:Envelope/S:Body/eb:Manifest/eb:Reference[not(eb:Schema/@eb:version != '')]",
        lambda: t("Meldingens versjon er ikke oppgitt i eb:Schema (HITS 1172 R266, HITS 1210 §5.3)."),
    ),
    _rule(
        "R107",
        _ACK,
        "eb:Action",
        f"{_HEADER}/eb:Action[not(normalize-space(.) = 'Acknowledgment')]",
        lambda: t("Action i transportkvitteringen er ikke Acknowledgment (HITS 1172 R107)."),
    ),
    _rule(
        "R109",
        _ACK,
        "eb:RefToMessageId",
        f"{_HEADER}/eb:MessageData/eb:RefToMessageId",
        lambda: t("Transportkvitteringen har RefToMessageId også i MessageData (HITS 1172 R109)."),
    ),
    _rule(
        "R116",
        _ACK,
        "eb:Acknowledgment",
        "/S:Envelope/S:Header/eb:Acknowledgment[not(ds:Reference[@URI = ''])]",
        lambda: t("Transportkvitteringen gjentar ikke signaturens referanser (HITS 1172 R116)."),
    ),
    _rule(
        "R121",
        _ERROR,
        "eb:Action",
        f"{_HEADER}/eb:Action[not(normalize-space(.) = 'MessageError')]",
        lambda: t("Action i feilmeldingen er ikke MessageError (HITS 1172 R121)."),
    ),
    _rule(
        "R122",
        _ERROR,
        "eb:RefToMessageId",
        f"{_HEADER}/eb:MessageData[not(eb:RefToMessageId)]",
        lambda: t("Feilmeldingen sier ikke hvilken melding den gjelder (HITS 1172 R122)."),
    ),
    _rule(
        "signal_asks",
        _SIGNAL,
        "eb:AckRequested",
        f"/S:Envelope/S:Header/eb:AckRequested | {_HEADER}/eb:DuplicateElimination",
        lambda: t("Et signal ber om kvittering eller duplikatkontroll (HIS 1037 §4.2)."),
    ),
)


_ANY_BROKEN = {
    kind: _question(" or ".join(rule.broken.path for rule in RULES if kind in rule.of)) for kind in sorted(_ANY)
}
"""One question for all the rules: a message that breaks none of them, as most, is asked no more."""


def broken(kind: MessageKind, root: etree._Element) -> Sequence[Rule]:
    """Return the rules that an envelope breaks.

    Args:
        kind: of the message; a fault breaks none.
        root: of the envelope as received.
    """
    if kind not in _ANY_BROKEN or not _ANY_BROKEN[kind](root):
        return []
    return [rule for rule in RULES if kind in rule.of and rule.broken(root)]


@dataclass(frozen=True, slots=True)
class PartRule:
    """One rule of a MIME part; the attributes are those of `Rule`."""

    code: str
    broken: Callable[[Part], bool]
    text: Callable[[], str]


SOAP_RULES: Sequence[PartRule] = (
    PartRule(
        "R255",
        lambda part: part.media_type != "text/xml",
        lambda: t("SOAP-delen er ikke merket text/xml (HITS 1172 R255)."),
    ),
    PartRule(
        "R256",
        lambda part: not read_content_type(part.content_type)[1].get("charset"),
        lambda: t("SOAP-delen oppgir ikke tegnsett (HITS 1172 R256)."),
    ),
    PartRule(
        "R78",
        lambda part: not part.data.lstrip().removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml"),
        lambda: t("SOAP-delen mangler XML-deklarasjon (HITS 1172 R78)."),
    ),
)
PAYLOAD_RULES: Sequence[PartRule] = (
    PartRule(
        "R259",
        lambda part: part.media_type != "application/pkcs7-mime",
        lambda: t("Innholdet er ikke merket application/pkcs7-mime (HITS 1172 R259)."),
    ),
    PartRule(
        "R260",
        lambda part: (
            read_content_type(part.content_type)[1].get("smime-type", "").lower() != "enveloped-data"
            or part.transfer_encoding != "base64"
        ),
        lambda: t("Innholdet er ikke merket enveloped-data, eller ikke sendt som base64 (HITS 1172 R260)."),
    ),
)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One rule of the fields on top of a message that came by mail; `wanted` is in lower case, empty for any value."""

    code: str
    field: str
    wanted: str
    text: Callable[[], str]


FIELD_RULES: Sequence[FieldRule] = (
    FieldRule("R18", "From", "", lambda: t("E-posten mangler From (HITS 1172 R18).")),
    FieldRule("R19", "To", "", lambda: t("E-posten mangler To (HITS 1172 R19).")),
    FieldRule("R20", "Date", "", lambda: t("E-posten mangler Date (HITS 1172 R20).")),
    FieldRule("R250", "Message-ID", "", lambda: t("E-posten mangler Message-ID (HITS 1172 R250).")),
    FieldRule("R21", "MIME-Version", "1.0", lambda: t("E-posten mangler MIME-Version 1.0 (HITS 1172 R21).")),
    FieldRule("R22", "SOAPAction", "ebxml", lambda: t("SOAPAction er ikke «ebXML» (HITS 1172 R22).")),
)
