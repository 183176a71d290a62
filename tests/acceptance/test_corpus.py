"""Real and official messages, taken in by the command as if they had arrived: what is decided, and what is answered.

The expectations are the national ones (HIS 80415:2004/2012, HITS 1168; errata 2019), one row a rule.
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from itertools import permutations
from pathlib import Path

import pytest
from lxml import etree

from elmeld_tui.cli import main
from elmeld_tui.engine.importing import take_in_document
from elmeld_tui.messages.document import read
from elmeld_tui.model import clock
from elmeld_tui.model.clinic import Clinic, Service
from elmeld_tui.store import messages
from elmeld_tui.store.database import open_memory
from elmeld_tui.store.reading import Filter
from tests.acceptance.receiving import Practice

pytestmark = pytest.mark.acceptance

APPREC_VERSION = {
    "dialogmelding/1.0": "1.0",
    "dialogmelding/1.1": "1.1",
    "henvisning/1.0": "1.0",
    "henvisning/1.1": "1.1",
    "henvisning/2.0": "1.1",
    "epikrise/1.1": "1.0",
    "epikrise/1.2": "1.1",
    "rekvisisjon/1.5": "1.0",
    "rekvisisjon/1.6": "1.1",
    "svarrapport/1.3": "1.0",
    "svarrapport/1.4": "1.1",
    "legeerklaring/1.0": "1.0",
}
"""Every kind that a clinic or NAV takes in, and the receipt that answers it (HITS 1168 §8)."""

REFUSED = (
    # NAV's fixtures lack the sender's name, and their made-up patient numbers fail their check digits.
    ("nav-to-doctor-FellesformatDialogmelding", {"T02", "E31"}),
    # This one's attachment is no base64 (HITS 1168 §4.4).
    ("nav-to-doctor-FellesformatMessage", {"E31", "T99"}),
    ("legeerklaring", {"E31"}),
)


def _files(shared: Path) -> list[Path]:
    return [file for room in APPREC_VERSION for file in sorted((shared / "corpus" / room).glob("*.xml"))]


def _refusal(name: str) -> set[str] | None:
    return next((codes for beginning, codes in REFUSED if name.startswith(beginning)), None)


@pytest.fixture(scope="module")
def answers(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Each file taken in by a clinic of its own, since several carry one MsgId."""
    found: dict[str, dict[str, object]] = {}
    for file in _files(shared):
        place = tmp_path_factory.mktemp("apprec")
        said, complained = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(complained):
            code = main(["receive", "--as-receiver", "--json", "--apprec-dir", str(place), str(file)])
        assert complained.getvalue() == "", file.name
        found[str(file.relative_to(shared / "corpus"))] = json.loads(said.getvalue()) | {"exit": code}
    return found


def test_every_file_is_decided_and_answered_as_the_standards_say(answers: dict[str, dict[str, object]]) -> None:
    assert len(answers) > 90
    for name, answer in answers.items():
        room, file = name.rsplit("/", 1)
        codes = _refusal(file)
        apprec = answer["apprec"]
        assert isinstance(apprec, dict), name
        assert apprec["version"] == APPREC_VERSION[room], name
        assert answer["decision"] == ("rejected" if codes else "imported"), name
        assert apprec["status"] == ("2" if codes else "1"), name
        assert {error["code"] for error in apprec["errors"]} == (codes or set()), name
        assert answer["exit"] == (1 if codes else 0), name


def test_every_apprec_is_valid_and_mirrors_what_it_answers(
    answers: dict[str, dict[str, object]], shared: Path
) -> None:
    schemas = {
        "1.0": etree.XMLSchema(etree.parse(shared / "xsd/kith/AppRec-v1-2004-11-21.xsd")),
        "1.1": etree.XMLSchema(etree.parse(shared / "xsd/kith/AppRec-v1.1.xsd")),
    }
    for name, answer in answers.items():
        apprec = etree.parse(str(answer["apprec_file"]))
        told = answer["apprec"]
        assert isinstance(told, dict)
        assert schemas[told["version"]].validate(apprec), name
        original = etree.parse(shared / "corpus" / name)
        assert _text(apprec, "OriginalMsgId/Id") == _original_id(original, told["version"]), name
        assert _her_ids(apprec, "Sender") & _original_her_ids(original, receiver=True), name
        assert _her_ids(apprec, "Receiver") & _original_her_ids(original, receiver=False), name


