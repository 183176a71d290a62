"""What a view shows of a document, and what it hides."""

from __future__ import annotations

import re

from elmeld_tui.messages import codelists, views
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.reading import Element, local
from elmeld_tui.model.view import Section, View


def pieces(view: View) -> list[str]:
    """Return every string of the view."""
    found = [view.title, *view.banner]
    for section in view.sections:
        found.append(section.title)
        for field in section.fields:
            found += [field.label, field.value, field.code, field.codelist]
        for table in section.tables:
            found += [*table.columns, *(cell for row in table.rows for cell in row)]
        found += section.text
    return found


def squeezed(text: str) -> str:
    return re.sub(r"[\s•│]+", "", text)


def said_by(element: Element) -> list[str]:
    """Return what an element says by itself: its text, what follows it, and its attributes."""
    attributes = [
        codelists.name(str(content)) if name == "S" else str(content)
        for name, content in element.attrib.items()
        if "XMLSchema-instance" not in str(name)
    ]
    text = "" if local(element) == "Base64Container" else element.text or ""
    return [said for said in (text, element.tail or "", *attributes) if said.strip()]


def is_shown(said: str, shown: str) -> bool:
    """Whether ``said`` is among what is shown, as it is or as one reads such a thing."""
    plain = squeezed(said)
    date = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(T.*|Z|[+-]..:..)?", said.strip())
    readings = [
        plain,
        f"{date[3]}.{date[2]}.{date[1]}" if date else plain,
        re.sub(r"^(tel|fax|mailto):", "", plain),
        plain.replace(".", ",") if re.fullmatch(r"-?\d+\.\d+", plain) else plain,
        {"true": "ja", "false": "nei"}.get(plain, plain),
    ]
    return any(reading in shown for reading in readings)


def hidden(document: Document) -> list[str]:
    """Return what the document says and its view does not."""
    shown = "\n".join(map(squeezed, pieces(views.view(document))))
    whole = document.root.getroottree().getroot()
    return [
        f"{local(element)}: {said}"
        for element in whole.iter()
        for said in said_by(element)
        if not is_shown(said, shown)
    ]


def section(view: View, title: str) -> Section:
    return next(one for one in view.sections if one.title == title)
