"""The code lists a clinic has imported: stored as files beside the database, read by `messages.codelists`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from elmeld_tui.messages.codelists import CodeList, read
from elmeld_tui.store.places import code_lists
from elmeld_tui.store.whole_files import replace_file


@dataclass(frozen=True, slots=True)
class Change:
    """What an import did to a list, as numbers of codes.

    Attributes:
        total: codes in the list now.
        added: not in the list before.
        changed: with another text than before.
        removed: not in the list any more.
    """

    total: int
    added: int
    changed: int
    removed: int


def keep(data_dir: Path, number: str, codes: CodeList) -> Change:
    """Replace the imported list ``number``; readers see the old list or the new one, never half.

    Raises:
        OSError: it cannot be written; the old list stands.
        ImportedListError: the list kept before cannot be read.
    """
    directory = code_lists(data_dir)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = directory / f"{number}.json"
    before = read(file)["codes"] if file.exists() else {}
    replace_file(file, json.dumps(codes, ensure_ascii=False).encode("utf-8"))
    now = codes["codes"]
    return Change(
        total=len(now),
        added=len(now.keys() - before.keys()),
        changed=sum(before[code] != text for code, text in now.items() if code in before),
        removed=len(before.keys() - now.keys()),
    )