def _local(path: str) -> str:
    return "//" + "/".join(f"*[local-name()='{step}']" for step in path.split("/"))


def _text(tree: etree._ElementTree, path: str) -> str:
    return str(tree.xpath(f"string({_local(path)})"))


def _original_id(tree: etree._ElementTree, version: str) -> str:
    """AR11 §3.1: the message's id; AR10 §6.5: for MsgHead messages too, else the clinical document's."""
    path = "MsgInfo/MsgId"
    if tree.xpath(_local(path)):
        return _text(tree, path)
    if version == "1.0":
        provided = ("ServRprt/ServProvId", "ServReport/ServProvId", "Message/ServReq/Id")
        return next(said for place in provided if (said := _text(tree, place)))
    return str(tree.xpath(f"string({_local('Message/MsgId')}/@V)")) or _text(tree, "Message/MsgId")


def _her_ids(apprec: etree._ElementTree, side: str) -> set[str]:
    return {str(value) for value in apprec.xpath(f"{_local(side)}//*[local-name()='Id']/text()")}


def _original_her_ids(tree: etree._ElementTree, *, receiver: bool) -> set[str]:
    """A laboratory answers its requester; everyone else writes to the service provider (HIS 1153-2 AD2.9)."""
    report = bool(tree.xpath("//*[local-name()='ServReport' or local-name()='ServRprt']"))
    own_root = {True: "Requester" if report else "ServProvider", False: "ServProvider" if report else "Requester"}
    sides = (own_root[receiver], "MsgInfo/Receiver" if receiver else "MsgInfo/Sender")
    return {
        str(value)
        for side in sides
        for value in tree.xpath(
            f"{_local(side)}//*[local-name()='Id']/text() | {_local(side)}//*[local-name()='Id']/@V"
        )
    }


def _chains(shared: Path) -> dict[tuple[str, str], list[Path]]:
    """The official files about one document: new, changed, cancelled."""
    found: dict[tuple[str, str], list[Path]] = {}
    for file in _files(shared):
        header = read(file.read_bytes()).header
        if header.document_id:
            found.setdefault((header.namespace, header.document_id), []).append(file)
    return {key: files for key, files in found.items() if len(files) > 1}


def test_r25_r26_r27_official_changes_end_the_same_in_any_order(shared: Path, tmp_path: Path) -> None:
    checked = 0
    for number, files in enumerate(_chains(shared).values()):
        documents = [file.read_bytes() for file in files]
        headers = [read(raw).header for raw in documents]
        if len({header.msg_id for header in headers}) < len(headers):
            # Some of the official examples carry one MsgId twice; the second is then a duplicate.
            continue
        unit, service = headers[0].receivers[0].organisation, headers[0].receivers[0]
        clinic = Clinic(unit.name, unit.her_id, "", (Service(service.her_id, service.name),), test=True)
        last = max(headers, key=lambda header: (header.service_type == "C", header.generated))
        for order in permutations(range(len(files))):
            practice = Practice(tmp_path / f"{number}-{'-'.join(map(str, order))}", clinic)
            for index in order:
                practice.receive(documents[index])
            rows = practice.reader.page(Filter(direction="in"), 0)
            current = [row.id for row in rows if row.document_state == "current"]
            messages = [practice.reader.message(one) for one in current]
            assert [message.msg_id for message in messages if message] == [last.msg_id], (files[0].name, order)
            assert {row.folder for row in rows if row.id not in current} == {"replaced"}
            checked += 1
    assert checked > 30


def test_r7_every_byte_of_every_file_is_kept(shared: Path) -> None:
    database = open_memory()
    try:
        for file in sorted((shared / "corpus").rglob("*.xml")):
            raw = file.read_bytes()
            taken = take_in_document(database, Clinic("", "-", "", (), test=True), clock.now, raw)
            with database.snapshot() as connection:
                assert messages.part(connection, taken.message_id, "document") == raw, file.name
    finally:
        database.close()
