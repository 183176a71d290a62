"""Orders read, of both versions: our own, and the official examples where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from message_samples import addressing, altered
from order_answers import FORMS, USUAL

from elmeld_tui.messages import codelists, order, schemas, writing
from elmeld_tui.messages.document import Document, read
from elmeld_tui.messages.order import Order
from elmeld_tui.model.kinds import ORDER_1_5, ORDER_1_6


def _document(name: str, **frame: object) -> Document:
    return read(writing.build(name, USUAL[name], addressing(**frame)))


def _parsed(shared: Path, name: str) -> Order:
    return order.parse(read((shared / "corpus" / "rekvisisjon" / name).read_bytes()))


def _codes(said: Order) -> list[list[str]]:
    return [[one.code.value for one in request.investigations] for request in said.requests]


def test_an_order_says_what_was_asked() -> None:
    said = order.parse(_document("order-cytology", document_id="best-1"))
    assert (said.id, said.service_type, said.discipline.value) == ("best-1", "N", "CYTO")
    assert (said.priority.value, said.payment.value) == ("N", "1")
    assert _codes(said) == [["D", "HPV"]]
    (sample,) = said.requests[0].samples
    assert (sample.material.value, sample.procedure.value, sample.taken.value) == ("CVX", "BS", "1")
    assert sample.collected == "2026-11-22T08:15:00+01:00"
    assert [one.heading.value for one in said.reasons] == ["MU"]
    told = [(one.heading.value, one.code.value, one.text, one.since) for one in said.information]
    assert told == [
        ("GOPL", "MENS", "", "2026-11-10"),
        ("GOPL", "IUD", "", ""),
        ("US", "CYT", "Normal", "2023-10-01"),
    ]
    assert said.responsible is not None
    assert said.responsible.person is not None
    assert said.responsible.person.name == "Åse Nordfjord"


def test_an_mr_order_tells_what_is_there_from_what_is_not() -> None:
    said = order.parse(_document("order-mr"))
    assert [(one.code.value, one.text) for one in said.positive] == [("PAC", ""), ("ANN", "Granatsplint")]
    assert [one.code.value for one in said.negative] == ["NONEV", "NOCOC", "NOIVK", "NOMEY", "NOGR1"]
    assert [one.code.value for one in said.precautions] == ["KLA", "INS"]
    assert said.information == ()
    assert said.permission.value == "2"
    assert said.comments == ()


@pytest.mark.parametrize("name", list(FORMS))
def test_version_1_5_is_read_like_1_6(name: str) -> None:
    document = _document(name)
    older = read(document.raw.replace(ORDER_1_6.encode(), ORDER_1_5.encode()))
    assert schemas.validate(older.root) == []
    assert older.header.version == "1.5"
    assert order.parse(older) == order.parse(document)


def test_an_order_without_anything_is_read_as_nothing() -> None:
    for raw in (f'<Message xmlns="{ORDER_1_6}"/>', f'<Message xmlns="{ORDER_1_5}"><ServReq/></Message>'):
        said = order.parse(read(raw.encode()))
        assert (said.id, said.requests, said.positive, said.guarantor) == ("", (), (), ("", ""))
        assert said.responsible is None


def test_a_request_without_investigation_still_tells_its_sample_and_comment() -> None:
    document = altered(
        _document("order-microbiology"),
        (
            '<Investigation><Id V="NPU06061" S="2.16.578.1.12.4.1.1.7280" DN="Us-Aerob dyrkning"/></Investigation>',
            "",
        ),
    )
    (request,) = order.parse(document).requests
    assert request.investigations == ()
    assert request.samples[0].material_text == "Halspenselprøve"


def test_r39_the_permission_stands_for_its_whole_sentence() -> None:
    for code, beginning in (
        ("1", "Jeg ber om at radiologen endrer"),
        ("2", "Jeg kan ikke anbefale at radiologen"),
    ):
        answers = USUAL["order-radiology"] | {"permission": code}
        said = order.parse(read(writing.build("order-radiology", answers, addressing())))
        sentence = codelists.text(said.permission.system, said.permission.value)
        assert sentence.startswith(beginning)
        assert sentence.endswith(".")


def test_the_official_laboratory_order(shared: Path) -> None:
    said = _parsed(shared, "1.6/Rekvisisjon_lab_v1-6_Ny.xml")
    assert (said.service_type, said.discipline.value, said.priority.value) == ("N", "LAB", "N")
    assert [len(one) for one in _codes(said)] == [7, 1, 2, 2, 1, 1]
    assert _codes(said)[0][:2] == ["NPU03429", "NPU03230"]
    first, last = said.requests[0].samples[0], said.requests[-1].samples[0]
    assert (first.material.value, first.collected) == ("S", "2018-02-06T08:52:15")
    assert first.provider_label == "f7737880-0b4c-11e8-b566-0800200c9a66"
    assert (last.material_text, last.collected, last.provider_label) == ("Urin", "2017-01-10", "65596674")
    assert said.responsible is not None


def test_the_official_addition_tells_new_from_known(shared: Path) -> None:
    said = _parsed(shared, "1.5/Rekvisisjon_lab_v1-5_Tillegg.xml")
    assert said.service_type == "A"
    assert [request.service_type for request in said.requests] == ["A", *["H"] * 6]
    assert said.requests[0].comment.startswith("Tilleggsanalyse ønskes")
    assert [one.text for one in said.comments] == ["Tillegg: Etterbestilling analyse"]


@pytest.mark.parametrize("change", ["Ny", "Endring", "Kansellering"])
def test_the_official_mr_orders(shared: Path, change: str) -> None:
    said = _parsed(shared, f"1.5/Rekvisisjon_radiologi-MR-v1.5_{change}.xml")
    assert said.discipline.value == "MR"
    assert said.service_type == {"Ny": "N", "Endring": "M", "Kansellering": "C"}[change]
    assert {one.code.value for one in said.negative} == {"NOIVK", "NOMEY", "NOCOC", "NONEV", "NOPAC", "NOGR1"}
    assert [one.code.value for one in said.positive] == ([] if change == "Ny" else ["ANN"])
    assert [one.code.value for one in said.precautions] == ["KOM", "INS"]
    assert said.permission.value == ("" if change == "Kansellering" else "1")
    assert [party.name for party in said.copies] == ["Kattskinnet legesenter, August September"]
    assert _codes(said) == ([] if change == "Kansellering" else [["SNG0AG"]])


def test_the_official_change_of_a_radiology_order(shared: Path) -> None:
    said = _parsed(shared, "1.6/Rekvisisjon_radiologi_enkel_v1-6_Endring.xml")
    assert (said.service_type, said.discipline.value, said.payment.value) == ("M", "CT", "1")
    assert said.comment.startswith("Endring: La til kode")
    (request,) = said.requests
    assert request.service_type == "M"
    assert [one.value for one in request.investigations[0].specifications] == ["ZTX0EA"]
    assert [(one.heading.value, one.code.value) for one in said.information] == [("OPPL", "NOGR")]


def test_every_official_order_can_be_written_anew(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "rekvisisjon").glob("1.6/*.xml")):
        document = read(path.read_bytes())
        form = writing.form_of(document)
        assert form is not None, path
        investigations = writing.answers_of(form.name, document).get("investigations", [])
        assert len(investigations) == sum(map(len, _codes(order.parse(document)))), path
