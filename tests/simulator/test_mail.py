"""The simulated Helsenett by mail: SMTP in, POP3 out, and partners that answer and misbehave that way."""

from __future__ import annotations

import poplib
import smtplib
from email import message_from_bytes

import pytest

from elmeld_tui.messages.apprec import read_apprec
from elmeld_tui.messages.document import read
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator import agreements
from elmeld_tui.simulator.behaviour import Behaviour, Direction, Rule
from elmeld_tui.simulator.helsenett import Helsenett
from elmeld_tui.simulator.letters import send
from elmeld_tui.simulator.post_office import MAIL_PASSWORD
from elmeld_tui.transport.agreement.reading import read_agreement
from elmeld_tui.transport.bounces import Action
from elmeld_tui.transport.letterhead import mailto
from elmeld_tui.transport.message import Acknowledgment, Fault, MessageError
from elmeld_tui.transport.packing import open_payload, unpack
from elmeld_tui.transport.port import NotDeliveredError
from tests.simulator.clinic import HER_ID, registration
from tests.simulator.mailed import HOSPITAL, OURS, Mailed
from tests.waiting import PATIENCE, assert_soon


def test_a_referral_by_mail_is_acknowledged_and_accepted_by_mail(mailed: Mailed) -> None:
    packed = mailed.referral()
    mailed.send(packed)
    ack, receipt = (unpack(one.arrival.content_type, one.arrival.body) for one in mailed.fetched())
    assert isinstance(ack.signal, Acknowledgment)
    assert ack.signal.ref_to_message_id == packed.message_id
    assert read_apprec(read(open_payload(receipt, mailed.clinic.keys))).status == "1"
    assert mailed.fetched() == []


def test_a_partner_writes_by_mail_and_waits_for_the_ack(mailed: Mailed) -> None:
    party = mailed.net.register.get(HER_ID)
    assert party is not None
    written = send(mailed.net, "request", party)
    (mail,) = mailed.fetched()
    assert (mail.arrival.content_type, mail.arrival.body) == (written.content_type, written.body)
    (letter,) = mailed.net.store.letters()
    assert (letter.state, letter.attempts) == ("waiting", 1)


def test_only_who_has_an_address_gets_mail(mailed: Mailed) -> None:
    with smtplib.SMTP("127.0.0.1", mailed.smtp) as line:
        line.ehlo()
        assert line.esmtp_features["size"] == "10000000"
        line.mail(OURS)
        assert line.rcpt("ingen@helsenett.example")[0] == 550
        assert line.rcpt(OURS.upper())[0] == 250


TELL = mailto(OURS)


def play(
    mailed: Mailed, how: Behaviour, direction: Direction = Direction.IN, times: int = 1, **detail: object
) -> None:
    mailed.net.store.play([Rule(how, "hospital", "mail", direction, times=times, detail=detail)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (Behaviour.MESSAGE_ERROR, MessageError),
        (Behaviour.UNKNOWN_CPA, MessageError),
        (Behaviour.WARNING, MessageError),
        (Behaviour.FAULT, Fault),
        (Behaviour.CLOCK, Acknowledgment),
        (Behaviour.WRONG_CERTIFICATE, Acknowledgment),
        (Behaviour.LATE_ACK, Acknowledgment),
    ],
)
def test_a_signal_on_command_comes_by_mail(mailed: Mailed, how: Behaviour, kind: type) -> None:
    play(mailed, how)
    packed = mailed.referral()
    mailed.send(packed)
    arrived = mailed.fetched()
    assert isinstance(unpack(arrived[0].arrival.content_type, arrived[0].arrival.body).signal, kind)
    assert packed.message_id in arrived[0].arrival.refers_to or how is Behaviour.LATE_ACK


@pytest.mark.parametrize(
    ("how", "detail", "retry", "unknown", "taken"),
    [
        (Behaviour.UNAVAILABLE, {}, True, False, 0),
        (Behaviour.UNAVAILABLE, {"status": 554}, False, False, 0),
        (Behaviour.CUT_BEFORE, {}, True, True, 0),
        (Behaviour.CUT, {}, True, True, 1),
    ],
)
def test_what_goes_wrong_at_the_door_is_seen_by_who_sends(
    mailed: Mailed, how: Behaviour, detail: dict[str, object], retry: bool, unknown: bool, taken: int
) -> None:
    play(mailed, how, **detail)
    packed = mailed.referral()
    with pytest.raises(NotDeliveredError) as caught:
        mailed.send(packed)
    assert (caught.value.retry, caught.value.unknown) == (retry, unknown)
    assert len(mailed.net.store.documents()) == taken
    mailed.send(packed, 2)
    assert len(mailed.net.store.documents()) == 1


@pytest.mark.parametrize(("how", "taken"), [(Behaviour.LOSS, 0), (Behaviour.NO_ACK, 1)])
def test_silence_is_silence(mailed: Mailed, how: Behaviour, taken: int) -> None:
    play(mailed, how)
    mailed.send(mailed.referral())
    assert not any(isinstance(one, Acknowledgment) for one in mailed.signals())
    assert len(mailed.net.store.documents()) == taken


