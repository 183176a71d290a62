"""The encoding of the SOAP part: UTF-8 as the profile has it, another with a warning, a contradiction not at all.

HITS 1171 §8.4 and HITS 1172 R68: a message in another encoding is taken in and answered with a Warning; one whose
XML declaration and Content-Type disagree cannot be known to be read as it was written.
"""

from __future__ import annotations

import codecs

from lxml import etree

from elmeld_tui.i18n import t
from elmeld_tui.model.findings import Finding, Severity
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.mime import Part, read_content_type


def check_encoding(soap: Part, root: etree._Element) -> tuple[Finding, ...]:
    """Return what should be told of the encoding of ``soap``, from which ``root`` was parsed.

    Raises:
        EnvelopeRefusedError: Content-Type and XML declaration disagree, or it is not XML 1.0.
    """
    document = root.getroottree().docinfo
    if document.xml_version != "1.0":
        raise EnvelopeRefusedError("xml_version", "OtherXml", t("SOAP-delen er ikke XML 1.0."))
    encoding = _name(document.encoding or "utf-8")
    charset = _name(read_content_type(soap.content_type)[1].get("charset") or encoding)
    if charset != encoding and not soap.data.isascii():
        raise EnvelopeRefusedError(
            "soap_encoding",
            "OtherXml",
            t("SOAP-delen er merket {charset}, men skrevet i {encoding}.", charset=charset, encoding=encoding),
        )
    if encoding == "utf-8":
        return ()
    text = t("SOAP-delen er skrevet i {encoding}, ikke UTF-8 (HITS 1172 R68).", encoding=encoding)
    return (Finding(Severity.WARNING, "R68", "Envelope", text),)


def _name(encoding: str) -> str:
    """Return the one name of an encoding; ASCII is UTF-8 that has not met a letter yet."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return encoding.lower()
    return "utf-8" if name == "ascii" else name
