"""What mail servers say of mails of ours that they could not deliver (RFC 3464; HITS 1172 §4.2.3).

A bounce is not signed, and is believed because it knows what we called the mail: an id that nobody guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum

from elmeld_tui.i18n import t
from elmeld_tui.model.harmless import harmless
from elmeld_tui.transport.letterhead import ours_in


class Action(StrEnum):
    """What a mail server has done (RFC 3464 §2.3.3), as far as it matters to us."""

    FAILED = "failed"
    DELAYED = "delayed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report on a mail.

    Attributes:
        action: what has become of it.
        refers_to: eb:MessageIds of ours that it may speak of, the surest first.
        status: enhanced code such as ``5.1.1``; empty where none is told.
        diagnostic: what the server said, on one line, its control characters made visible.
    """

    action: Action
    refers_to: tuple[str, ...]
    status: str = ""
    diagnostic: str = ""

    @property
    def reason(self) -> str:
        """What it means, in the user's language, and what the server said."""
        said = next(
            (words() for status, words in _WORDS if self.status.partition(".")[2].startswith(status)), None
        )
        return " ".join(part for part in (said, self.status, self.diagnostic) if part)


_WORDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("1.", lambda: t("Mottakerens e-postadresse finnes ikke eller er feil.")),
    ("2.2", lambda: t("Mottakerens postkasse er full.")),
    ("2.3", lambda: t("Meldingen er for stor for mottakeren.")),
    ("2.", lambda: t("Mottakerens postkasse tar ikke imot.")),
    ("3.4", lambda: t("Meldingen er for stor for mottakeren.")),
    ("4.", lambda: t("Mottakerens e-posttjener svarer ikke.")),
    ("7.", lambda: t("Mottakerens e-posttjener nekter å ta imot fra oss.")),
)
"""By subject and detail of an enhanced code (RFC 3463 §3), the closest first."""

_DAEMONS = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)
_DELAY = re.compile(
    r"delayed|has not yet been delivered|still being retried|will be retried|forsinket", re.IGNORECASE
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_LONGEST = 500
_ACTIONS = {"failed": Action.FAILED, "delayed": Action.DELAYED}


def read_bounce(raw: bytes, fields: Mapping[str, str]) -> Bounce | None:
    """Return what a mail says of a mail of ours; None where it says nothing.

    Args:
        raw: the whole mail.
        fields: its header fields, by name in lower case.
    """
    mail = message_from_bytes(raw)
    referred = (fields.get("in-reply-to", ""), fields.get("references", ""))
    if mail.get_content_type() == "multipart/report":
        return _standard(mail, referred)
    if _DAEMONS.search(fields.get("from", "")) or "x-failed-recipients" in fields:
        return _other(mail, referred)
    return None


def _standard(mail: Message, referred: tuple[str, ...]) -> Bounce | None:
    blocks = [
        block
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in _of(part)
    ]
    if not blocks:
        return None
    told = [block for block in blocks if block.get("Action")]
    worst = next((block for block in told if _action(block) is Action.FAILED), told[0] if told else blocks[-1])
    envelope_ids = [str(block["Original-Envelope-Id"]) for block in blocks if block.get("Original-Envelope-Id")]
    diagnostic = str(worst.get("Diagnostic-Code", "")).partition(";")[2]
    return Bounce(
        _action(worst),
        ours_in((*envelope_ids, *_returned(mail), *referred)),
        (_STATUS.search(str(worst.get("Status", ""))) or [""])[0],
        _line(diagnostic),
    )


def _action(block: Message) -> Action:
    return _ACTIONS.get(str(block.get("Action", "")).strip().lower(), Action.OTHER)


def _of(part: Message) -> Iterator[Message]:
    """Yield the blocks of fields of a delivery status; the parser of mails knows the type."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))


def _returned(mail: Message) -> Iterator[str]:
    """Yield the Message-ID of what is returned, whole or its header fields alone."""
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            yield str(message_from_string(_text(part))["Message-ID"] or "")
        elif part.get_content_type() == "message/rfc822":
            yield from (str(one["Message-ID"] or "") for one in _of(part))


def _other(mail: Message, referred: tuple[str, ...]) -> Bounce | None:
    """Read what an older server wrote for people: it counts where it quotes what we called the mail."""
    text = "\n".join(_text(part) for part in mail.walk() if part.get_content_maintype() == "text")
    quoted = ours_in((*_returned(mail), text, *referred))
    if not quoted:
        return None
    said = f"{mail.get('Subject', '')}\n{text}"
    status = (_STATUS.search(text) or [""])[0]
    line = next((line for line in text.splitlines() if status and status in line), "")
    return Bounce(Action.DELAYED if _DELAY.search(said) else Action.FAILED, quoted, status, _line(line))


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _line(text: str) -> str:
    return harmless(" ".join(text.split())[:_LONGEST])
