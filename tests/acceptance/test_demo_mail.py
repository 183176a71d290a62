"""The demonstration's story by mail: SMTP out, a POP3 mailbox in, and nothing over HTTP but the register."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest
from cryptography import x509

from elmeld_tui.store.reading import Filter, open_reader
from tests.acceptance.demonstrations import taken_apart
from tests.judges import xmlsec_accepts
from tests.waiting import PATIENCE

pytestmark = pytest.mark.acceptance


def test_the_story_comes_to_a_good_end_by_mail(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "elmeld_tui", "demo", "--headless", "--mail", "--data-dir", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *told, end = map(json.loads, done.stdout.splitlines())
    assert end["ok"]
    assert {message["transport"] for message in told} == {"ebxml-smtp"}
    assert {(message["direction"], message["final"]) for message in told} == {
        ("in", "imported"),
        ("out", "accepted"),
        ("out", "delivered"),
    }
    reader = open_reader(tmp_path / "demo")
    rows = reader.page(Filter(), 0, size=100)
    endpoints = [
        event.detail["endpoint"] for row in rows for event in reader.events(row.id) if event.name == "attempt"
    ]
    assert endpoints
    assert all(endpoint.startswith("mailto:") for endpoint in endpoints)
    assert reader.open_alerts() == []
    reader.close()
    came = sorted((tmp_path / "demo" / "simulator" / "captures").glob("*-in-request.mime"))
    assert came
    for path in came:
        body = taken_apart(path)
        mail = message_from_bytes(path.read_bytes())
        assert mail.get_content_type() in {"multipart/related", "text/xml"}
        assert xmlsec_accepts(body.soap, x509.load_der_x509_certificate(body.signer), body.payloads)
