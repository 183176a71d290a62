"""Which edition of a document counts: the same answer in any order of arrival (HISD 1154 §4, HITS 1102 §3.3)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from elmeld_tui.model.editions import DocumentState, Edition, standings

CURRENT, SUPERSEDED, CANCELLED = DocumentState.CURRENT, DocumentState.SUPERSEDED, DocumentState.CANCELLED


def states(
    *editions: tuple[str, int], patients: tuple[int | None, ...] = (), in_parts: bool = False
) -> list[object]:
    """Return the state of each (service type, hour) and which of them, from 1, made it so."""
    about = patients or (None,) * len(editions)
    made = [
        Edition(number, f"m{number}", kind, f"2026-11-22T{hour:02}", about[number - 1], in_parts)
        for number, (kind, hour) in enumerate(editions, 1)
    ]
    found = standings(made)
    return [(found[one.message_id].state, found[one.message_id].by) for one in made]


def test_r25_the_latest_change_counts() -> None:
    assert states(("N", 1), ("M", 2), ("M", 3)) == [(SUPERSEDED, 3), (SUPERSEDED, 3), (CURRENT, None)]


def test_a_change_that_comes_late_replaces_nothing_newer() -> None:
    assert states(("N", 1), ("M", 3), ("M", 2)) == [(SUPERSEDED, 2), (CURRENT, None), (SUPERSEDED, 2)]


def test_r26_a_cancellation_voids_all_and_stands_itself() -> None:
    assert states(("N", 1), ("M", 2), ("C", 3)) == [(CANCELLED, 3), (CANCELLED, 3), (CURRENT, None)]


def test_r27_a_cancellation_voids_what_comes_after_it_too() -> None:
    assert states(("C", 3), ("N", 1)) == [(CURRENT, None), (CANCELLED, 1)]
    assert states(("C", 1), ("N", 2)) == [(CURRENT, None), (CANCELLED, 1)]


def test_an_addition_stands_beside_what_it_adds_to() -> None:
    assert states(("N", 1), ("A", 2)) == [(CURRENT, None), (CURRENT, None)]
    assert states(("N", 1), ("A", 2), ("M", 3))[1] == (SUPERSEDED, 3)


def test_a_report_in_parts_hides_no_part_until_it_is_changed() -> None:
    assert states(("N", 1), ("N", 2), in_parts=True) == [(CURRENT, None), (CURRENT, None)]
    assert states(("N", 1), ("N", 2)) == [(SUPERSEDED, 2), (CURRENT, None)]
    assert states(("N", 1), ("M", 2), in_parts=True)[0] == (SUPERSEDED, 2)


def test_of_two_made_at_one_moment_the_change_counts() -> None:
    assert states(("M", 1), ("N", 1)) == [(CURRENT, None), (SUPERSEDED, 1)]


def test_no_edition_touches_one_about_somebody_else() -> None:
    assert states(("N", 1), ("C", 2), patients=(1, 2)) == [(CURRENT, None), (CURRENT, None)]
    assert states(("N", 1), ("C", 2), patients=(1, None))[0] == (CANCELLED, 2)


_EDITIONS = st.lists(
    st.tuples(st.sampled_from(["N", "M", "C", "A", "", "?"]), st.integers(0, 4), st.sampled_from([None, 1, 2])),
    min_size=1,
    max_size=7,
)


@given(_EDITIONS, st.booleans(), st.randoms())
def test_any_order_of_arrival_ends_the_same(
    described: list[tuple[str, int, int | None]], in_parts: bool, random: object
) -> None:
    arrived = list(range(len(described)))
    random.shuffle(arrived)  # type: ignore[attr-defined]

    def end(order: list[int]) -> dict[str, tuple[DocumentState, str | None]]:
        names = {}
        editions = []
        for number, index in enumerate(order):
            kind, hour, patient = described[index]
            names[number] = f"m{index}"
            editions.append(Edition(number, f"m{index}", kind, f"{hour}", patient, in_parts))
        found = standings(editions)
        return {
            names[number]: (standing.state, None if standing.by is None else names[standing.by])
            for number, standing in found.items()
        }

    assert end(arrived) == end(list(range(len(described))))


@given(_EDITIONS)
def test_something_always_counts_and_nothing_counts_that_is_voided(
    described: list[tuple[str, int, int | None]],
) -> None:
    editions = [Edition(n, f"m{n}", kind, f"{hour}", None) for n, (kind, hour, _) in enumerate(described)]
    found = standings(editions)
    counting = [one for one in editions if found[one.message_id].state is CURRENT]
    assert counting
    if any(one.service_type == "C" for one in editions):
        assert [one.service_type for one in counting] == ["C"]
    for standing in found.values():
        assert standing.by is None or found[standing.by].state is CURRENT
