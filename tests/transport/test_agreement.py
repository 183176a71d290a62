"""Agreements: what a file says, as NAV writes it and as it should not, and where a message departs from one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from elmeld_tui.model.agreements import Agreement, Direction, SyncReply, Wish, names_an_agreement, pair
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport.agreement.checking import check, refuse_departures
from elmeld_tui.transport.agreement.reading import MAX_BYTES, AgreementError, read_agreement
from elmeld_tui.transport.envelope import SIGNAL_SERVICE, EnvelopeHeader, EnvelopeRefusedError
from tests.transport.agreements import RSA_SHA256, SHA256, AgreementPlan, ChannelPlan, PartyPlan, RolePlan, cpa

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HEADER = EnvelopeHeader(
    "8141253", "79768", "Sykmelding", "Registrering", NOW, "Sykmelder", "Saksbehandler", "nav:x:1"
)
WORDS = st.text("ABCdefæØ", min_size=1, max_size=8)


def codes(header: EnvelopeHeader, at: datetime = NOW, agreed: Agreement | None = None) -> list[str]:
    return [finding.code for finding in check(agreed or read_agreement(cpa()), header, at)]


def only_party(plan: PartyPlan) -> Agreement:
    return read_agreement(AgreementPlan(parties=(plan,)).raw)


def test_a_message_within_the_agreement_departs_nowhere() -> None:
    assert codes(HEADER) == []
    assert codes(replace(HEADER, from_role="", to_role="")) == []


def test_each_departure_has_its_own_code() -> None:
    assert codes(replace(HEADER, cpa_id="nav:x:2")) == ["cpa_id"]
    assert codes(HEADER, NOW + timedelta(days=100)) == ["cpa_validity"]
    assert codes(HEADER, NOW - timedelta(days=400)) == ["cpa_validity"]
    assert codes(replace(HEADER, from_her="1")) == ["cpa_party"]
    assert codes(replace(HEADER, action="Svar")) == ["cpa_action", "cpa_action"]
    assert codes(replace(HEADER, to_role="Nav")) == ["cpa_role"]
    assert codes(replace(HEADER, from_her="79768", to_her="8141253")) == ["cpa_action", "cpa_action"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"cpa_id": "nav:x:2"}, "ValueNotRecognized"),
        ({"action": "Svar"}, "ValueNotRecognized"),
        ({"service": "Legemelding"}, "ValueNotRecognized"),
        ({"to_role": "Nav"}, "Inconsistent"),
        ({"from_her": "1"}, "Inconsistent"),
        ({"timestamp": NOW + timedelta(days=100)}, "Inconsistent"),
    ],
)
def test_a_departure_is_refused_under_the_code_a_partner_can_act_on(changed: dict[str, object], code: str) -> None:
    with pytest.raises(EnvelopeRefusedError) as refused:
        refuse_departures(read_agreement(cpa()), replace(HEADER, **changed))
    assert refused.value.error_code == code


def test_signals_need_no_role() -> None:
    signal = replace(HEADER, service=SIGNAL_SERVICE, action="Acknowledgment", from_role="", to_role="")
    assert codes(signal) == []


def test_the_signer_must_be_the_senders_in_the_agreement(clinic: CompanyKeys, hospital: CompanyKeys) -> None:
    own, other = clinic.signing.certificate, hospital.signing.certificate
    agreed = read_agreement(cpa(own.public_bytes(Encoding.DER)))
    assert check(agreed, HEADER, NOW, own) == []
    assert [finding.code for finding in check(agreed, HEADER, NOW, other)] == ["cpa_certificate"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<x/>",
        b"<!DOCTYPE x><x/>",
        AgreementPlan(start="soon").raw,
        AgreementPlan(cpa_id=" ").raw,
        b"<x>" + b" " * MAX_BYTES + b"</x>",
    ],
)
def test_a_file_that_is_no_agreement_is_told(raw: bytes) -> None:
    with pytest.raises(AgreementError):
        read_agreement(raw)


def test_a_comment_within_a_value_does_not_cut_it_short() -> None:
    agreed = read_agreement(cpa().replace(b"8141253", b"81<!-- -->41253"))
    assert agreed.party("8141253") is not None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("mailto://user@host.test", "mailto:user@host.test"),
        ("mailto:user@host.test", "mailto:user@host.test"),
        ("https://host.test/ebxml", "https://host.test/ebxml"),
    ],
)
def test_an_address_is_read_without_the_slashes_that_mail_has_none_of(written: str, read: str) -> None:
    channel = ChannelPlan(endpoints=(("", written),))
    party = only_party(PartyPlan("A", ("1",), (RolePlan("R", sends=("X",)),), (channel,))).parties[0]
    binding = party.may(Direction.SEND, "Sykmelding", "X")
    assert binding is not None
    assert binding.channel is not None
    assert binding.channel.endpoint("request") == read


@given(
    sync_reply=st.sampled_from([*SyncReply, "", "somethingElse"]),
    ack=st.sampled_from([*Wish, ""]),
    retries=st.integers(0, 99),
    minutes=st.integers(1, 100_000),
    service=WORDS,
    actions=st.lists(WORDS, min_size=1, max_size=4, unique=True),
    package=st.sampled_from(["enveloped", "zipped", "unknown"]),
)
@settings(max_examples=40, deadline=None)
def test_whatever_channel_an_action_goes_over_is_read_as_it_was_written(
    sync_reply: str, ack: str, retries: int, minutes: int, service: str, actions: list[str], package: str
) -> None:
    channels = (
        ChannelPlan(),
        ChannelPlan(
            "other",
            "HTTP",
            (("request", "https://a.test"), ("error", "https://b.test")),
            sync_reply,
            ack,
            "never",
            str(retries),
            f"PT{minutes}M",
        ),
    )
    role = RolePlan("R", service, sends=actions[:1], receives=actions, channel="other", package=package)
    overrides = (("MessageError", "other"),)
    party = only_party(PartyPlan("A", ("1", "2"), (role,), channels, overrides=overrides)).parties[0]

    assert party.her_ids == {"1", "2"}
    assert {(one.direction, one.action) for one in party.bindings} == {
        (Direction.SEND, actions[0]),
        *((Direction.RECEIVE, action) for action in actions),
    }
    binding = party.may(Direction.RECEIVE, service, actions[-1], "R")
    assert binding is not None
    assert party.may(Direction.RECEIVE, service, actions[-1], "S") is None
    assert binding.compressed == {"enveloped": False, "zipped": True}.get(package)
    channel = binding.channel
    assert channel is not None
    assert channel.sync_reply == (sync_reply if sync_reply in set(SyncReply) else SyncReply.NONE)
    assert channel.ack_requested == (ack or Wish.PER_MESSAGE)
    assert channel.duplicate_elimination is Wish.NEVER
    assert (channel.retries, channel.interval) == (retries, timedelta(minutes=minutes))
    assert channel.persist == timedelta(days=4)
    assert (channel.digest_method, channel.signature_method) == (SHA256, RSA_SHA256)
    assert (channel.endpoint("request"), channel.endpoint("error")) == ("https://a.test", "https://b.test")
    assert channel.endpoint("response") == ""
    assert party.signal_channel("MessageError") == channel
    assert party.signal_channel("Acknowledgment") != channel


def test_certificates_of_one_name_are_told_apart_by_whose_they_are(
    clinic: CompanyKeys, hospital: CompanyKeys
) -> None:
    one, other = (keys.decryption[0].certificate.public_bytes(Encoding.DER) for keys in (clinic, hospital))
    sends, receives = RolePlan("R", sends=("X",)), RolePlan("S", receives=("X",))
    plan = AgreementPlan(
        parties=(
            PartyPlan("A", ("1",), (sends,), encryption=one),
            PartyPlan("B", ("2",), (receives,), encryption=other),
        )
    )
    a, b = read_agreement(plan.raw).parties
    assert [binding.encryption_certificate for binding in (*a.bindings, *b.bindings)] == [one, other]
    assert (a.certificates, b.certificates) == ({one}, {other})


def test_an_agreement_of_a_megabyte_is_read() -> None:
    role = RolePlan("R", sends=[f"Handling{number}" for number in range(5000)])
    raw = AgreementPlan(parties=(PartyPlan("A", ("1",), (role,)),)).raw
    assert len(raw) > 1_000_000
    assert len(read_agreement(raw).parties[0].bindings) == 5000


def test_the_forms_of_a_cpa_id_are_told_apart() -> None:
    assert names_an_agreement("nav:qass:35065")
    assert names_an_agreement("2c3e1a52-70a0-4d53-b0f4-3c1d5f9e2a11")
    assert not names_an_agreement(pair("93252", "8141253"))
    assert pair("8141253", "93252") == "93252_8141253"


def test_navs_own_agreement_is_read_whole(shared: Path) -> None:
    agreed = read_agreement((shared / "registry" / "cpa" / "nav-qass-35065.xml").read_bytes())
    assert agreed.cpa_id == "nav:qass:35065"
    assert (agreed.start, agreed.end) == (
        datetime(2025, 9, 29, 13, 33, 28, tzinfo=UTC),
        datetime(2028, 1, 2, 22, 59, tzinfo=UTC),
    )
    partner, nav = agreed.parties
    assert (partner.her_ids, nav.her_ids) == ({"8141253"}, {"79768"})
    claim = partner.may(Direction.SEND, "BehandlerKrav", "OppgjorsMelding", "Behandler")
    assert claim is not None
    assert claim.compressed
    note = partner.may(Direction.SEND, "Sykmelding", "Registrering", "Sykmelder")
    assert note is not None
    assert note.compressed is False
    assert note.channel is not None
    assert (note.channel.retries, note.channel.interval) == (4, timedelta(hours=12))
    assert (note.channel.persist, note.channel.signature_method) == (timedelta(days=4), RSA_SHA256)
    received = nav.may(Direction.RECEIVE, "Sykmelding", "Registrering", "Saksbehandler")
    assert received is not None
    assert received.channel is not None
    assert received.channel.endpoint("request") == "mailto:example2@example.com"
    assert received.channel.ack_requested is Wish.ALWAYS
    assert received.encryption_certificate in nav.certificates
    asked = nav.may(Direction.RECEIVE, "HarBorgerFrikort", "EgenandelForesporsel")
    assert asked is not None
    assert asked.channel is not None
    assert asked.channel.sync_reply is SyncReply.SIGNALS_AND_RESPONSE
    assert asked.channel.ack_requested is Wish.NEVER
    assert partner.may(Direction.RECEIVE, "HarBorgerFrikort", "Svar", "Behandler")
    header = replace(HEADER, cpa_id="nav:qass:35065")
    assert check(agreed, header, NOW) == []
