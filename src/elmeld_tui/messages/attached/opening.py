"""Opening an attachment: its text or its picture, ready to be shown, or the reason why not."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from elmeld_tui.i18n import t
from elmeld_tui.messages.attached import apart, formats
from elmeld_tui.messages.attached.formats import Way
from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.view import Attachment


class ClosedAttachmentError(Exception):
    """Why an attachment cannot be shown, and what to do; in the user's language, ready to be shown."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, made small enough for a terminal.

    Attributes:
        width: pixels across.
        height: pixels down.
        pixels: three bytes a pixel (red, green, blue), row by row from the top.
        original: width and height of the picture itself.
    """

    width: int
    height: int
    pixels: bytes = field(repr=False)
    original: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """What can be shown of an attachment: text, or a picture.

    Attributes:
        text: harmless to a terminal; empty where it is a picture.
        picture: None where it is text.
        note: what is not shown of it; empty where all is.
    """

    text: str
    picture: Picture | None = None
    note: str = ""


def format_of(attachment: Attachment) -> formats.Format:
    """Return the format of an attachment's content."""
    return formats.recognise(attachment.content, attachment.mime)


def open_attachment(attachment: Attachment) -> Opened:
    """Open ``attachment`` in a process of its own.

    Raises:
        ClosedAttachmentError: there is nothing in it, it is of a format no terminal shows, or it cannot be read.
    """
    if not attachment.content:
        raise ClosedAttachmentError(attachment.problem or t("Vedlegget er tomt."))
    if format_of(attachment).way is Way.NONE:
        raise ClosedAttachmentError(_why_closed("elsewhere" if format_of(attachment).taken else "not_taken"))
    answer = apart.parse(attachment.content, attachment.mime)
    try:
        opened = _opened(answer)
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        # The worker has read hostile bytes, and is not believed either.
        raise ClosedAttachmentError(_why_closed("broken")) from error
    if opened is None:
        raise ClosedAttachmentError(_why_closed(str(answer.get("fault", "broken"))))
    return opened


def _opened(answer: dict[str, Any]) -> Opened | None:
    if "picture" in answer:
        frames = int(answer["frames"])
        note = t("Viser det første av {total} bilder i filen.", total=frames) if frames > 1 else ""
        return Opened("", _picture(answer["picture"]), note)
    if "pages" not in answer:
        return None
    pages, total = [str(page) for page in answer["pages"]], int(answer["total"])
    text = harmless("\n\n".join(_titled(pages, total)))
    if answer["cut"]:
        note = t("Resten av teksten er ikke vist. Lagre vedlegget for å lese alt.")
    elif len(pages) < total:
        note = t(
            "Viser {shown} av {total} sider. Lagre vedlegget for å lese resten.", shown=len(pages), total=total
        )
    else:
        note = ""
    return Opened(text, None, note)


def _titled(pages: list[str], total: int) -> list[str]:
    if total == 1:
        return pages
    return [
        t("— Side {number} av {total} —", number=number, total=total)
        + "\n\n"
        + (page or t("(ingen tekst på denne siden)"))
        for number, page in enumerate(pages, 1)
    ]


def _picture(told: dict[str, Any]) -> Picture:
    width, height = int(told["width"]), int(told["height"])
    pixels = base64.b64decode(told["pixels"], validate=True)
    if width < 1 or height < 1 or len(pixels) != 3 * width * height:
        raise ValueError("the picture is not as large as it says")
    original = (int(told["size"][0]), int(told["size"][1]))
    return Picture(width, height, pixels, original)


_REASONS: dict[str, Callable[[], str]] = {
    "elsewhere": lambda: t(
        "Dette formatet kan ikke vises i terminalen. Lagre vedlegget og åpne det i et annet program."
    ),
    "not_taken": lambda: t("Dette formatet åpnes ikke, av hensyn til sikkerheten. Be avsender sende en PDF."),
    "locked": lambda: t("PDF-filen er låst med passord. Be avsender sende den uten."),
    "no_text": lambda: t(
        "Det er ingen tekst i vedlegget; det kan være skannet. Lagre det og åpne det i et annet program."
    ),
    "too_much": lambda: t("Vedlegget er for stort eller for sammensatt til å vises i terminalen. Lagre det."),
    "pixels": lambda: t("Bildet er for stort til å vises i terminalen. Lagre det og åpne det i et annet program."),
    "several": lambda: t("Den komprimerte filen inneholder ikke nøyaktig én fil. Be avsender sende hver for seg."),
    "packed_twice": lambda: t("Filen er komprimert i flere lag og åpnes ikke. Be avsender sende den ukomprimert."),
    "bomb": lambda: t("Utpakket blir filen større enn noe vedlegg kan være, og den åpnes ikke."),
    "broken": lambda: t(
        "Vedlegget kan ikke leses; det kan være skadet. Be avsender sende det på nytt, eller lagre det."
    ),
}


def _why_closed(word: str) -> str:
    return _REASONS.get(word, _REASONS["broken"])()
