"""The project's own schemas give the verdicts of the national ones: on every corpus file, and on what is made of them."""

from __future__ import annotations

import copy
import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from tests.messages import reference_schemas
from tests.messages.mutations import MUTATE

from elmeld_tui.messages import schemas
from elmeld_tui.messages.reading import namespace
from elmeld_tui.model import kinds

MUTATIONS = 1_000
LARGEST_SAMPLE = 100_000
"""Bytes; the mutations of a document are no better for its attachments."""


def documents(shared: Path, largest: int | None = None) -> Iterator[tuple[str, etree._Element]]:
    for file in sorted((shared / "corpus").rglob("*.xml")):
        raw = file.read_bytes()
        if largest is None or len(raw) <= largest:
            yield str(file.relative_to(shared)), unwrapped(etree.fromstring(raw))


def unwrapped(root: etree._Element) -> etree._Element:
    if etree.QName(root).localname != "EI_fellesformat":
        return root
    return next(child for child in root if etree.QName(child).localname in ("MsgHead", "AppRec"))


def body_namespace(root: etree._Element) -> str:
    body = root.find("{*}Document/{*}RefDoc/{*}Content/{*}*")
    return namespace(root) if body is None else namespace(body)


def test_every_corpus_file_gets_the_reference_verdict(shared: Path) -> None:
    with (shared / "corpus" / "manifest.tsv").open(encoding="utf-8", newline="") as manifest:
        stated = {
            f"corpus/{row['file']}": row["schema_verdict"] for row in csv.DictReader(manifest, delimiter="\t")
        }
    for name, root in documents(shared):
        valid = not schemas.validate(root)
        assert valid == (stated.pop(name) == "valid"), name
        # The strict wildcard of the reference refuses companions that it has no schema for; we pass them over.
        assert valid == reference_schemas.verdict(shared, root) or "RESEPTFORNYELSE" in name, name
    assert stated == {}


@pytest.mark.parametrize("kind", [name for name in schemas.SCHEMA_FILES if name != kinds.MSGHEAD])
def test_mutated_documents_get_the_reference_verdict(
    shared: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("elmeld_tui.messages.schemas.faults.explain", lambda root, breaches, schema: breaches)
    of_the_kind = (root for _, root in documents(shared, LARGEST_SAMPLE) if body_namespace(root) == kind)
    samples = [root for root in of_the_kind if reference_schemas.verdict(shared, root)]
    chance = random.Random(1037)
    verdicts = {True: 0, False: 0}
    for number in range(MUTATIONS):
        mutant = copy.deepcopy(chance.choice(samples))
        done = [chance.choice(MUTATE)(mutant, chance) for _ in range(chance.choice((1, 1, 1, 2)))]
        mutant = etree.fromstring(etree.tostring(mutant, encoding="UTF-8"))
        expected = reference_schemas.verdict(shared, mutant)
        assert (not schemas.validate(mutant)) == expected, f"{number}: {done}\n{etree.tostring(mutant).decode()}"
        verdicts[expected] += 1
    assert min(verdicts.values()) > MUTATIONS // 20, "too few of the mutations tell the schemas apart"
