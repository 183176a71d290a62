"""Hostile documents, given to the program by its commands: refused or inert, with a code, in bounded time and memory."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import re
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

pytestmark = pytest.mark.acceptance

MSGHEAD = "http://www.kith.no/xmlstds/msghead/2006-05-24"
DIALOGUE = "http://www.kith.no/xmlstds/dialog/2006-10-11"
SECONDS = 20
MEMORY = 1_500_000_000
"""Bytes of address space: what lxml, the program and one document of the largest size need, and no more."""

NOTE = """<?xml version="1.0" encoding="UTF-8"?>{prolog}
<MsgHead xmlns="http://www.kith.no/xmlstds/msghead/2006-05-24" {root}>
<MsgInfo><Type V="DIALOG_NOTAT" DN="Notat"/><MIGversion>v1.2 2006-05-24</MIGversion>
<GenDate>2026-11-22T08:00:00+01:00</GenDate><MsgId>6f8c4f0e-52a9-4d0c-9a37-0d6a9f7c1b52</MsgId>
<Sender><Organisation><OrganisationName>{sender}</OrganisationName>
<Ident><Id>8200000</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident></Organisation></Sender>
<Receiver><Organisation><OrganisationName>Fjellveien legesenter</OrganisationName>
<Ident><Id>8094001</Id><TypeId V="HER" S="2.16.578.1.12.4.1.1.9051" DN="HER-id"/></Ident></Organisation></Receiver>
<Patient><FamilyName>Fjellheim</FamilyName><GivenName>Berit</GivenName><DateOfBirth>1969-11-13</DateOfBirth>
<Sex V="2" DN="Kvinne"/></Patient></MsgInfo>
<Document><RefDoc><MsgType V="XML" DN="XML-instans"/><Content>
<Dialogmelding xmlns="http://www.kith.no/xmlstds/dialog/2006-10-11"><Notat>
<TemaKodet V="1" S="2.16.578.1.12.4.1.1.7321" DN="Notat om pasient"/>
<TekstNotatInnhold>{text}</TekstNotatInnhold></Notat></Dialogmelding></Content></RefDoc></Document>{more}
</MsgHead>"""


def note(
    *, prolog: str = "", root: str = "", sender: str = "Fjord sykehus", text: str = "Hei", more: str = ""
) -> str:
    return NOTE.format(prolog=prolog, root=root, sender=sender, text=text, more=more)


def attachment(content: bytes, mime: str) -> str:
    packed = base64.b64encode(content).decode()
    return (
        '<Document><RefDoc><MsgType V="A" DN="Vedlegg"/>'
        f"<MimeType>{mime}</MimeType><Description>Bilde</Description><Content>"
        f'<Base64Container xmlns="http://www.kith.no/xmlstds/base64container">{packed}</Base64Container>'
        "</Content></RefDoc></Document>"
    )


class Told(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


DRIVER = """
import contextlib, io, json, os, resource, signal, sys
from elmeld_tui.cli import main
def answers(commands):
    told = []
    for command in commands:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(command)
            except SystemExit as end:
                code = end.code
        told.append((code, out.getvalue(), err.getvalue()))
    return told
harmless, seconds, memory = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
answers([["show", harmless], ["receive", harmless], ["validate", harmless]])
for asked in sys.stdin:
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status:
            print(status, flush=True)
        continue
    # What it may take of the processor; by the clock more, since the machine may be busy with other tests.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    signal.alarm(6 * seconds)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    print(json.dumps(answers(json.loads(asked))), flush=True)
    os._exit(0)
