"""Ten thousand hostile texts as words of a search: each is searched for, or refused with what is wrong with it."""

from __future__ import annotations

from elmeld_tui.office.clinic import Office
from elmeld_tui.office.search_completion import completions
from elmeld_tui.office.search_language import SearchError, read_filter
from elmeld_tui.store.filters import Filter
from tests.fuzz.hostile import texts


def test_whatever_is_searched_for_is_answered(office: Office) -> None:
    asked, refused = 0, list[str]()
    for words in texts():
        completions(words, ["mine"])
        try:
            chosen = read_filter(words, Filter(), now=office.clock, saved=lambda _name: None)
        except SearchError as error:
            refused.append(str(error))
        else:
            asked += office.reader.count(chosen) >= 0
    assert asked > len(refused) > 0
    assert not [problem for problem in refused if not problem.endswith((".", "?"))]
