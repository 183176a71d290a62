"""A scenario file says message by message how partners behave, and a faulty one says what it should be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from elmeld_tui.messages import apprec
from elmeld_tui.security.certificates import Anchors, Use, examine
from elmeld_tui.simulator.behaviour import ACTS, Behaviour, Direction, Moment, Rule
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.incoming import receive
from elmeld_tui.simulator.letters import send
from elmeld_tui.simulator.odd_keys import REVOKED_FILE, OddKeys
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.simulator.scenario import ScenarioError, read_scenario
from elmeld_tui.simulator.service import application
from elmeld_tui.transport.envelope import EnvelopeRefusedError
from elmeld_tui.transport.message import MessageError
from elmeld_tui.transport.packing import unpack
from tests.simulator.arrivals import receipts, signal_of
from tests.simulator.clinic import HER_ID, NOW, REFERRAL, Clinic
from tests.simulator.conftest import Post
from tests.simulator.test_incoming import SURGERY

SCENARIO = """
[[step]]
partner = "hospital"
how = "message_error"
code = "NotSupported"
text = "Ikke nå."
nth = 2

[[step]]
how = "reject"
code = "E35"
times = 2

[[step]]
partner = "gp"
way = "mail"
how = "bounce"
action = "delayed"

[[step]]
partner = "laboratory"
direction = "out"
how = "loss"
"""


def test_a_file_says_who_does_what_when() -> None:
    assert read_scenario(SCENARIO) == (
        Rule(Behaviour.MESSAGE_ERROR, "hospital", skip=1, detail={"code": "NotSupported", "text": "Ikke nå."}),
        Rule(Behaviour.REJECT, times=2, detail={"code": "E35"}),
        Rule(Behaviour.BOUNCE, "gp", "mail", detail={"action": "delayed"}),
        Rule(Behaviour.LOSS, "laboratory", direction=Direction.OUT),
    )
    assert read_scenario("") == ()


@pytest.mark.parametrize("how", list(ACTS))
def test_every_behaviour_can_be_asked_for(how: Behaviour) -> None:
    (rule,) = read_scenario(f'[[step]]\nhow = "{how}"')
    assert rule.moment in set(Moment)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("how = 'dance'", "how is one of"),
        ("", "how is one of"),
        ("how = 'reject'\npartner = 'nobody'", "partner is one of"),
        ("how = 'reject'\nway = 'pigeon'", "way is one of http, mail"),
        ("how = 'reject'\ndirection = 'out'", "direction is one of in"),
        ("how = 'bounce'\nway = 'http'", "only mail bounces"),
        ("how = 'reject'\nseconds = 3", "reject has no seconds"),
        ("how = 'delay'\nseconds = 'long'", "seconds is a number"),
        ("how = 'reject'\nnth = 0", "whole numbers from 1"),
        ("how = 'bounce'\naction = 'lost'", "failed, delayed"),
        ("how = ", "TOML"),
    ],
)
def test_a_faulty_step_says_what_it_should_be(step: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_scenario(f"[[step]]\n{step}")


def test_what_is_no_scenario_is_said() -> None:
    with pytest.raises(ScenarioError, match="list of"):
        read_scenario("title = 'x'")


async def test_a_scenario_is_put_and_told(net: Helsenett) -> None:
    transport = httpx.ASGITransport(app=application(net))
    async with httpx.AsyncClient(transport=transport, base_url="http://simulator") as client:
        answer = await client.put("/simulator/scenario", content=SCENARIO.encode())
        assert answer.status_code == 200
        told = (await client.get("/simulator/journal")).json()["scenario"]
        assert [step["how"] for step in told] == ["message_error", "reject", "bounce", "loss"]
        assert (await client.put("/simulator/scenario", content=b"[[step]]")).status_code == 400


def sent(clinic: Clinic) -> object:
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    return signal_of(receive(clinic.net, packed.content_type, packed.body))


def test_the_nth_message_is_the_one_that_is_meant(clinic: Clinic) -> None:
    clinic.net.store.play(read_scenario(SCENARIO))
    kinds = [isinstance(sent(clinic), MessageError) for _ in range(4)]
    assert kinds == [False, True, False, False]


def test_the_next_n_are_answered_as_told(clinic: Clinic, post: Post) -> None:
    clinic.net.store.play(read_scenario('[[step]]\nhow = "reject"\ncode = "E35"\ntimes = 2'))
    for _ in range(3):
        sent(clinic)
    told = [(receipt.status, [error.code.value for error in receipt.errors]) for receipt in receipts(clinic, post)]
    assert told == [("2", ["E35"]), ("2", ["E35"]), ("1", [])]


@pytest.mark.parametrize(
    ("how", "expected"),
    [(Behaviour.ACCEPT_WITH_FAULTS, [apprec.OK_WITH_FAULTS]), (Behaviour.NO_APPREC, [])],
)
def test_an_apprec_on_command(clinic: Clinic, post: Post, how: Behaviour, expected: list[str]) -> None:
    clinic.net.store.behave("hospital", how, 1)
    sent(clinic)
    assert [receipt.status for receipt in receipts(clinic, post)] == expected


def test_a_warning_takes_the_message_in(clinic: Clinic) -> None:
    clinic.net.store.behave("hospital", Behaviour.WARNING, 1)
    warning = sent(clinic)
    assert isinstance(warning, MessageError)
    assert not warning.refused
    assert len(clinic.net.store.documents()) == 1


def test_a_fault_takes_nothing_in(clinic: Clinic) -> None:
    clinic.net.store.behave("hospital", Behaviour.FAULT, 1)
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    assert receive(clinic.net, packed.content_type, packed.body).status == 500
    assert clinic.net.store.documents() == []


@pytest.mark.parametrize(
    ("how", "code"),
    [(Behaviour.WRONG_CERTIFICATE, "issuer"), (Behaviour.EXPIRED, "validity"), (Behaviour.REVOKED, "revoked")],
)
def test_a_signature_on_command_is_one_that_nobody_must_believe(
    clinic: Clinic, tmp_path: Path, how: Behaviour, code: str
) -> None:
    (tmp_path / "trust").mkdir()
    odd_keys = OddKeys(directory=tmp_path)
    clinic = Clinic(clinic.keys, _with_odd_keys(clinic.net, odd_keys))
    clinic.net.store.behave("hospital", how, 1)
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    answer = receive(clinic.net, packed.content_type, packed.body)
    signer = unpack(answer.content_type, answer.body).verified.certificate  # type: ignore[union-attr]
    registered = clinic.net.register.get(SURGERY).signing_certificate  # type: ignore[union-attr]
    assert (x509.load_der_x509_certificate(registered) == signer) is (how is not Behaviour.WRONG_CERTIFICATE)
    authority = odd_keys.authority
    anchors = Anchors((authority.certificate,) if authority else (), _lists(tmp_path))
    report = examine(signer, at=NOW, anchors=anchors, use=Use.SIGNING)
    assert (report.trusted, report.code) == (False, code)


def _with_odd_keys(net: Helsenett, odd_keys: OddKeys) -> Helsenett:
    from dataclasses import replace

    return replace(net, odd_keys=odd_keys)


def _lists(directory: Path) -> tuple[x509.CertificateRevocationList, ...]:
    place = directory / REVOKED_FILE
    return (x509.load_pem_x509_crl(place.read_bytes()),) if place.exists() else ()


def test_the_register_gives_the_usual_certificate_again(clinic: Clinic) -> None:
    usual = clinic.net.register.get(SURGERY)
    clinic.net.store.behave("hospital", Behaviour.EXPIRED, 1)
    packed = clinic.pack(clinic.write("referral", REFERRAL, SURGERY), SURGERY)
    expired = receive(clinic.net, packed.content_type, packed.body)
    assert clinic.net.register.get(SURGERY) != usual
    assert receive(clinic.net, packed.content_type, packed.body) != expired
    assert clinic.net.register.get(SURGERY) == usual


def later(clinic: Clinic, now: datetime) -> Helsenett:
    from dataclasses import replace

    return replace(clinic.net, clock=lambda: now)


def written(clinic: Clinic, how: Behaviour, **detail: object) -> None:
    """Let the other practice write under a rule."""
    rule = Rule(how, "gp", direction=Direction.OUT, detail=detail)  # type: ignore[arg-type]
    clinic.net.store.play([rule])
    party = clinic.net.register.get(HER_ID)
    assert party is not None
    send(clinic.net, "request", party)


def test_a_lost_letter_never_leaves(clinic: Clinic, post: Post) -> None:
    written(clinic, Behaviour.LOSS)
    deliver_due(clinic.net)
    assert (post.posted, clinic.net.store.letters()[0].state) == ([], "lost")


@pytest.mark.parametrize(("how", "seconds"), [(Behaviour.DELAY, 40), (Behaviour.REORDER, 3)])
def test_a_letter_that_is_held_back_leaves_later(clinic: Clinic, post: Post, how: Behaviour, seconds: int) -> None:
    from datetime import timedelta

    written(clinic, how, **({"seconds": seconds} if how is Behaviour.DELAY else {}))
    party = clinic.net.register.get(HER_ID)
    assert party is not None
    second = send(clinic.net, "request", party)
    deliver_due(clinic.net)
    assert [body for _, _, body in post.posted] == [second.body]
    post.posted.clear()
    clinic.net.store.settled(second.message_id, "acknowledged")
    deliver_due(later(clinic, NOW + timedelta(seconds=seconds + 1)))
    assert len(post.posted) == 1


def test_a_letter_can_be_corrupt_of_another_time_or_under_an_unknown_agreement(clinic: Clinic) -> None:
    for how in (Behaviour.CORRUPT, Behaviour.CLOCK, Behaviour.UNKNOWN_CPA):
        written(clinic, how, **({"seconds": -7200} if how is Behaviour.CLOCK else {}))
    corrupt, clock, cpa = clinic.net.store.letters()
    with pytest.raises(EnvelopeRefusedError):
        unpack(corrupt.content_type, corrupt.body)
    header = unpack(clock.content_type, clock.body).header
    assert header is not None
    assert (NOW - header.timestamp).total_seconds() == 7200
    header = unpack(cpa.content_type, cpa.body).header
    assert header is not None
    assert header.cpa_id.startswith("00000000")
