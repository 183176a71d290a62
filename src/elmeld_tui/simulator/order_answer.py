"""The laboratory's answer to an order: a result for everything that was asked, linked to the order."""

from __future__ import annotations

from elmeld_tui.messages import order, service_report
from elmeld_tui.messages.addressing import Addressing
from elmeld_tui.messages.document import Document
from elmeld_tui.messages.order import Investigation
from elmeld_tui.messages.service_report import Result, Sample, ServiceReport
from elmeld_tui.model.codes import CodedValue, oid
from elmeld_tui.simulator.lab_result import RESULTS

_MEASURED = {result.analysis.value: result for result in RESULTS}
_SAMPLE = "P-1"
_UNCODED = oid(8212)


def answer(asked: Document, addressing: Addressing) -> bytes:
    """Write the final report (svarrapport 1.4) to an order: numbers where we have some, a sentence elsewhere."""
    ordered = order.parse(asked)
    material = next((one.material for request in ordered.requests for one in request.samples), None)
    report = ServiceReport(
        discipline=ordered.discipline.value,
        order_id=ordered.id,
        samples=(Sample(_SAMPLE, material or CodedValue("P", oid(8351), "Plasma"), addressing.now),),
        results=tuple(
            _result(number, investigation)
            for number, investigation in enumerate(
                (one for request in ordered.requests for one in request.investigations), start=1
            )
        ),
        responsible=addressing.sender.person,
    )
    return service_report.build(report, addressing)


def _result(number: int, asked: Investigation) -> Result:
    known = _MEASURED.get(asked.code.value)
    if known is not None:
        return Result(
            analysis=known.analysis,
            number=known.number,
            unit=known.unit,
            comparator=known.comparator,
            service_type="N",
            reference=known.reference,
            deviation=known.deviation,
            status="3",
            id=str(number),
            sample_ids=(_SAMPLE,),
        )
    return Result(
        analysis=asked.code if asked.code.value else CodedValue("", _UNCODED, "", asked.code.original_text),
        text="Undersøkt. Ingen funn av betydning i denne øvelsen.",
        heading="VU",
        service_type="N",
        status="3",
        id=str(number),
        sample_ids=(_SAMPLE,),
    )
