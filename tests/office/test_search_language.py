"""The language of the search line and the command line."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui import i18n
from elmeld_tui.model.communication_types import CommunicationType
from elmeld_tui.office import search_words
from elmeld_tui.office.search_completion import completions
from elmeld_tui.office.search_language import SearchError, read_filter, term, terms, write
from elmeld_tui.office.search_manual import manual
from elmeld_tui.store.filters import Filter

REJECTED, FAILED = frozenset({"rejected"}), frozenset({"transport_rejected", "undelivered"})


def now() -> datetime:
    return datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("", Filter()),
        ("ola nordmann", Filter(text="ola nordmann")),
        ("type:henvisning retning:ut", Filter(communication_types=frozenset({"referral"}), direction="out")),
        ("TYPE:Henvisning", Filter(communication_types=frozenset({"referral"}))),
        ("type:referral direction:out", Filter(communication_types=frozenset({"referral"}), direction="out")),
        ("type:epikrise type:notat", Filter(communication_types=frozenset({"discharge_summary", "note"}))),
        ("type:dialog_avvik", Filter(type_codes=frozenset({"DIALOG_AVVIK"}))),
        (
            "type:epikrise type:DIALOG_AVVIK",
            Filter(
                one_of=(
                    Filter(
                        communication_types=frozenset({"discharge_summary"}),
                        type_codes=frozenset({"DIALOG_AVVIK"}),
                    ),
                )
            ),
        ),
        ("status:avvist", Filter(receipts=REJECTED)),
        ("status:avvist status:feilet", Filter(one_of=(Filter(states=FAILED, receipts=REJECTED),))),
        ("-type:kvittering", Filter(without=Filter(communication_types=frozenset({"receipt"})))),
        ("!status:avvist", Filter(without=Filter(receipts=REJECTED))),
        ('"høyre kne" vondt', Filter(text="vondt", together=frozenset({"høyre kne"}))),
        ('"høyre kn', Filter(together=frozenset({"høyre kn"}))),
        ('"ulest"', Filter(text="ulest")),
        ("-kne", Filter(without=Filter(saying=frozenset({"kne"})))),
        ("-retning:ut", Filter(direction="in")),
        (
            'fra:"Nordvik sykehus" til:8094001',
            Filter(senders=frozenset({"Nordvik sykehus"}), receivers=frozenset({"8094001"})),
        ),
        ("fra:nav fra:lab", Filter(senders=frozenset({"nav", "lab"}))),
        ("pasient:åsen", Filter(patients=frozenset({"åsen"}))),
        ("ulest lab", Filter(unread=True, text="lab")),
        ("status:ulest", Filter(unread=True)),
        ("-status:ulest status:uløst", Filter(unread=False, trouble=True)),
        ("lest", Filter(unread=False)),
        ("-ulest", Filter(unread=False)),
        ("vedlegg", Filter(attachments=True)),
        ("-vedlegg", Filter(attachments=False)),
        ('"vedlegg"', Filter(text="vedlegg")),
        ("etter:01.11", Filter(since="2026-10-31T23:00:00.000Z")),
        ("etter:24.12", Filter(since="2025-12-23T23:00:00.000Z")),
        ("etter:29.02", Filter(since="2024-02-28T23:00:00.000Z")),
        ("før:01.07.2025", Filter(until="2025-06-30T22:00:00.000Z")),
        ("before:2025-07-01", Filter(until="2025-06-30T22:00:00.000Z")),
        ("-etter:01.07.25", Filter(until="2025-06-30T22:00:00.000Z")),
        ("etter:i dag", Filter(since="2026-11-21T23:00:00.000Z")),
        ("etter:i går kne", Filter(since="2026-11-20T23:00:00.000Z", text="kne")),
        ("etter:yesterday", Filter(since="2026-11-20T23:00:00.000Z")),
        ("etter:7d", Filter(since="2026-11-14T23:00:00.000Z")),
        ("etter:30d etter:7d", Filter(since="2026-11-14T23:00:00.000Z")),
        ("http://x", Filter(text="http://x")),
        ("-", Filter(text="-")),
    ],
)
def test_words_choose(words: str, chosen: Filter) -> None:
    assert read_filter(words, Filter(), now=now) == chosen


@pytest.mark.parametrize("words", ["type:", "-type:", "fra:", 'fra:"', "etter:", "@", "s"])
def test_a_half_typed_word_says_nothing_yet(words: str) -> None:
    assert read_filter(words, Filter(), now=now) in {Filter(), Filter(text=words)}


def test_words_narrow_what_the_place_shows() -> None:
    place = Filter(folder="sent", communication_types=frozenset({"note", "referral"}))
    assert read_filter("ulest", place, now=now) == Filter(
        folder="sent", unread=True, communication_types=frozenset({"note", "referral"})
    )
    both = read_filter("type:epikrise", place, now=now)
    assert both.communication_types == place.communication_types
    assert both.one_of == (Filter(communication_types=frozenset({"discharge_summary"})),)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("type:tull", "type:tull finnes ikke. Velg henvisning, epikrise,"),
        ("kne status:tull", r"status:tull \(tegn 5\) finnes ikke. Velg feilet, avvist,"),
        ("retning:opp", "retning:opp finnes ikke. Velg ut, inn."),
        ("etter:i fjor", "etter:i er ingen dato. Skriv 24.12, "),
        ("etter:31.02", "etter:31.02 er ingen dato"),
        ("før:x", "før:x er ingen dato"),
        ("tpye:epikrise", "tpye:epikrise: ukjent søkeord. Velg fra, til, pasient, type,"),
        ("@mine", "@mine: det er ikke lagret noe filter"),
    ],
)
def test_a_word_that_says_nothing_is_answered_with_what_where_and_what_is_allowed(words: str, said: str) -> None:
    with pytest.raises(SearchError, match=said):
        read_filter(words, Filter(), now=now)


def test_a_kept_search_stands_for_its_words() -> None:
    kept = {"lab": "type:lab-resultat @nye", "nye": "ulest", "ring": "@ring"}
    chosen = read_filter("@lab kne", Filter(), now=now, saved=kept.get)
    assert chosen == Filter(communication_types=frozenset({"lab_result"}), unread=True, text="kne")
    with pytest.raises(SearchError, match="viser til seg selv"):
        read_filter("@ring", Filter(), now=now, saved=kept.get)


def test_both_languages_have_a_word_of_their_own_for_everything() -> None:
    for among in (search_words.KEYS, search_words.FLAGS, *search_words.VALUES.values()):
        for at in (0, 1):
            said = [word[at] for word in among]
            assert len(set(said)) == len(said)
            assert not any(character.isspace() for word in said for character in word)


@given(st.text(alphabet=st.one_of(st.sampled_from('fratilype:"-!@ .0123d'), st.characters()), max_size=40))
def test_any_line_is_understood_or_answered(words: str) -> None:
    with contextlib.suppress(SearchError):
        assert read_filter(words, Filter(), now=now).mailbox == Filter().mailbox


@given(st.text(alphabet=st.one_of(st.sampled_from('fra:til"-!@ '), st.characters()), max_size=40))
def test_a_line_that_is_written_back_says_the_same(words: str) -> None:
    said = [(one.key, one.value, one.refuses) for one in terms(words)]
    assert [(one.key, one.value, one.refuses) for one in terms(write(terms(words)))] == said


@given(st.sampled_from(["fra", "til", "pasient"]), st.text(min_size=1, max_size=20))
def test_any_name_can_be_made_a_word(key: str, name: str) -> None:
    made = term(key, name)
    (again,) = terms(write([made]))
    assert (again.key, again.value) == (key, made.value)


def test_the_manual_is_up_to_date() -> None:
    i18n.set_language("en")
    try:
        written = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
        assert written == manual(), "write it anew: in English, Path('docs/search.md').write_text(manual())"
    finally:
        i18n.set_language("nb")


def test_every_communication_type_can_be_searched_for() -> None:
    for one in CommunicationType:
        chosen = read_filter(f"type:{search_words.type_word(one)}", Filter(), now=now)
        assert chosen.communication_types == {one}


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("sta", ["status:"]),
        ("kne -ty", ["kne -type:"]),
        ("status:av", ["status:avvist", "status:avgjøres", "status:avvist-av-oss"]),
        ("status:ul", ["status:ulest", "status:uløst"]),
        ("type:dialog", ["type:e-dialog"]),
        ("retning:", ["retning:ut", "retning:inn"]),
        ("etter:i", ["etter:i-dag", "etter:i-går"]),
        ("@m", ["@mine", '@"om meg"']),
        ("fra:nav", []),
        ('"sta', []),
    ],
)
def test_a_word_can_be_completed(line: str, first: list[str]) -> None:
    assert completions(line, ["mine", "om meg"])[: len(first) or None] == first


@given(st.text(max_size=30))
def test_any_line_can_be_completed(line: str) -> None:
    for one in completions(line):
        terms(one)
