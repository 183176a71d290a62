"""Answers to the groups that referral and discharge summary share, as a careful user gives them."""

from __future__ import annotations

from form_answers import line
from hypothesis import strategies as st

from elmeld_tui.messages import codelists
from elmeld_tui.model.forms import Answer

PHONE: st.SearchStrategy[Answer] = st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True).filter(str.isascii)
HPR: st.SearchStrategy[Answer] = st.integers(1_000_000, 999_999_999).map(str)
HER_ID: st.SearchStrategy[Answer] = st.integers(1, 999_999_999).map(str)

_words = line.filter(bool)
_days = st.dates().map(lambda day: day.isoformat())


def _person(*, numbered: bool) -> st.SearchStrategy[Answer]:
    required = {"name": _words} | ({"hpr": HPR} if numbered else {})
    optional = {"phone": PHONE} | ({} if numbered else {"hpr": HPR})
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=1)


PERSON = _person(numbered=False)
REQUIRED_PERSON = _person(numbered=True)

_atc = st.sampled_from([f"ATC:{one.value}" for one in codelists.entries("ATC")])
_medicine = st.fixed_dictionaries(
    {"name": _words},
    optional={"drug": _atc, "dosage": line, "comment": line},
) | st.fixed_dictionaries({"drug": _atc, "dose": st.integers(1, 999).map(str), "unit": _words})
DRUGS: st.SearchStrategy[Answer] = st.lists(_medicine, max_size=3)

INFORMATION: st.SearchStrategy[Answer] = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["TB", "US", "OPIN"]), "text": _words}, optional={"start": _days}
    ),
    max_size=3,
)
