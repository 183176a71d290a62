"""A view as one HTML document: to print, to archive, to read with a screen reader.

It is self-contained and inert: no script, nothing fetched, and a content security policy that forbids both, should
message text ever get past the escaping. An attachment is listed, never embedded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape

from elmeld_tui.i18n import language, t
from elmeld_tui.messages.views.enclosures import size_in_words
from elmeld_tui.model.harmless import harmless
from elmeld_tui.model.view import Attachment, Field, Section, Table, View

_STYLE = """
body { font: 1rem/1.45 system-ui, sans-serif; color: #111; background: #fff; margin: 2rem auto;
       max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .4rem; border-bottom: 1px solid #767676; }
.warning { border: 2px solid #b00020; padding: .4rem .8rem; font-weight: bold; }
p, th, td { white-space: pre-wrap; overflow-wrap: anywhere; }
p { max-width: 45rem; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
thead th { border-bottom: 1px solid #767676; }
tbody tr + tr > * { border-top: 1px solid #ddd; }
.fields th { width: 14rem; font-weight: normal; color: #444; }
.code { color: #444; }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 10.5pt; }
  h2, thead { break-after: avoid; }
  tr, .warning { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'"


def as_html(view: View) -> str:
    """Return ``view`` as a whole HTML document, in UTF-8 and in the language in use."""
    return "\n".join(_document(view)) + "\n"


def _document(view: View) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f'<html lang="{language()}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{_safe(view.title)}</title>"
    yield f"<style>{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield f"<h1>{_safe(view.title)}</h1>"
    yield from (f'<p class="warning">{_safe(warning)}</p>' for warning in view.banner)
    sections = [*view.sections, *_attachments(view.attachments)]
    for number, section in enumerate(sections, 1):
        yield from _section(section, f"part-{number}")
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _section(section: Section, mark: str) -> Iterator[str]:
    yield f'<section aria-labelledby="{mark}">'
    yield f'<h2 id="{mark}">{_safe(section.title)}</h2>'
    if section.fields:
        yield f'<table class="fields" aria-labelledby="{mark}">'
        yield "<tbody>"
        yield from (
            f'<tr><th scope="row">{_safe(field.label)}</th><td>{_value(field)}</td></tr>'
            for field in section.fields
        )
        yield "</tbody>"
        yield "</table>"
    for table in section.tables:
        yield from _table(table, mark)
    yield from (f"<p>{_safe(paragraph)}</p>" for paragraph in section.text)
    yield "</section>"


def _value(field: Field) -> str:
    if not field.code:
        return _safe(field.value)
    behind = f"{field.code}, {field.codelist}" if field.codelist else field.code
    return f'{_safe(field.value)} <span class="code">({_safe(behind)})</span>'


def _table(table: Table, mark: str) -> Iterator[str]:
    yield f'<table aria-labelledby="{mark}">'
    headings = _cells('th scope="col"', table.columns)
    yield f"<thead><tr>{headings}</tr></thead>"
    yield "<tbody>"
    yield from (f"<tr>{_cells('td', row)}</tr>" for row in table.rows)
    yield "</tbody>"
    yield "</table>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    end = tag.partition(" ")[0]
    return "".join(f"<{tag}>{_safe(text)}</{end}>" for text in texts)


def _attachments(attachments: tuple[Attachment, ...]) -> list[Section]:
    """Return what identifies each attachment, so that a printed message and a saved file can be held together."""
    if not attachments:
        return []
    columns = (t("Fil"), t("Beskrivelse"), t("Størrelse"), t("SHA-256"), t("Merknad"))
    rows = tuple(
        (one.name, one.description, size_in_words(one.size), one.sha256, one.problem) for one in attachments
    )
    return [Section(t("Vedleggsfiler"), tables=(Table(columns, rows),))]


def _safe(text: str) -> str:
    """Return ``text`` as HTML that shows it: escaped, and without characters that HTML cannot carry."""
    return escape(harmless(text))
