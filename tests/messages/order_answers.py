"""Answers to the orders: samples numbered as they are first used, which is how a message gives them back."""

from __future__ import annotations

from typing import cast

from form_answers import Strategies, answer_to, answers_to, line
from hypothesis import strategies as st

from elmeld_tui.messages import answers as answering
from elmeld_tui.messages import writing
from elmeld_tui.model.forms import Answers, FormDescription, FormField

FORMS = {name: form for name, form in writing.forms().items() if form.family == "order"}

SERUM: Answers = {"material": "8351:S", "time": "2026-11-22T08:15", "label": "0042"}
BLOOD: Answers = {"material_text": "EDTA-blod", "time": "2026-11-22T08:15", "label": "0043"}
KNEE: Answers = {"code": "NCRP:SNG0AG", "specification": ["NCRP:ZTX0XA"]}
NO_METAL: Answers = dict.fromkeys(
    ("pacemaker", "neurostimulator", "cochlear_implant", "intracranial_clips", "metal_in_eye", "first_trimester"),
    "no",
)
USUAL: dict[str, Answers] = {
    "order-laboratory": {"samples": [SERUM], "investigations": [{"code": "NLK:NPU03429"}, {"text": "Sink"}]},
    "order-microbiology": {
        "samples": [{"material_text": "Halspenselprøve", "time": "2026-11-22T08:15"}],
        "investigations": [{"code": "NLK:NPU06061"}],
        "infection": "Tuberkulose i familien",
    },
    "order-pathology": {
        "samples": [{"material_text": "Hudbiopsi", "origin": "Venstre skulder", "time": "2026-11-22T08:15"}],
        "investigations": [{"code": "8219:A"}],
        "reason": "Pigmentert lesjon",
    },
    "order-cytology": {
        "samples": [{"material": "8216:CVX", "tool": "BS", "time": "2026-11-22T08:15"}],
        "investigations": [{"code": "8219:D"}, {"code": "8219:HPV"}],
        "indication": "MU",
        "gynaecology": [{"code": "8217:MENS", "date": "2026-11-10"}, {"code": "8217:IUD"}],
        "previous": [{"code": "8272:CYT", "date": "2023-10-01", "text": "Normal"}],
    },
    "order-radiology": {
        "discipline": "CT",
        "investigations": [{"code": "NCRP:SSP0AD", "specification": ["NCRP:ZTX0EA"]}],
        "permission": "1",
        "reason": "Vekttap",
    },
    "order-mr": {
        "investigations": [KNEE],
        "permission": "2",
        "reason": "Låsninger",
        "precautions": ["8209:KLA", "8209:INS"],
        **NO_METAL,
        "pacemaker": "yes",
        "other_implant": "Granatsplint",
    },
}
"""One order of each form that can be sent."""

_EXPLICIT = {"N": [""], "M": ["", "N", "C", "H"], "A": ["", "H"], "C": ["", "H"]}
"""What an investigation may say of itself beside what its document says."""


@st.composite
def orders(draw: st.DrawFn, form: FormDescription, service_type: str = "N") -> Answers:
    """Answers that the form's own check has nothing against, in the form that a message gives them back."""
    groups = {"samples", "investigations"}
    special: Strategies = {"permission": st.sampled_from(["1", "2"])}
    answers = draw(answers_to(tuple(field for field in form.fields if field.name not in groups), special))
    if not (answers.get("guarantor") and answers.get("guarantor_type")):
        answers |= {"guarantor": "", "guarantor_type": ""}
    samples = _samples(draw, form)
    investigations = draw(
        st.lists(_one(form, "investigations", _EXPLICIT[service_type]), min_size=1, max_size=4).map(_named)
    )
    answers["investigations"] = list(investigations)
    if samples:
        answers["samples"] = _shared_out(draw, samples, investigations)
    return answers


def _group(form: FormDescription, name: str) -> FormField | None:
    return next((field for field in form.fields if field.name == name), None)


def _one(form: FormDescription, name: str, actions: list[str]) -> st.SearchStrategy[Answers]:
    group = cast("FormField", _group(form, name))
    special: Strategies = {
        "action": st.sampled_from(actions),
        "sample": st.just([]),
        "number": st.integers(1, 50).map(str),
        "material_text": line.filter(bool),
    }
    required = {field.name: answer_to(field, special) for field in group.fields if field.name == "material_text"}
    further = {field.name: answer_to(field, special) for field in group.fields if field.name not in required}
    return st.fixed_dictionaries(required, optional=further)


def _named(investigations: list[Answers]) -> list[Answers]:
    for number, one in enumerate(investigations):
        one["text"] = "" if one.get("code") else one.get("text") or f"Undersøkelse {number}"
    return investigations


def _samples(draw: st.DrawFn, form: FormDescription) -> list[Answers]:
    group = _group(form, "samples")
    if group is None:
        return []
    found = draw(
        st.lists(
            _one(form, "samples", []),
            min_size=1 if group.required else 0,
            max_size=3,
            unique_by=lambda one: repr(answering.normal(group.fields, one)),
        )
    )
    for one in found:
        if one.get("taken") != "2" and not one.get("time"):
            one["time"] = "2026-11-22T08:15"
    return list({repr(answering.normal(group.fields, one)): one for one in found}.values())


def _shared_out(draw: st.DrawFn, samples: list[Answers], investigations: list[Answers]) -> list[Answers]:
    """Say of each investigation which samples it is made in; return the samples as they are first used."""
    if len(samples) == 1:
        return samples
    numbers = list(range(len(samples)))
    used = [draw(st.lists(st.sampled_from(numbers), min_size=1, unique=True)) for _ in investigations]
    used[-1] += [number for number in numbers if not any(number in some for some in used)]
    first_used = list(dict.fromkeys(number for some in used for number in some))
    for one, some in zip(investigations, used, strict=True):
        one["sample"] = [str(first_used.index(number) + 1) for number in some]
    return [samples[number] for number in first_used]
