"""Whether the name a document gives its receiver matches the address register's name for that HER-id.

The HER-id decides who gets a message; the name is what its writer read. Where they refer to two different units, one
of them is a mistake, and only the writer can say which (decision 28).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from elmeld_tui.i18n import t
from elmeld_tui.model.directory import DirectoryParty
from elmeld_tui.model.parties import Party

_WORD = re.compile(r"\w+")
_FORMS_OF_COMPANY = frozenset({"as", "asa", "sa", "da", "ans", "hf", "rhf", "kf", "iks", "avd", "v", "ved"})
"""Words that one of two names of the same unit often lacks."""


def disagreements(receiver: Party, registered: DirectoryParty) -> Iterator[str]:
    """Yield in what a receiver is somebody else in the document than in the register, in the user's language.

    A level of which the document gives no name says nothing. Two names agree where all words of one are in the other.

    Args:
        receiver: as the document addresses it.
        registered: whoever has its HER-id in the register.
    """
    below = receiver.department.name if receiver.department else receiver.person.name if receiver.person else ""
    own_names = (registered.name, registered.full_name)
    if below and not any(agree(below, name) for name in own_names):
        yield _other_name(registered.her_id, below, registered.full_name)
    above = receiver.organisation
    if registered.parent_name and above.name and not agree(above.name, registered.parent_name):
        yield _other_name(registered.parent_her_id, above.name, registered.parent_name)
    elif not registered.parent_name and not below and above.name and not agree(above.name, registered.name):
        yield _other_name(registered.her_id, above.name, registered.name)
    if registered.parent_her_id and above.her_id not in {"", registered.parent_her_id, registered.her_id}:
        yield t(
            "HER-id {her_id} hører til {name} ({parent}) i adresseregisteret, og ikke til HER-id {said}.",
            her_id=registered.her_id,
            name=registered.parent_name,
            parent=registered.parent_her_id,
            said=above.her_id,
        )


def agree(one: str, other: str) -> bool:
    """Return whether two names can be those of the same unit: all words of one are in the other."""
    first, second = _words(one), _words(other)
    return not first or not second or first <= second or second <= first


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFC", name).casefold()
    return frozenset(_WORD.findall(plain)) - _FORMS_OF_COMPANY


def _other_name(her_id: str, said: str, registered: str) -> str:
    return t(
        "Dokumentet kaller mottakeren med HER-id {her_id} «{said}», men i adresseregisteret er det {registered}.",
        her_id=her_id,
        said=said,
        registered=registered,
    )
