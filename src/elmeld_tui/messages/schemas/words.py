"""The words for a schema violation: what is wrong, where, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.messages.reading import Element, local, namespace
from elmeld_tui.model.findings import Finding, Severity

_LONGEST_VALUE = 60


def _finding(where: str, message: str) -> Finding:
    return Finding(Severity.ERROR, "T02", where, message)


def unexpected(root: Element, element: Element, expected: list[str]) -> Finding:
    """Tell that ``element`` stands where another one is expected, or none."""
    name, parent = shown(local(element)), element.getparent()
    inside = shown(local(parent)) if parent is not None else ""
    where = path(root, element)
    if expected:
        return _finding(
            where,
            t(
                "Elementet «{name}» kan ikke stå her i «{parent}»; her ventes {expected}. "
                "Flytt eller fjern «{name}», eller legg inn det som mangler foran.",
                name=name,
                parent=inside,
                expected=one_of([f"«{each}»" for each in expected]),
            ),
        )
    return _finding(
        where,
        t(
            "Elementet «{name}» kan ikke stå her i «{parent}»: det er ikke plass til det, eller flere av det, "
            "på dette stedet. Flytt eller fjern det.",
            name=name,
            parent=inside,
        ),
    )


def incomplete(root: Element, element: Element, expected: list[str]) -> Finding:
    """Tell that ``element`` ends before all it needs is there."""
    return _finding(
        path(root, element),
        t(
            "Elementet «{name}» er ikke fullstendig: {expected} mangler. Legg det inn til slutt i «{name}».",
            name=shown(local(element)),
            expected=one_of([f"«{each}»" for each in expected]) or t("et element"),
        ),
    )


def undeclared(root: Element, element: Element) -> Finding:
    """Tell that no schema at hand declares ``element``, which stands where only a declared one may."""
    return _finding(
        path(root, element),
        t(
            "Elementet «{name}» i navnerommet «{namespace}» er ukjent, og kan ikke være innhold i meldingen. "
            "Bruk en nasjonal meldingsstandard, eller legg innholdet ved som Base64Container.",
            name=shown(local(element)),
            namespace=shown(namespace(element)),
        ),
    )


def bad_value(root: Element, element: Element, attribute: str, value: str, wanted: str) -> Finding:
    """Tell that the text of ``element``, or its ``attribute`` where one is named, is not ``wanted``."""
    where = path(root, element) + (f"/@{shown(_plain(attribute))}" if attribute else "")
    name = f"{local(element)}/@{_plain(attribute)}" if attribute else local(element)
    return _finding(
        where,
        t(
            "Verdien «{value}» i «{name}» er ikke gyldig; her ventes {wanted}. Rett verdien.",
            value=shown(value),
            name=shown(name),
            wanted=wanted,
        ),
    )


def unknown_attribute(root: Element, element: Element, attribute: str) -> Finding:
    """Tell that ``element`` has no such attribute."""
    return _finding(
        f"{path(root, element)}/@{shown(_plain(attribute))}",
        t(
            "Attributtet «{attribute}» finnes ikke på «{name}». Fjern det, eller rett skrivemåten.",
            attribute=shown(_plain(attribute)),
            name=shown(local(element)),
        ),
    )


def missing_attribute(root: Element, element: Element, attribute: str) -> Finding:
    """Tell that ``element`` lacks an attribute."""
    return _finding(
        path(root, element),
        t(
            "Attributtet «{attribute}» mangler på «{name}». Legg det inn.",
            attribute=shown(_plain(attribute)),
            name=shown(local(element)),
        ),
    )


def stray_text(root: Element, element: Element) -> Finding:
    """Tell that there is text between the children of ``element``."""
    return _finding(
        path(root, element),
        t(
            "Det står tekst direkte i «{name}», der det bare kan stå elementer eller attributter. "
            "Flytt teksten til elementet den hører til i, eller fjern den.",
            name=shown(local(element)),
        ),
    )


def repeated_id(root: Element, element: Element) -> Finding:
    """Tell that ``element`` has the Id of another element in the signature."""
    return _finding(
        f"{path(root, element)}/@Id",
        t(
            "Id «{value}» på «{name}» er brukt flere ganger i signaturen. Gi hvert element sin egen, og signer på nytt.",
            value=shown(element.get("Id") or ""),
            name=shown(local(element)),
        ),
    )


def other(root: Element, element: Element | None, reason: str) -> Finding:
    """Tell what the schema checker said, in its own words, of ``element`` (the whole document where not known)."""
    target = root if element is None else element
    return _finding(
        path(root, target),
        t(
            "«{name}» følger ikke skjemaet. Skjemakontrollen sier: {reason}. Rett det og kontroller på nytt.",
            name=shown(local(target)),
            reason=shown(reason.rstrip("."), longest=200),
        ),
    )


def one_of(words: list[str]) -> str:
    """Return ``words`` as alternatives in a sentence."""
    *most, last = [shown(word) for word in words] or [""]
    return t("{most} eller {last}", most=", ".join(most), last=last) if most else last


def exactly(value: str) -> str:
    """Return in words that nothing but ``value`` will do."""
    return t("nøyaktig «{value}»", value=value)


def type_words(name: str) -> str:
    """Return in words which values the built-in type ``name`` takes."""
    return _TYPES[name]() if name in _TYPES else name


_TYPES = {
    "dateTime": lambda: t("dato og klokkeslett (2026-01-31T12:30:00+01:00)"),
    "date": lambda: t("en dato (2026-01-31)"),
    "time": lambda: t("et klokkeslett (12:30:00)"),
    "gYear": lambda: t("et årstall (2026)"),
    "gYearMonth": lambda: t("år og måned (2026-01)"),
    "boolean": lambda: t("«true» eller «false»"),
    "integer": lambda: t("et heltall"),
    "int": lambda: t("et heltall"),
    "nonNegativeInteger": lambda: t("et heltall, null eller større"),
    "double": lambda: t("et tall med desimalpunktum (1.5)"),
    "base64Binary": lambda: t("base64"),
    "anyURI": lambda: t("en adresse (URI)"),
}


def pattern_words(pattern: str) -> str:
    """Return in words which values match ``pattern``."""
    return _PATTERNS[pattern]() if pattern in _PATTERNS else t("en verdi av formen {pattern}", pattern=pattern)


_PATTERNS = {
    r"\d+(\.\d+)*": lambda: t("en OID: sifre med punktum mellom"),
    "true|false": lambda: t("«true» eller «false»"),
    r"(\+|-)?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee](\+|-)?[0-9]+)?|INF|-INF|NaN": _TYPES["double"],
}


def shown(value: str, longest: int = _LONGEST_VALUE) -> str:
    """Return a value of the document as it may stand in a text: on one line, without control characters, cut."""
    plain = "".join(each if each.isprintable() else " " for each in value).strip()
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def path(root: Element, element: Element) -> str:
    """Return where ``element`` is below ``root``: local names, numbered where siblings share one."""
    return "/" + "/".join(reversed(list(_steps(root, element))))


def _steps(root: Element, element: Element) -> Iterator[str]:
    current: Element | None = element
    while current is not None:
        parent = None if current is root else current.getparent()
        name = shown(local(current))
        alike = [each for each in parent if local(each) == local(current)] if parent is not None else []
        yield f"{name}[{alike.index(current) + 1}]" if len(alike) > 1 else name
        current = parent
