"""`elmeld compose`: every form's example becomes a message that the validator and the national schemas accept."""

from __future__ import annotations

import copy
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from elmeld_tui.cli import main
from elmeld_tui.messages import writing
from elmeld_tui.messages.answers import normal
from elmeld_tui.messages.document import read
from elmeld_tui.model.forms import FormDescription
from elmeld_tui.model.identifiers import with_check_digits
from tests.messages.reference_schemas import verdict

pytestmark = pytest.mark.acceptance

FORMS = list(writing.forms().values())
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


class Command:
    """Runs the program as a pipe would: bytes in, bytes out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
        with io.TextIOWrapper(io.BytesIO(stdin)) as piped:
            self._monkeypatch.setattr(sys, "stdin", piped)
            try:
                code = main([str(argument) for argument in arguments])
            except SystemExit as end:
                code = int(end.code or 0)
        out, err = self._capfd.readouterr()
        return code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def example(run: Command, form: FormDescription) -> dict[str, Any]:
    code, out, err = run("compose", form.family, "--profile", form.profile, "--example")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def composed(run: Command, form: FormDescription, said: dict[str, Any]) -> tuple[int, str, str]:
    return run("compose", form.family, "--answers", "-", stdin=json.dumps(said).encode())


@every_form
def test_an_example_composes_to_a_message_the_validator_is_content_with(
    run: Command, form: FormDescription
) -> None:
    said = example(run, form)
    code, message, err = composed(run, form, said)
    assert (code, err) == (0, "")
    code, out, _ = run("validate", "--json", "-", stdin=message.encode())
    report = json.loads(out)
    assert (code, report["schema_valid"], report["type"]) == (0, True, form.type_code)
    assert [one for one in report["findings"] if one["severity"] == "error"] == []
    document = read(message.strip().encode())
    assert writing.answers_of(form.name, document) == normal(form, said["answers"])


@every_form
def test_s2_the_national_schema_accepts_every_example(run: Command, form: FormDescription, shared: Path) -> None:
    _, message, _ = composed(run, form, example(run, form))
    assert verdict(shared, etree.fromstring(message.strip().encode()))


@every_form
def test_s2_the_schema_is_named(run: Command, form: FormDescription) -> None:
    said = json.dumps(example(run, form)).encode()
    _, out, _ = run("compose", form.family, "--json", "--answers", "-", stdin=said)
    told = json.loads(out)
    assert told["schemas"]
    assert all(name.endswith(".xsd") for name in told["schemas"])
    assert read(told["document"].encode()).header.msg_id == told["msg_id"]


@every_form
def test_s1_s3_every_form_writes_its_namespace_and_version(run: Command, form: FormDescription) -> None:
    """The version of a MsgHead is the envelope's; of a message that is its own root, the one its namespace dates."""
    _, out, _ = composed(run, form, example(run, form))
    document = read(out.encode())
    assert document.header.namespace == form.namespace
    version = next(str(one.text) for one in document.root.iter("{*}MIGversion"))
    assert re.fullmatch(r"v\d+\.\d+ \d{4}-\d\d-\d\d", version)
    own_root = document.root is document.body
    assert version.endswith(form.namespace.rpartition("/")[2] if own_root else "2006-05-24")


@every_form
def test_s10_every_transmission_has_its_own_msg_id(run: Command, form: FormDescription) -> None:
    said = example(run, form)
    ids = {read(composed(run, form, said)[1].strip().encode()).header.msg_id for _ in range(2)}
    assert len(ids) == 2


@every_form
def test_an_example_answers_what_the_form_demands_and_is_the_same_every_time(
    run: Command, form: FormDescription
) -> None:
    said = example(run, form)
    assert said == example(run, form)
    assert {field.name for field in form.fields if field.required} <= set(said["answers"])
    # Where answers exclude each other some are left out; most are there.
    assert len(said["answers"]) >= 0.9 * len(form.fields)


