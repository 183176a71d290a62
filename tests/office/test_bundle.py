"""Support bundles: without patient data there is none in any byte of the file."""

from __future__ import annotations

import base64
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree

from elmeld_tui.cli import main
from elmeld_tui.messages.skeleton import skeleton
from elmeld_tui.model.clinic import User
from elmeld_tui.office.bundle import make_bundle
from elmeld_tui.office.clinic import Office
from elmeld_tui.office.errors import OfficeError
from elmeld_tui.store import audit, messages, models, tables
from elmeld_tui.store.settings import write_clinic
from tests.engine.world import CLINIC, World

OURS = {
    "direction": "in",
    "kind": "dialogue",
    "communication_type": "dialogue",
    "state": "imported",
    "receipt": "none",
}


@dataclass
class Seeds:
    """Words and numbers that stand nowhere else, and where each was put."""

    put: dict[str, str] = field(default_factory=dict)

    def word(self, where: str) -> str:
        number = len(self.put)
        seed = (f"Ærlig{number:04}Øystese", f"219{number:08}", f"H{number:04}-tekst om pasienten")[number % 3]
        self.put[seed] = where
        return seed


def seeded_document(world: World, seeds: Seeds) -> bytes:
    """Return a document that says a seed wherever it can say anything, and calls some elements by one."""
    root = etree.fromstring(world.letter().raw)
    for element in list(root.iter()):
        if element.text and element.text.strip():
            element.text = seeds.word(f"text of {element.tag}")
        for attribute in element.attrib:
            element.set(attribute, seeds.word(f"{attribute} of {element.tag}"))
        if len(element) == 0:
            element.tail = seeds.word(f"after {element.tag}")
    strange = etree.SubElement(root, f"{{urn:{seeds.word('a namespace').replace(' ', '')}}}Navn")
    etree.SubElement(strange, "Personnummer-" + seeds.word("an element").replace(" ", "")).text = seeds.word("x")
    root.append(etree.Comment(seeds.word("a comment")))
    return etree.tostring(root)


def seeded(world: World, seeds: Seeds) -> int:
    """Return a message that has a seed in every text that anybody else may have written."""
    columns: dict[str, object] = {
        name: OURS.get(name) or seeds.word(f"message.{name}")
        for name, column in models.Message.model_fields.items()
        if column.annotation is str and name not in {"created", "updated"}
    }
    names = (
        "attempt code text detail reason endpoint receiver eb_message_id next_attempt user name where msg_id at "
        "service action cpa_id content_type sha256 kind errors whose"
    )
    detail: dict[str, object] = {name: seeds.word(f"event detail {name}") for name in names.split()}
    detail["errors"] = [{"code": seeds.word("error code"), "text": [seeds.word("error text")]}]
    at = "2026-11-22T08:00:00.000Z"
    packed = world.pack(
        world.letter(seeds.word("the letter"), msg_id="00000000-0000-4000-8000-000000000001"),
        description=seeds.word("eb:Description"),
        service=seeds.word("eb:Service"),
        action=seeds.word("eb:Action"),
        from_role=seeds.word("eb:Role"),
        conversation_id=seeds.word("eb:ConversationId"),
        cpa_id=seeds.word("eb:CPAId"),
        message_id=seeds.word("eb:MessageId").replace(" ", ""),
    )
    with world.database.transaction() as connection:
        columns = {"created": at, "updated": at, **columns}
        message_id = int(connection.execute(tables.message.insert().values(columns)).inserted_primary_key[0])
        messages.add_part(
            connection, message_id, "document", seeds.word("content type"), seeded_document(world, seeds)
        )
        messages.add_part(connection, message_id, "envelope", packed.content_type, packed.body)
        rows = {
            tables.event: {"at": at, "name": seeds.word("event name"), "detail": detail},
            tables.finding: {
                "severity": "error",
                "code": "R68",
                "place": f"/MsgHead/Patient[1]/{seeds.word('a place').replace(' ', '')}",
                "text": seeds.word("finding text"),
            },
            tables.receiver: {
                **dict.fromkeys(("her_id", "name", "role", "apprec_id"), ""),
                "her_id": seeds.word("receiver HER-id"),
                "name": seeds.word("receiver name"),
                "role": seeds.word("receiver role"),
                "apprec_id": seeds.word("apprec id"),
                "due": at,
                "errors": [{name: seeds.word(f"apprec {name}") for name in ("code", "text", "detail", "system")}],
            },
            tables.outbox: {
                "sender_her": "",
                "receiver_her": seeds.word("outbox receiver"),
                "eb_message_id": seeds.word("outbox id"),
                "header": {},
                "line": seeds.word("line"),
                "endpoint": f"http://host.test/{quote(seeds.word('endpoint'))}",
                "next_at": at,
                "interval": 1,
                "give_up_at": at,
            },
            tables.alert: {
                "code": seeds.word("alert"),
                "raised": at,
                "detail": {"text": seeds.word("alert text")},
            },
        }
        for table, values in rows.items():
            connection.execute(table.insert().values(message_id=message_id, **values))
    return message_id


