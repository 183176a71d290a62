"""Enclosing attachments in a message: one RefDoc each, its content as base64 (HIS 1036:2011 ch. 4)."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Sequence

from elmeld_tui.i18n import t
from elmeld_tui.messages import building
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.attached import formats
from elmeld_tui.messages.attachments import MOST
from elmeld_tui.messages.reading import Element
from elmeld_tui.model import clock
from elmeld_tui.model.enclosures import Enclosure
from elmeld_tui.model.findings import Finding, Severity

BASE64_CONTAINER = "http://www.kith.no/xmlstds/base64container"

SENT = (formats.PDF, formats.JPEG, formats.PNG, formats.TIFF, formats.GIF, formats.RTF, formats.TEXT)
"""Formats that may be enclosed: those that the national profiles and the older agreements name."""

_ALWAYS_TAKEN = (formats.PDF, formats.JPEG, formats.PNG)
"""Formats a receiver must take (HIS 1077:2017 §5.2; HIS 1207:2018 §5.1); the others are by agreement (HIS 1036 §4.3)."""

LARGEST = 15_000_000
"""Bytes of one attachment."""

LARGEST_TOTAL = 21_000_000
"""Bytes of all together: as base64 they are a third more, and `xml.MAX_BYTES` bounds the whole document."""

WARN_ABOVE = 10_000_000
"""Bytes of all as they are sent, above which the sender is warned (HIS 1036:2011 ch. 3)."""

_MB = 1_000_000


def findings(enclosures: Sequence[Enclosure]) -> list[Finding]:
    """Return what keeps ``enclosures`` from being sent (errors), and what the sender should know (warnings)."""
    found = [finding for enclosure in enclosures for finding in _about(enclosure)]
    if len(enclosures) > MOST:
        told = t("Meldingen kan ha høyst {most} vedlegg; denne har {number}.", most=MOST, number=len(enclosures))
        found.append(Finding(Severity.ERROR, "too_many_attachments", "", told))
    twice = [
        name for name, times in Counter(each.description for each in enclosures).items() if name and times > 1
    ]
    for name in twice:
        told = t("Flere vedlegg heter «{name}». Gi dem hvert sitt navn.", name=name)
        found.append(Finding(Severity.WARNING, "same_description", name, told))
    return [*found, *_about_size(sum(len(each.content) for each in enclosures))]


def _about_size(total: int) -> Iterator[Finding]:
    sent = total * 4 // 3
    if total > LARGEST_TOTAL:
        told = t(
            "Vedleggene er {size} MB til sammen; grensen er {limit} MB. Send noen av dem på annen måte.",
            size=_in_mb(total),
            limit=_in_mb(LARGEST_TOTAL),
        )
        yield Finding(Severity.ERROR, "attachments_too_large", "", told)
    elif sent > WARN_ABOVE:
        told = t(
            "Med vedleggene blir meldingen {size} MB. Mottakere tar sikkert imot opptil {limit} MB.",
            size=_in_mb(sent),
            limit=_in_mb(WARN_ABOVE),
        )
        yield Finding(Severity.WARNING, "large_message", "", told)


def _about(enclosure: Enclosure) -> Iterator[Finding]:
    name = enclosure.description.strip()
    if not name:
        yield _error("no_description", name, t("Et vedlegg mangler beskrivelse. Skriv noen få ord om hva det er."))
    if not enclosure.content:
        yield _error("empty_attachment", name, t("Vedlegget «{name}» er tomt.", name=name))
        return
    if len(enclosure.content) > LARGEST:
        told = t(
            "Vedlegget «{name}» er {size} MB; grensen er {limit} MB. Gjør det mindre, eller send det på annen måte.",
            name=name,
            size=_in_mb(len(enclosure.content)),
            limit=_in_mb(LARGEST),
        )
        yield _error("attachment_too_large", name, told)
    kind = formats.recognise(enclosure.content, enclosure.mime)
    if kind not in SENT:
        told = t(
            "Vedlegget «{name}» er {kind}, som ikke kan sendes. Send det som PDF.", name=name, kind=kind.label()
        )
        yield _error("attachment_format", name, told)
    elif formats.normal(enclosure.mime) != kind.mime:
        told = t("Vedlegget «{name}» er {kind}, men er oppgitt som noe annet.", name=name, kind=kind.label())
        yield _error("attachment_type", name, told)
    elif kind not in _ALWAYS_TAKEN:
        told = t(
            "Vedlegget «{name}» er {kind}. Alle tar imot PDF, JPEG og PNG; annet må mottakeren ha sagt ja til.",
            name=name,
            kind=kind.label(),
        )
        yield Finding(Severity.WARNING, "attachment_by_agreement", name, told)


def _error(code: str, where: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, where, message)


def _in_mb(size: int) -> str:
    return f"{size / _MB:.1f}".rstrip("0").rstrip(".").replace(".", ",")


def write_reference(parent: Element, enclosure: Enclosure, addressing: Addressing) -> None:
    """Append the RefDoc of one attachment, in the parent's namespace."""
    reference = building.section(parent, "RefDoc")
    building.value(reference, "IssueDate", clock.business_text(addressing.now))
    building.cs(reference, "MsgType", "A", "8114")
    building.text(reference, "MimeType", enclosure.mime)
    building.text(reference, "Description", enclosure.description)
    content = building.section(reference, "Content")
    building.text(
        content, "Base64Container", base64.b64encode(enclosure.content).decode("ascii"), BASE64_CONTAINER
    )
