"""Documents of our own with something changed in them, as a sender might get it wrong."""

from __future__ import annotations

from collections.abc import Callable

from incoming_samples import KINDS
from lxml import etree
from message_samples import NATIONAL_ID

from elmeld_tui.messages.reading import local
from elmeld_tui.model.identifiers import with_check_digits

OWN_ROOT = [name for name in KINDS if not name.startswith(("dialogue", "referral 2"))]
OLD = frozenset(name for name in KINDS if name.endswith((" 1.0", " 1.1", " 1.5", " 1.3"))) - {
    "referral 1.1",
    "dialogue 1.1",
}
"""What AppRec 1.0 answers (HITS 1168 §8)."""

H_NUMBER = with_check_digits("135169001")
D_NUMBER = next(n for i in range(100, 500, 2) if (n := with_check_digits(f"539169{i}")))
WRONG = f"{str(NATIONAL_ID)[:-1]}{(int(str(NATIONAL_ID)[-1]) + 1) % 10}"


def changed(raw: bytes, *changes: tuple[str, str]) -> bytes:
    text = raw.decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def edited(raw: bytes, change: Callable[[etree._Element], None]) -> bytes:
    root = etree.fromstring(raw)
    change(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def patient_in(root: etree._Element) -> etree._Element:
    return next(root.iter("{*}Patient"))


def drop(root: etree._Element, *names: str) -> None:
    for name in names:
        for element in list(root.iter(f"{{*}}{name}")):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)


IDENTIFYING = {
    "FamilyName",
    "GivenName",
    "Name",
    "DateOfBirth",
    "Sex",
    "Ident",
    "OffId",
    "TypeOffId",
    "AdditionalId",
}


def without_identity(raw: bytes) -> bytes:
    """Return the document with a patient who is not said to be anybody."""

    def change(root: etree._Element) -> None:
        patient = patient_in(root)
        for child in [child for child in patient if local(child) in IDENTIFYING]:
            patient.remove(child)

    return edited(raw, change)


def with_empty_patient(raw: bytes) -> bytes:
    return edited(raw, lambda root: [patient_in(root).remove(child) for child in list(patient_in(root))] and None)


def without_patient(raw: bytes) -> bytes:
    return edited(raw, lambda root: patient_in(root).getparent().remove(patient_in(root)))  # type: ignore[union-attr]


def renumbered(raw: bytes, number: str | None, kind: str = "FNR", *, born: bool = True) -> bytes:
    """Return the document with another official number, or with none."""

    def change(root: etree._Element) -> None:
        patient = patient_in(root)
        if not born:
            for child in [child for child in patient if local(child) in {"DateOfBirth", "Sex"}]:
                patient.remove(child)
        for child in list(patient):
            if local(child) == "OffId":
                child.text = number
            elif local(child) == "TypeOffId":
                child.set("V", kind)
                child.set("DN", kind)
            elif local(child) == "Ident" and number is not None:
                child[0].text = number
                child[1].set("V", kind)
            if number is None and local(child) in {"OffId", "TypeOffId", "Ident"}:
                patient.remove(child)

    return edited(raw, change)


def to(raw: bytes, her_id: str) -> bytes:
    return changed(raw, ("8094002", her_id))