@every_form
def test_s13_s16_without_a_number_name_birth_date_and_sex_are_needed(run: Command, form: FormDescription) -> None:
    whole = example(run, form)
    for absent in ("family_name", "birth_date", "sex"):
        said = copy.deepcopy(whole)
        for name in ("national_id", "id_type", absent):
            del said["patient"][name]
        code, out, err = composed(run, form, said)
        assert (code, out) == (1, "")
        assert err.startswith(f"patient.{absent}: ")
        assert err.count("\n") == 1


def test_s14_the_sender_is_warned_that_there_is_no_number(run: Command) -> None:
    form = FORMS[0]
    said = example(run, form)
    del said["patient"]["national_id"], said["patient"]["id_type"]
    code, out, err = composed(run, form, said)
    assert code == 0
    assert "fødselsnummer" in err
    assert read(out.strip().encode()).header.patient.national_id is None  # type: ignore[union-attr]


@every_form
def test_s15_a_number_whose_check_digits_fail_is_refused(run: Command, form: FormDescription) -> None:
    said = example(run, form)
    said["patient"]["national_id"] = "02118200388"
    code, out, err = composed(run, form, said)
    assert (code, out) == (1, "")
    assert err.startswith("patient.national_id: ")


@every_form
def test_s17_sender_and_receiver_have_her_id_and_name_on_two_levels(run: Command, form: FormDescription) -> None:
    whole = example(run, form)
    # NAV alone has no services below it.
    assert ("service" in whole["receiver"]) != form.to_nav
    for party in ("sender", "receiver"):
        for part in {"organisation", "service"} & set(whole[party]):
            for name in ("her_id", "name"):
                said = copy.deepcopy(whole)
                del said[party][part][name]
                code, out, err = composed(run, form, said)
                assert (code, out) == (1, "")
                assert f"{party}.{part}.{name}: " in err


def test_a_pipe_of_real_processes(tmp_path: Path) -> None:
    elmeld = f"{shlex.quote(sys.executable)} -m elmeld_tui"
    pipe = f"{elmeld} compose referral --example | {elmeld} compose referral --answers - | {elmeld} validate -"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", pipe], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_answer_goes_back_to_who_asked_about_the_same_patient(run: Command, tmp_path: Path) -> None:
    forms = writing.forms()
    asked = tmp_path / "asked.xml"
    code, _, err = run(
        "compose",
        "dialogue",
        "--answers",
        "-",
        "--out",
        asked,
        stdin=json.dumps(example(run, forms["request"])).encode(),
    )
    assert (code, err) == (0, "")
    said = json.dumps({"profile": "answer", "answers": {"text": "Alt vel"}}).encode()
    code, out, err = run("compose", "dialogue", "--answers", "-", "--reply-to", asked, stdin=said)
    assert (code, err) == (0, "")
    question, answer = read(asked.read_bytes()).header, read(out.strip().encode()).header
    assert answer.receivers[0].her_id == question.sender.her_id  # type: ignore[union-attr]
    assert answer.sender.her_id == question.receivers[0].her_id  # type: ignore[union-attr]
    assert answer.patient == question.patient
    assert answer.conversation is not None
    assert answer.conversation.parent == question.msg_id


def test_what_the_object_says_counts_for_more_than_the_message_that_is_answered(
    run: Command, tmp_path: Path
) -> None:
    forms = writing.forms()
    asked = tmp_path / "asked.xml"
    run(
        "compose",
        "dialogue",
        "--answers",
        "-",
        "--out",
        asked,
        stdin=json.dumps(example(run, forms["request"])).encode(),
    )
    said = example(run, forms["answer"])
    del said["conversation"]
    said["receiver"]["service"]["her_id"] = "8200009"
    other = with_check_digits("139169010") or with_check_digits("139169020")
    said["patient"] |= {"family_name": "Annen", "national_id": other, "sex": "2"}
    code, out, err = run(
        "compose", "dialogue", "--answers", "-", "--reply-to", asked, stdin=json.dumps(said).encode()
    )
    assert (code, err) == (0, "")
    header = read(out.strip().encode()).header
    assert header.receivers[0].her_id == "8200009"
    assert header.patient is not None
    assert header.patient.family_name == "Annen"