@pytest.mark.parametrize(
    ("action", "meant", "taken"), [("failed", Action.FAILED, 0), ("delayed", Action.DELAYED, 1)]
)
def test_a_bounce_speaks_of_the_mail(mailed: Mailed, action: str, meant: Action, taken: int) -> None:
    play(mailed, Behaviour.BOUNCE, action=action)
    packed = mailed.referral()
    mailed.send(packed)
    bounce = mailed.fetched()[0].bounce
    assert bounce is not None
    assert (bounce.action, bounce.refers_to) == (meant, (packed.message_id,))
    assert len(mailed.net.store.documents()) == taken


def poplib_session(mailed: Mailed, user: str = OURS, password: str = MAIL_PASSWORD) -> poplib.POP3:
    line = poplib.POP3("127.0.0.1", mailed.pop3, timeout=PATIENCE)
    try:
        line.user(user)
        line.pass_(password)
    except poplib.error_proto:
        line.close()
        raise
    return line


def test_the_mailbox_is_one_that_poplib_knows(mailed: Mailed) -> None:
    mails = [b"Subject: 1\r\n\r\n.\r\n..x\r\n\r\n", b"Subject: 2\r\n\r\na\r\nb\r\nc\r\n"]
    for raw in mails:
        mailed.office.put(OURS, raw)
    line = poplib_session(mailed)
    assert line.stat() == (2, sum(map(len, mails)))
    assert line.list()[1] == [f"{n} {len(raw)}".encode() for n, raw in enumerate(mails, start=1)]
    assert b"\r\n".join(line.retr(1)[1]) + b"\r\n" == mails[0]
    assert line.top(2, 1)[1] == [b"Subject: 2", b"", b"a"]
    assert line.uidl(1).split()[:2] == [b"+OK", b"1"]
    assert len({uid.split()[1] for uid in line.uidl()[1]}) == 2
    assert {"TOP", "UIDL", "USER"} <= set(line.capa())
    line.dele(1)
    with pytest.raises(poplib.error_proto):
        line.retr(1)
    assert line.stat()[0] == 1
    line.rset()
    line.noop()
    assert line.stat()[0] == 2
    line.dele(2)
    line.quit()
    assert [mail.size for mail in mailed.net.store.mails(OURS)] == [len(mails[0])]


def test_who_hangs_up_has_deleted_nothing_and_nobody_shares_a_mailbox(mailed: Mailed) -> None:
    mailed.office.put(OURS, b"Subject: 1\r\n\r\n")
    line = poplib_session(mailed)
    line.dele(1)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        poplib_session(mailed)
    line.close()
    assert_soon(lambda: not mailed_is_busy(mailed))
    assert len(mailed.net.store.mails(OURS)) == 1


def mailed_is_busy(mailed: Mailed) -> bool:
    try:
        poplib_session(mailed).quit()
    except poplib.error_proto:
        return True
    return False


@pytest.mark.parametrize(
    ("user", "password"), [(OURS, "feil"), ("ingen@x", MAIL_PASSWORD), (HOSPITAL, MAIL_PASSWORD)]
)
def test_only_who_knows_the_password_gets_in(mailed: Mailed, user: str, password: str) -> None:
    with pytest.raises(poplib.error_proto, match="AUTH"):
        poplib_session(mailed, user, password)


@pytest.mark.parametrize("line", [b"RETR 1", b"LIST", b"\xff\xfe", b"", b"TOP 1", b"PASS simulator"])
def test_what_is_out_of_place_gets_a_no(mailed: Mailed, line: bytes) -> None:
    session = poplib.POP3("127.0.0.1", mailed.pop3, timeout=PATIENCE)
    session.sock.sendall(line + b"\r\n")  # type: ignore[attr-defined]
    assert session.file.readline().startswith(b"-ERR")  # type: ignore[attr-defined]
    session.quit()


def test_mail_headers_are_those_of_the_profile(mailed: Mailed) -> None:
    mailed.send(mailed.referral())
    for item in mailed.mailbox().fetch(10_000_000):
        mail = message_from_bytes(item.raw or b"")
        assert (mail["From"], mail["To"], mail["SOAPAction"]) == (HOSPITAL, OURS, '"ebXML"')


def test_nav_agrees_on_mail_with_a_clinic_that_has_nothing_else(net: Helsenett, clinic_keys: CompanyKeys) -> None:
    net.register.partners_at("", mail=True)
    net.register.put(HER_ID, {**registration(clinic_keys), "endpoint": "", "ediAddress": OURS})
    raw = agreements.offer(net, HER_ID)
    assert raw is not None
    ours, theirs = read_agreement(raw).parties
    for party, address in ((ours, OURS), (theirs, "nav@helsenett.example")):
        (channel,) = {binding.channel for binding in party.bindings}
        assert channel is not None
        assert (channel.protocol, channel.endpoint("allPurpose")) == ("SMTP", f"mailto:{address}")
