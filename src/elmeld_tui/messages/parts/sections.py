"""Running text under headings of a list, as many as the writer needs: the question that asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from elmeld_tui.i18n import t
from elmeld_tui.messages import codelists
from elmeld_tui.model.forms import FieldType, FormField


def field(codelist: str, headings: Iterable[str]) -> FormField:
    """Return the group that asks for text under one of ``headings`` of ``codelist`` (8231, 8311) at a time."""
    return FormField(
        "sections",
        t("Flere overskrifter"),
        FieldType.GROUP,
        member=t("Overskrift"),
        repeats=True,
        fields=(
            FormField(
                "heading",
                t("Overskrift"),
                FieldType.CHOICE,
                choices=tuple(codelists.coded(codelist, code) for code in headings),
            ),
            FormField("text", t("Tekst"), FieldType.TEXT, required=True),
        ),
    )
