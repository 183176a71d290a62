"""Which terms a message goes on: the agreement of the pair, else the national rules, else a refusal that explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from elmeld_tui.model.agreements import SyncReply
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.model.terms import PROMPT, Terms
from elmeld_tui.registry.agreements import NotAgreedError, answers_apart, signal_endpoint, terms_between
from elmeld_tui.transport.agreement.reading import read_agreement
from tests.transport.agreements import RSA_SHA256, SHA256, AgreementPlan, ChannelPlan, PartyPlan, RolePlan

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
OURS, THEIRS = "8141253", "79768"
NOTE = Collaboration("Sykmelding", "Registrering", "Sykmelder", "Saksbehandler")
DIALOGUE = Collaboration("S-DIALOG_SVAR", "DIALOG_SVAR", "DIALOG_SVARsender", "DIALOG_SVARreceiver")
SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"


def plan(ours: ChannelPlan | None = None, theirs: ChannelPlan | None = None, **other: object) -> AgreementPlan:
    clinic, nav = AgreementPlan().parties
    return AgreementPlan(
        parties=(
            replace(clinic, channels=(ours or ChannelPlan(),)),
            replace(nav, channels=(theirs or ChannelPlan(),)),
        ),
        **other,  # type: ignore[arg-type]
    )


def terms(*plans: AgreementPlan, names: Collaboration = NOTE) -> Terms:
    agreements = [read_agreement(one.raw) for one in plans]
    return terms_between(agreements, names, ours=OURS, theirs=THEIRS, at=NOW)


def test_without_an_agreement_the_national_rules_are_the_agreement() -> None:
    found = terms()
    assert (found.cpa_id, found.names, found.endpoint) == ("", NOTE, "")
    assert (found.retries, found.interval, found.lifetime) == (5, timedelta(hours=12), timedelta(hours=72))
    assert (found.compressed, found.ack_requested, found.duplicate_elimination) == (True, True, True)
    assert found.time_to_live is None


def test_an_agreement_decides_names_endpoint_retries_and_packing() -> None:
    found = terms(plan(theirs=ChannelPlan(endpoints=(("request", "https://nav.test"), ("error", "x:")))))
    assert (found.cpa_id, found.service_type, found.endpoint) == ("nav:x:1", "string", "https://nav.test")
    assert (found.retries, found.interval) == (4, timedelta(hours=12))
    assert found.lifetime == timedelta(hours=60)
    assert found.compressed is False
    assert (found.signature_method, found.digest_method) == (RSA_SHA256, SHA256)
    assert found.time_to_live == timedelta(days=4)
    assert not found.once


def test_the_roles_are_those_of_the_agreement() -> None:
    other = replace(NOTE, from_role="Lege", to_role="Nav")
    assert terms(plan(), names=other).names == NOTE


def test_nothing_is_sent_again_after_the_receiver_has_forgotten_it() -> None:
    assert terms(plan(ChannelPlan(persist="P2D"))).lifetime == timedelta(hours=48)


def test_sha_1_is_not_followed() -> None:
    found = terms(plan(ChannelPlan(signature=SHA1, digest="http://www.w3.org/2000/09/xmldsig#sha1")))
    assert (found.signature_method, found.digest_method) == ("", "")


def test_a_synchronous_service_is_asked_once_and_its_answer_awaited_for_an_hour() -> None:
    silent = {"retries": "", "interval": "", "persist": "", "ack": "never", "duplicates": "never"}
    channel = ChannelPlan(protocol="HTTP", sync_reply="signalsAndResponse", **silent)
    found = terms(plan(channel, channel))
    assert (found.retries, found.lifetime, found.once) == (0, PROMPT, True)
    assert (found.ack_requested, found.sync_reply) == (False, SyncReply.SIGNALS_AND_RESPONSE)


def test_of_several_agreements_the_newest_that_is_valid_counts() -> None:
    old = plan(cpa_id="nav:x:1", start="2025-01-01T00:00:00Z")
    new = plan(cpa_id="nav:x:2", start="2026-06-01T00:00:00Z")
    to_come = plan(cpa_id="nav:x:3", start="2026-12-01T00:00:00Z")
    assert terms(old, new, to_come).cpa_id == "nav:x:2"


def test_an_agreement_that_has_ended_is_used_and_told() -> None:
    ended = plan(end="2026-06-01T00:00:00Z")
    found = terms(ended)
    assert (found.cpa_id, found.ended) == ("nav:x:1", datetime(2026, 6, 1, tzinfo=UTC))
    assert terms(ended, plan(cpa_id="nav:x:2")).ended is None


def test_an_agreement_about_other_things_leaves_national_messages_to_the_national_rules() -> None:
    assert terms(plan(), names=DIALOGUE).cpa_id == ""


def test_what_only_agreements_name_and_this_one_lacks_is_refused_with_what_to_do() -> None:
    with pytest.raises(NotAgreedError, match=r"nav:x:1.*Legemelding/Legeerklaring.*elmeld cpa import"):
        terms(plan(), names=Collaboration("Legemelding", "Legeerklaring", "Lege", "Nav"))


@pytest.mark.parametrize(
    ("protocol", "sync_reply", "apart"),
    [
        ("HTTP", "none", True),
        ("HTTP", "responseOnly", True),
        ("HTTP", "mshSignalsOnly", False),
        ("HTTP", "signalsOnly", False),
        ("HTTP", "signalsAndResponse", False),
        ("SMTP", "none", False),
    ],
)
def test_a_signal_answers_in_the_exchange_unless_our_channel_says_otherwise(
    protocol: str, sync_reply: str, apart: bool
) -> None:
    channel = ChannelPlan(protocol=protocol, sync_reply=sync_reply)
    role = RolePlan("Sykmelder", receives=("Svar",))
    agreement = read_agreement(AgreementPlan(parties=(PartyPlan("A", (OURS,), (role,), (channel,)),)).raw)
    assert answers_apart(agreement, ours=OURS, service="Sykmelding", action="Svar") is apart
    assert not answers_apart(agreement, ours=OURS, service="Sykmelding", action="Annet")


def test_signals_go_over_the_partys_own_channel_for_them() -> None:
    channels = (
        ChannelPlan(endpoints=(("response", "mailto:acks@nav.test"), ("error", "mailto:errors@nav.test"))),
        ChannelPlan("other", endpoints=(("allPurpose", "mailto:other@nav.test"),)),
    )
    nav = replace(AgreementPlan().parties[1], channels=channels)
    agreement = read_agreement(AgreementPlan(parties=(nav,)).raw)
    assert signal_endpoint(agreement, THEIRS, "Acknowledgment") == "mailto:acks@nav.test"
    assert signal_endpoint(agreement, THEIRS, "MessageError") == "mailto:errors@nav.test"
    overridden = replace(nav, overrides=(("Acknowledgment", "other"),))
    agreement = read_agreement(AgreementPlan(parties=(overridden,)).raw)
    assert signal_endpoint(agreement, THEIRS, "Acknowledgment") == "mailto:other@nav.test"
    assert signal_endpoint(agreement, "1", "Acknowledgment") == ""
