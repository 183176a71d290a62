"""argparse's own texts in the user's language: it asks gettext for them, and gets them here."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from elmeld_tui import i18n
from elmeld_tui.i18n import t

_WORDS: Mapping[str, Callable[[], str]] = {
    "usage: ": lambda: t("bruk: "),
    "positional arguments": lambda: t("argumenter"),
    "options": lambda: t("valg"),
    "show this help message and exit": lambda: t("vis denne hjelpen"),
    "show program's version number and exit": lambda: t("vis hvilken utgave dette er"),
    "argument %(argument_name)s: %(message)s": lambda: t("%(argument_name)s: %(message)s"),
    "unrecognized arguments: %s": lambda: t("dette er ikke kjent her: %s"),
    "not allowed with argument %s": lambda: t("kan ikke brukes sammen med %s"),
    "ignored explicit argument %r": lambda: t("tar ingen verdi, men fikk %r"),
    "the following arguments are required: %s": lambda: t("dette må være med: %s"),
    "one of the arguments %s is required": lambda: t("ett av disse må være med: %s"),
    "expected one argument": lambda: t("verdien mangler"),
    "expected at most one argument": lambda: t("tar høyst én verdi"),
    "expected at least one argument": lambda: t("minst én verdi mangler"),
    "ambiguous option: %(option)s could match %(matches)s": lambda: t("%(option)s kan bety flere: %(matches)s"),
    "invalid %(type)s value: %(value)r": lambda: t("%(value)r kan ikke brukes her"),
    "invalid choice: %(value)r (choose from %(choices)s)": lambda: t(
        "%(value)r finnes ikke; velg blant %(choices)s"
    ),
}


def use() -> None:
    """Let argparse say what it says in the language that is in use when it says it."""
    argparse._ = _said  # type: ignore[attr-defined] # its own texts go through it


def _said(text: str) -> str:
    word = _WORDS.get(text)
    return word() if word and i18n.language() == "nb" else text
