"""Identifiers and their check digits (HIS 1001:2010 ch. 2-4).

A number that fails is shown with a warning on receipt, never corrected; on sending it is refused.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGANISATION_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_UUID = re.compile(r"(urn:uuid:)?\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")


class NationalIdKind(StrEnum):
    """Kinds of eleven-digit person number; the values are the codes of list 8116/8327."""

    FNR = "FNR"
    DNR = "DNR"
    FHN = "FHN"
    HNR = "HNR"


@dataclass(frozen=True, slots=True)
class NationalId:
    """What an eleven-digit number says of itself.

    Attributes:
        kind: which series it belongs to.
        valid: whether the check digits hold and any date in it exists.
        synthetic: a test person (month + 80 from Skatteetaten, + 65 from Norsk helsenett); NAV's + 40 cannot be told
            from an H-number and is read as one.
        birth_date: the date in it; None where the number carries none (FH-number) or an impossible one.
    """

    kind: NationalIdKind
    valid: bool
    synthetic: bool
    birth_date: date | None


def read_national_id(number: str) -> NationalId | None:
    """Return what ``number`` says of itself, or None when it is not eleven digits."""
    if not re.fullmatch(r"[0-9]{11}", number):
        return None
    day, month = int(number[:2]), int(number[2:4])
    synthetic = False
    if number[0] in "89":
        return NationalId(NationalIdKind.FHN, _check_digits_hold(number), synthetic=False, birth_date=None)
    kind = NationalIdKind.FNR
    if day > 40:
        kind, day = NationalIdKind.DNR, day - 40
    if month > 80:
        synthetic, month = True, month - 80
    elif month > 65:
        synthetic, month = True, month - 65
    elif month > 40:
        kind, month = NationalIdKind.HNR, month - 40
    try:
        born = date(_century(int(number[6:9]), int(number[4:6])) + int(number[4:6]), month, day)
    except ValueError:
        born = None
    return NationalId(kind, _check_digits_hold(number) and born is not None, synthetic, born)


def _century(individual: int, year: int) -> int:
    if individual < 500:
        return 1900
    if individual < 750 and year >= 55:
        return 1800
    if year < 40:
        return 2000
    return 1900


def _check_digit(digits: str, weights: tuple[int, ...]) -> int:
    rest = 11 - sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    return 0 if rest == 11 else rest


def _check_digits_hold(number: str) -> bool:
    first = _check_digit(number[:9], _FIRST_WEIGHTS)
    second = _check_digit(number[:10], _SECOND_WEIGHTS)
    return number[9:] == f"{first}{second}"


def with_check_digits(first_nine: str) -> str | None:
    """Return the eleven-digit number that begins with ``first_nine``, or None where none is issued."""
    first = _check_digit(first_nine, _FIRST_WEIGHTS)
    if first == 10:
        return None
    second = _check_digit(f"{first_nine}{first}", _SECOND_WEIGHTS)
    return None if second == 10 else f"{first_nine}{first}{second}"


def is_organisation_number(number: str) -> bool:
    """Return whether ``number`` is nine digits with a right check digit (Enhetsregisteret)."""
    return bool(re.fullmatch(r"[0-9]{9}", number)) and int(number[8]) == _check_digit(
        number[:8], _ORGANISATION_WEIGHTS
    )


def register_number(number: str) -> str:
    """Return a HER-id or HPR-number as it is compared: some write it in groups, or filled out with zeros in front.

    What is no number is returned as it is.
    """
    digits = "".join(number.split())
    return digits.lstrip("0") or digits if re.fullmatch("[0-9]+", digits) else number


def is_her_id(number: str) -> bool:
    """Return whether ``number`` has the form of a HER-id: one to nine digits."""
    return bool(re.fullmatch(r"[0-9]{1,9}", number))


def is_uuid(text: str) -> bool:
    """Return whether ``text`` is a UUID in any of the spellings senders use (with braces, with ``urn:uuid:``)."""
    return bool(_UUID.fullmatch(text.strip()))


def compared_id(text: str) -> str:
    """Return an id as it is compared: a UUID is the same in capitals and in braces, any other id only as it is.

    Systems that keep ids as UUIDs give them back in a spelling of their own.
    """
    return text.strip().removeprefix("urn:uuid:").strip("{}").lower() if is_uuid(text) else text


def new_uuid() -> str:
    """Return a new random UUID, as MsgId and eb:MessageId are (HIS 80601 §4.1, HIS 1037 §6.2.1)."""
    return str(uuid.uuid4())
