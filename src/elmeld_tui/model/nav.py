"""NAV as a party: recognised by its numbers, in a document and in the address register."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from elmeld_tui.model.directory import DirectoryParty
    from elmeld_tui.model.parties import Ident, Party

HER_ID = "79768"
"""NAV's address in the register, which has no services below it."""

_NUMBERS = frozenset({("HER", HER_ID), ("ENH", "889640782"), ("ENH", "990983291")})
"""The agency and its IT unit, under whose number the register has the address."""


def is_nav(party: Party | None) -> bool:
    """Return whether ``party`` is NAV, by HER-id or organisation number."""
    return party is not None and any(_is_navs(ident) for ident in party.organisation.idents)


def is_nav_address(party: DirectoryParty) -> bool:
    """Return whether an entry of the register is NAV itself."""
    return ("HER", party.her_id) in _NUMBERS or ("ENH", party.organisation_number) in _NUMBERS


def _is_navs(ident: Ident) -> bool:
    return (ident.type.value, ident.id.strip()) in _NUMBERS
