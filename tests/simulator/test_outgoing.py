"""What partners send is posted until it is acknowledged or refused, and always the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.behaviour import Behaviour
from elmeld_tui.simulator.incoming import receive
from elmeld_tui.simulator.kept import Letter
from elmeld_tui.simulator.letters import send
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.port import NotDeliveredError, Reply
from elmeld_tui.transport.signals import acknowledgement, message_error
from tests.simulator.clinic import HER_ID, NOW, Clinic, new_keys
from tests.simulator.conftest import Post


@pytest.fixture
def sent(clinic: Clinic) -> Letter:
    party = clinic.net.register.get(HER_ID)
    assert party is not None
    return send(clinic.net, "request", party)


def ack_of(letter: Letter, keys: CompanyKeys) -> Packed:
    return acknowledgement(unpack(letter.content_type, letter.body), keys, NOW)


def reply(packed: Packed) -> Reply:
    return Reply(packed.content_type, packed.body)


def only(clinic: Clinic) -> Letter:
    (letter,) = clinic.net.store.letters()
    return letter


def later(clinic: Clinic, seconds: float) -> Clinic:
    moment = clinic.net.clock() + timedelta(seconds=seconds)
    return replace(clinic, net=replace(clinic.net, clock=lambda: moment))


def test_an_acknowledged_letter_is_not_sent_again(clinic: Clinic, post: Post, sent: Letter) -> None:
    post.answers = [reply(ack_of(sent, clinic.keys))]
    deliver_due(clinic.net)
    deliver_due(later(clinic, 3600).net)
    assert post.posted == [("http://clinic/ebxml", sent.content_type, sent.body)]
    assert (only(clinic).state, only(clinic).attempts) == ("acknowledged", 1)


@pytest.mark.parametrize("failure", [NotDeliveredError("refused", retry=True), None])
def test_without_an_answer_the_same_bytes_go_again_after_a_while(
    clinic: Clinic, post: Post, sent: Letter, failure: NotDeliveredError | None
) -> None:
    post.answers = [failure]
    deliver_due(clinic.net)
    deliver_due(clinic.net)
    assert len(post.posted) == 1
    deliver_due(later(clinic, 2).net)
    assert len(post.posted) == 2
    assert post.posted[0] == post.posted[1]
    assert only(clinic).state == "waiting"


def test_an_acknowledgement_may_come_as_a_message_of_its_own(clinic: Clinic, post: Post, sent: Letter) -> None:
    deliver_due(clinic.net)
    ack = ack_of(sent, clinic.keys)
    answer = receive(clinic.net, ack.content_type, ack.body)
    assert (answer.status, answer.body) == (204, b"")
    assert only(clinic).state == "acknowledged"


def test_a_message_error_ends_it_with_its_reason(clinic: Clinic, post: Post, sent: Letter) -> None:
    header = unpack(sent.content_type, sent.body).header
    assert header is not None
    refusal = message_error(header, "SecurityFailure", "kan ikke dekrypteres", clinic.keys, NOW)
    post.answers = [reply(refusal)]
    deliver_due(clinic.net)
    deliver_due(later(clinic, 3600).net)
    assert len(post.posted) == 1
    assert (only(clinic).state, only(clinic).reason) == ("refused", "SecurityFailure: kan ikke dekrypteres")


def test_an_acknowledgement_signed_by_someone_else_counts_for_nothing(
    clinic: Clinic, post: Post, sent: Letter
) -> None:
    post.answers = [reply(ack_of(sent, new_keys()))]
    deliver_due(clinic.net)
    assert only(clinic).state == "waiting"


def test_an_acknowledgement_of_another_letter_counts_for_nothing(clinic: Clinic, post: Post, sent: Letter) -> None:
    party = clinic.net.register.get(HER_ID)
    assert party is not None
    other = send(clinic.net, "lab_result", party)
    post.answers = [reply(ack_of(other, clinic.keys))]
    deliver_due(clinic.net)
    states = {letter.message_id: letter.state for letter in clinic.net.store.letters()}
    assert states[sent.message_id] == "waiting"


def test_an_altered_acknowledgement_counts_for_nothing(clinic: Clinic, post: Post, sent: Letter) -> None:
    ack = ack_of(sent, clinic.keys)
    altered = ack.body.replace(b"T08:00:00Z", b"T08:00:01Z")
    assert altered != ack.body
    post.answers = [Reply(ack.content_type, altered)]
    deliver_due(clinic.net)
    assert only(clinic).state == "waiting"


def test_a_duplicate_on_command_is_the_same_bytes_twice(clinic: Clinic, post: Post, sent: Letter) -> None:
    clinic.net.store.behave("gp", Behaviour.DUPLICATE, 1)
    post.answers = [reply(ack_of(sent, clinic.keys))] * 2
    deliver_due(clinic.net)
    assert len(post.posted) == 2
    assert post.posted[0] == post.posted[1]
    assert only(clinic).state == "acknowledged"