def spellings(seed: str) -> Iterator[bytes]:
    """Yield what a seed looks like in whatever way it may have been written."""
    for text in (seed, seed.replace(" ", ""), json.dumps(seed)[1:-1], quote(seed), seed.upper(), seed.lower()):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield text.encode(encoding)
    for shift in range(3):
        coded = base64.b64encode(b" " * shift + seed.encode())
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]


def members(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_bundle_without_patient_data_holds_none(world: World, engine_office: Office) -> None:
    seeds = Seeds()
    message_id = seeded(world, seeds)
    bundle = make_bundle(engine_office, [message_id])
    held = b"\0".join([bundle, *(name.encode() + b"\0" + content for name, content in members(bundle).items())])
    found = {seed: where for seed, where in seeds.put.items() if any(one in held for one in spellings(seed))}
    assert found == {}
    assert len(seeds.put) > 150, "the document and the rows have said them"


def test_a_bundle_with_patient_data_holds_it_all(world: World, engine_office: Office) -> None:
    seeds = Seeds()
    message_id = seeded(world, seeds)
    content = members(make_bundle(engine_office, [message_id], with_patient_data=True))
    assert content[f"message-{message_id}/1-document"] == world.reader.part(message_id)
    assert content[f"message-{message_id}/2-envelope"] == world.reader.part(message_id, "envelope")
    assert "MED pasientopplysninger" in content["README.txt"].decode()


def test_a_bundle_has_each_envelope_of_a_message_that_was_packed_twice(
    world: World, engine_office: Office
) -> None:
    message_id = seeded(world, Seeds())
    with world.database.transaction() as connection:
        messages.add_part(connection, message_id, "envelope", "text/xml", b"<packed-anew/>")
    content = members(make_bundle(engine_office, [message_id], with_patient_data=True))
    envelopes = [kept for name, kept in content.items() if name.endswith("-envelope")]
    assert len(set(envelopes)) == 2
    assert envelopes[1] == b"<packed-anew/>"


def test_support_sees_what_happened_and_how_the_message_is_built(world: World, engine_office: Office) -> None:
    world.post(world.pack(world.letter()))
    world.take_in()
    row = world.reader.message(1)
    assert row is not None
    content = members(make_bundle(engine_office, [row.id]))
    told = json.loads(content[f"message-{row.id}/message.json"])
    assert (told["message"]["state"], told["message"]["kind"]) == ("imported", "dialogue")
    assert told["message"]["msg_id"] == row.msg_id
    assert [event["name"] for event in told["events"]] == world.events(row.id)
    assert told["travel"]["header"]["from"] == "9300001"
    assert told["travel"]["signature"]["valid"] is True
    assert [part["role"] for part in told["parts"]] == ["envelope", "document", "signal", "apprec"]
    structure = content[f"message-{row.id}/structure.xml"].decode()
    assert "Patient>" in structure
    assert "[eleven digits]" in structure
    assert '"2.16.578.1.12.4.1.1.8116"' in structure, "a code list may be named"
    assert "Åsen" not in structure


def test_that_a_bundle_was_made_is_in_the_audit_trail(world: World, engine_office: Office) -> None:
    message_id = seeded(world, Seeds())
    make_bundle(engine_office, [message_id], with_patient_data=True)
    with world.database.snapshot() as connection:
        (entry,) = audit.entries(connection, action="export")
    assert (entry.user, entry.message_id, entry.detail) == ("kari", message_id, {"patient_data": True})


def test_a_message_that_is_not_there_makes_no_bundle(engine_office: Office, world: World) -> None:
    with pytest.raises(OfficeError, match="99"):
        make_bundle(engine_office, [99])
    with world.database.snapshot() as connection:
        assert audit.entries(connection) == []


def test_the_structure_of_a_document_is_whole(world: World) -> None:
    whole = etree.fromstring(world.letter().raw)
    bones = etree.fromstring(skeleton(world.letter().raw))
    assert [element.tag for element in bones.iter()] == [element.tag for element in whole.iter()]
    assert [list(element.attrib) for element in bones.iter()] == [list(element.attrib) for element in whole.iter()]


def test_a_support_person_makes_a_bundle_from_the_command_line(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_clinic(world.data_dir, replace(CLINIC, users=(User("kari", "Kari Prøve"),)))
    message_id = seeded(world, Seeds())
    path = tmp_path / "feil.zip"
    words = ["--data-dir", str(world.data_dir), "bundle", str(message_id), "--out", str(path)]
    assert main(words) == 0
    assert str(path) in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"message-{message_id}/message.json" in members(path.read_bytes())
    assert main(words) == 1
    assert "overskrevet" in capsys.readouterr().err
    assert main(["--data-dir", str(world.data_dir), "bundle", "99", "--out", str(tmp_path / "x.zip")]) == 1
    assert not (tmp_path / "x.zip").exists()
