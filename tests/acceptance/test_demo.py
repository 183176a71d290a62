"""The whole program by its own demonstration: two processes, two sets of keys, real signatures and encryption."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from elmeld_tui.security.keys import CompanyKeys, KeyPair, load_pkcs12
from elmeld_tui.simulator.cast import PARTNERS, partner_of
from elmeld_tui.simulator.keys import keys_of_partners
from elmeld_tui.store.reading import Filter, open_reader
from tests.acceptance.demonstrations import MARK, Body, marked, taken_apart
from tests.judges import openssl, write_pem, xmlsec_accepts
from tests.waiting import assert_soon

pytestmark = pytest.mark.acceptance


@dataclass(frozen=True)
class Run:
    """A demonstration that has ended."""

    directory: Path
    code: int
    lines: list[dict[str, object]]
    processes: dict[int, str]

    @property
    def clinic_keys(self) -> CompanyKeys:
        password = json.loads((self.directory / "demo.json").read_text())["password"].encode()

        def pair(name: str) -> KeyPair:
            return load_pkcs12((self.directory / "keys" / name).read_bytes(), password)[0]

        return CompanyKeys(pair("signing.p12"), (pair("encryption.p12"),))

    @property
    def partner_keys(self) -> dict[str, CompanyKeys]:
        return keys_of_partners(self.directory / "simulator")

    @property
    def bodies(self) -> list[Body]:
        captures = sorted((self.directory / "simulator" / "captures").glob("*.mime"))
        return [taken_apart(path) for path in captures]


def start(temporary: Path, mark: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ELMELD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "elmeld_tui", "demo", "--headless", *arguments],
        env=environment | {"TMPDIR": str(temporary), MARK: mark},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    temporary = tmp_path_factory.mktemp("demo")
    directory, mark = temporary / "clinic", uuid.uuid4().hex
    processes: dict[int, str] = {}
    with start(temporary, mark, "--data-dir", str(directory)) as demo:
        while demo.poll() is None:
            processes |= marked(mark)
            time.sleep(0.05)
        assert demo.stdout is not None
        lines = [json.loads(line) for line in demo.stdout]
    assert marked(mark) == {}
    assert list(temporary.iterdir()) == [directory]
    return Run(directory, demo.returncode, lines, processes)


def test_every_message_comes_to_a_good_end(run: Run) -> None:
    *messages, end = run.lines
    assert end["ok"] is True, end
    assert run.code == 0
    assert end["messages"] == len(messages)
    assert float(str(end["seconds"])) > 0
    finals = {(m["kind"], m["direction"]): m["final"] for m in messages}
    assert finals == {
        ("dialogue", "in"): "imported",
        ("service_report", "in"): "imported",
        ("referral", "out"): "accepted",
        ("dialogue", "out"): "accepted",
        ("apprec", "in"): "imported",
        ("apprec", "out"): "delivered",
    }


def test_a_referral_goes_from_queued_over_delivered_to_accepted(run: Run) -> None:
    (referral,) = [line for line in run.lines if line.get("kind") == "referral"]
    timeline = referral["timeline"]
    assert isinstance(timeline, list)
    states = [step["state"] for step in timeline]
    assert states.index("queued") < states.index("delivered") < states.index("accepted")
    assert [step["at"] for step in timeline] == sorted(step["at"] for step in timeline)


def test_the_two_sides_are_two_processes(run: Run) -> None:
    def running(command: str) -> set[int]:
        return {pid for pid, line in run.processes.items() if f"elmeld_tui {command} " in line}

    assert len(running("engine")) == 1
    assert len(running("simulator")) == 1
    assert running("engine").isdisjoint(running("simulator"))


def test_no_secret_is_on_a_command_line(run: Run) -> None:
    password = json.loads((run.directory / "demo.json").read_text())["password"]
    assert run.processes
    assert not [line for line in run.processes.values() if password in line]


def test_the_two_sides_have_no_key_and_no_authority_in_common(run: Run) -> None:
    def certificates(keys: CompanyKeys) -> list[x509.Certificate]:
        return [keys.signing.certificate, *(pair.certificate for pair in keys.decryption)]

    ours = certificates(run.clinic_keys)
    theirs = [c for keys in run.partner_keys.values() for c in certificates(keys)]
    assert len({c.public_key().public_numbers() for c in [*ours, *theirs]}) == 2 + 2 * len(PARTNERS)
    assert {c.issuer for c in ours}.isdisjoint(c.issuer for c in theirs)


def test_xmlsec_accepts_every_signature_of_the_side_that_spoke(run: Run) -> None:
    ours = run.clinic_keys.signing.certificate
    theirs = [keys.signing.certificate for keys in run.partner_keys.values()]
    by_der = {c.public_bytes(Encoding.DER): c for c in [ours, *theirs]}
    spoken: set[str] = set()
    for body in run.bodies:
        certificate = by_der[body.signer]
        assert (certificate is ours) == (body.name in {"in-request", "out-response"})
        assert xmlsec_accepts(body.soap, certificate, body.payloads)
        spoken.add(f"{body.name} {body.action}")
    assert {
        "in-request HENVISNING",
        "in-request DIALOG_HELSEFAGLIG",
        "in-request APPREC",
        "in-response Acknowledgment",
        "out-request DIALOG_FORESPORSEL",
        "out-request SVAR_LAB",
        "out-request DIALOG_HELSEFAGLIG",
        "out-request APPREC",
        "out-response Acknowledgment",
    } <= spoken


def test_xmlsec_refuses_what_was_altered_on_the_way(run: Run) -> None:
    body = next(body for body in run.bodies if body.action == "HENVISNING")
    certificate = run.clinic_keys.signing.certificate
    altered = {name: data[:-1] + bytes([data[-1] ^ 1]) for name, data in body.payloads.items()}
    assert not xmlsec_accepts(body.soap, certificate, altered)
    assert not xmlsec_accepts(
        body.soap.replace(b"HENVISNINGsender", b"HENVISNINGSender"), certificate, body.payloads
    )


def test_openssl_decrypts_every_payload_to_the_document_in_the_store(run: Run, tmp_path: Path) -> None:
    reader = open_reader(run.directory)
    stored = {reader.part(row.id, "document") for row in reader.page(Filter(), 0, size=1000)}
    reader.close()
    partner_keys = run.partner_keys
    seen: set[bytes] = set()
    for body in run.bodies:
        for payload in body.payloads.values():
            partner = partner_of(body.receiver)
            keys = partner_keys[partner.name] if partner else run.clinic_keys
            certificate, key = write_pem(tmp_path, keys.decryption[0])
            (tmp_path / "payload.der").write_bytes(payload)
            place = ("-in", tmp_path / "payload.der", "-recip", certificate, "-inkey", key)
            document = gzip.decompress(openssl("cms", "-decrypt", "-binary", "-inform", "DER", *place))
            assert document in stored
            seen.add(document)
    assert seen == stored


def test_a_kept_clinic_is_taken_up_again_and_told_of_in_words(run: Run, tmp_path: Path) -> None:
    before = len(run.lines) - 1
    with start(tmp_path, uuid.uuid4().hex, "--plain", "--data-dir", str(run.directory)) as demo:
        assert demo.stdout is not None
        *messages, end = demo.stdout
    assert demo.returncode == 0, end
    assert len(messages) == 2 * before
    assert end.startswith(f"{len(messages)} meldinger på ")
    assert sum("Henvisning" in line and "Godtatt" in line for line in messages) == 2


def test_a_directory_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    with start(tmp_path, uuid.uuid4().hex, "--data-dir", str(tmp_path)) as demo:
        assert demo.stdout is not None
        assert demo.stdout.read() == ""
    assert demo.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGINT])
def test_nothing_is_left_however_it_ends(tmp_path: Path, number: signal.Signals) -> None:
    mark = uuid.uuid4().hex
    with start(tmp_path, mark) as demo:
        assert_soon(lambda: any("elmeld_tui engine" in line for line in marked(mark).values()))
        assert len(list(tmp_path.iterdir())) == 1
        demo.send_signal(number)
    assert_soon(lambda: not marked(mark))
    assert list(tmp_path.iterdir()) == []