"""
"""Answers each line of commands in a process of its own, forked off one that has loaded all that reading a document
takes: to load it takes longer than most attacks."""

Elmeld = Callable[..., list[Told]]
Verdict = Callable[[Path], dict[str, object]]


@pytest.fixture(scope="module")
def elmeld(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elmeld]:
    """Run commands in a process with bounded memory and time."""
    harmless = tmp_path_factory.mktemp("harmless") / "melding.xml"
    harmless.write_text(note())
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(harmless), str(SECONDS), str(MEMORY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        asked, answered = driver.stdin, driver.stdout

        def run(*commands: list[str]) -> list[Told]:
            print(json.dumps(commands), file=asked, flush=True)
            answer = json.loads(answered.readline())
            assert isinstance(answer, list), f"the program ended with {answer}"
            return [Told(*one) for one in answer]

        yield run
        asked.close()


@pytest.fixture
def verdict(elmeld: Elmeld) -> Verdict:
    """Return what the program says of a file; every command that reads it must survive it."""

    def say(file: Path) -> dict[str, object]:
        shown, received, checked = elmeld(
            ["show", str(file)], ["receive", str(file)], ["validate", "--json", str(file)]
        )
        assert shown.code in {0, 1, 2}
        assert received.code in {0, 1, 2}
        report: dict[str, object] = json.loads(checked.out)
        return report | {"exit": checked.code}

    return say


def codes(report: dict[str, object]) -> set[str]:
    findings = report["findings"]
    assert isinstance(findings, list)
    return {finding["code"] for finding in findings if finding["severity"] == "error"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "melding.xml"


def test_the_harmless_document_is_accepted(file: Path, verdict: Verdict) -> None:
    file.write_text(note())
    report = verdict(file)
    assert codes(report) == set()
    assert report["schema_valid"] is True


SECRET = "HEMMELIG-INNHOLD-I-EN-FIL"


@pytest.mark.parametrize(
    ("prolog", "text"),
    [
        ('<!DOCTYPE MsgHead [<!ENTITY x SYSTEM "{url}">]>', "&x;"),
        ('<!DOCTYPE MsgHead [<!ENTITY % x SYSTEM "{url}"> %x;]>', "Hei"),
        ('<!DOCTYPE MsgHead SYSTEM "{url}">', "Hei"),
        ('<?xml-stylesheet type="text/xsl" href="{url}"?>', "Hei"),
    ],
    ids=["external entity", "parameter entity", "external subset", "stylesheet"],
)
def test_nothing_outside_the_document_is_read(
    file: Path, tmp_path: Path, prolog: str, text: str, verdict: Verdict, elmeld: Elmeld
) -> None:
    secret = tmp_path / "hemmelig.txt"
    secret.write_text(SECRET)
    file.write_text(note(prolog=prolog.format(url=secret.as_uri()), text=text))
    report = verdict(file)
    assert codes(report) == ({"T01"} if "DOCTYPE" in prolog else set())
    name = str(file)
    for told in elmeld(["show", name], ["show", "--json", name], ["receive", name], ["validate", name]):
        assert SECRET not in told.out + told.err


def test_entities_do_not_explode(file: Path, verdict: Verdict) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    file.write_text(note(prolog=f'<!DOCTYPE MsgHead [<!ENTITY e0 "ha">{levels}]>', text="&e9;"))
    assert codes(verdict(file)) == {"T01"}


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """A web server nobody should ever call."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                while True:
                    connection, address = server.accept()
                    called.append(address)
                    connection.close()
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/skjema.xsd", called
        server.shutdown(socket.SHUT_RDWR)


def test_a_schema_location_is_never_followed(
    file: Path, tmp_path: Path, listener: tuple[str, list[object]], verdict: Verdict
) -> None:
    url, called = listener
    # Whoever opened a pipe without a writer would hang, and the time limit would tell.
    pipe = tmp_path / "skjema.xsd"
    os.mkfifo(pipe)
    locations = f'xsi:schemaLocation="{MSGHEAD} {url} {DIALOGUE} {pipe.as_uri()}"'
    file.write_text(note(root=f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {locations}'))
    report = verdict(file)
    assert report["schema_valid"] is True
    assert codes(report) == set()
    assert called == []


def test_a_hundred_megabytes_of_text_are_refused(file: Path, elmeld: Elmeld) -> None:
    with file.open("w") as out:
        head, _, tail = note(text="@@@").partition("@@@")
        out.write(head)
        for _ in range(100):
            out.write("a" * 1_000_000)
        out.write(tail)
    (told,) = elmeld(["validate", "--json", str(file)])
    assert told.code != 0
    assert "30" in told.out + told.err


@pytest.mark.parametrize("depth", [300, 10_000])
def test_deep_nesting_is_refused(file: Path, depth: int, verdict: Verdict) -> None:
    file.write_text(note(text=f"{'<a>' * depth}{'</a>' * depth}"))
    assert codes(verdict(file)) == {"T01"}


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", b"\0" * 50_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "mime"),
    [(_zip_bomb, "application/zip"), (lambda: gzip.compress(b"\0" * 500_000_000), "application/gzip")],
    ids=["zip", "gzip"],
)
def test_a_bomb_in_an_attachment_is_not_blown_up(
    file: Path, content: object, mime: str, verdict: Verdict, elmeld: Elmeld
) -> None:
    assert callable(content)
    bomb = content()
    assert len(bomb) < 1_500_000
    file.write_text(note(more=attachment(bomb, mime)))
    (told,) = elmeld(["show", "--json", str(file)])
    assert json.loads(told.out)["attachments"][0]["size"] == len(bomb)
    verdict(file)


# What XML can carry and a terminal could act on: C1 controls, delete, direction overrides, a lone carriage return.
CONTROLS = "\x7f\x85\x9b31m\x9d0;x\x9c\u202e\u2066\u200b"
_ACTIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_control_characters_in_every_field_are_inert(file: Path, elmeld: Elmeld) -> None:
    root = etree.fromstring(note().encode())
    for element in root.iter():
        if not len(element) and (element.text or "").strip():
            element.text = f"{element.text}{CONTROLS}"
        for name in ("V", "DN"):
            if name in element.attrib:
                element.set(name, f"{element.get(name)}{CONTROLS}")
    file.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    commands = [[*command.split(), str(file)] for command in ("show", "validate", "receive", "show --json")]
    for told in elmeld(*commands, ["validate", "--json", str(file)]):
        assert told.code in {0, 1}
        assert not _ACTIVE.search(told.out + told.err)


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x00", "&#27;", "&#0;"])
def test_control_characters_xml_forbids_are_refused_without_being_repeated(
    file: Path, character: str, verdict: Verdict, elmeld: Elmeld
) -> None:
    file.write_text(note(sender=f"Sykehus {character}[31mrødt"))
    report = verdict(file)
    assert codes(report) == {"T01"}
    for told in elmeld(*([command, str(file)] for command in ("validate", "show", "receive"))):
        assert not _ACTIVE.search(told.out + told.err)
