"""A settings file that records which of its values are read: one that nobody reads is a misspelling, and is reported."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import Any


class Noted(dict[str, Any]):
    """A table, and those within it; each name counts as read once it is asked for.

    Args:
        table: as TOML has it.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        super().__init__({name: _noted(value) for name, value in table.items()})
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        """Return what stands under a name."""
        self._read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return what stands under a name, else ``default``."""
        self._read.add(name)
        return super().get(name, default)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override] # the built-in's own type has no name
        """Return everything, which so is read."""
        self._read.update(self)
        return super().items()

    def unread(self, above: str = "") -> Iterator[str]:
        """Yield the names that nobody has asked for, with those of the tables they stand in, a point between."""
        for name in self:
            if name not in self._read:
                yield f"{above}{name}"
                continue
            within = super().__getitem__(name)
            for table in within if isinstance(within, list) else [within]:
                if isinstance(table, Noted):
                    yield from table.unread(f"{above}{name}.")


def _noted(value: Any) -> Any:
    if isinstance(value, list):
        return [_noted(one) for one in value]
    return Noted(value) if isinstance(value, dict) else value
