"""Every way of failing is explained, and every alert names its mend."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from elmeld_tui.engine.remedies import Act
from elmeld_tui.messages import codelists
from elmeld_tui.model.expiry import What
from elmeld_tui.office.faults import by_code
from elmeld_tui.office.faults.advice import Advice
from elmeld_tui.office.faults.by_alert import MENDS
from elmeld_tui.office.faults.by_expiry import lasting
from elmeld_tui.store.trouble import AlertCode, words

DOCS = Path(__file__).parents[2] / "docs"

MESSAGE_ERRORS = """ValueNotRecognized NotSupported Inconsistent OtherXml DeliveryFailure TimeToLiveExpired
    SecurityFailure MimeProblem Unknown"""


def test_every_alert_has_its_words_and_its_mend() -> None:
    assert set(MENDS) == set(AlertCode)
    for code, mend in MENDS.items():
        assert words(code) != code
        assert mend.now().strip()
        assert mend.cleared().strip()


def test_the_page_about_alerts_is_what_the_program_says() -> None:
    page = runpy.run_path(str(DOCS / "make_alerts.py"))["page"]()
    assert (DOCS / "alerts.md").read_text(encoding="utf-8") == page, "write it anew: python docs/make_alerts.py"


def test_every_code_a_receiver_may_refuse_with_is_explained() -> None:
    assert set(by_code.APPREC) == set(codelists.codes("8221"))
    assert set(by_code.MESSAGE_ERRORS) == set(MESSAGE_ERRORS.split())
    for advice in (*by_code.APPREC.values(), by_code.NAV_APPREC, by_code.OTHER_APPREC):
        # The same document would be refused again.
        assert advice.acts[0] is Act.RECREATE
    for advice in by_code.MESSAGE_ERRORS.values():
        assert advice.acts[0] is Act.RESEND


@pytest.mark.parametrize(
    ("detail", "advice"),
    [
        ({"code": "SecurityFailure"}, by_code.MESSAGE_ERRORS["SecurityFailure"]),
        ({"code": "Oddity"}, by_code.MESSAGE_ERRORS["Unknown"]),
        ({"code": "SOAP:Client", "text": "?"}, by_code.SOAP_FAULT),
        ({"status": "5.1.1", "reason": "no such mailbox"}, by_code.BOUNCE),
        ({"reason": "no address"}, by_code.CANNOT_SEND),
        ({"reason": "expired", "certificate": "validity"}, by_code.CERTIFICATES["validity"]),
    ],
)
def test_a_refusal_is_told_by_what_is_known_of_it(detail: dict[str, object], advice: Advice) -> None:
    assert by_code.of_refusal(detail) is advice


def test_a_code_of_another_list_is_not_taken_for_one_of_ours() -> None:
    assert by_code.of_apprec("21", "2.16.578.1.12.4.1.1.8222") is by_code.NAV_APPREC
    assert by_code.of_apprec("21", "2.16.578.1.12.4.1.1.8223") is by_code.OTHER_APPREC
    assert by_code.of_apprec("E21", "") is by_code.APPREC["E21"]


@pytest.mark.parametrize("what", What)
def test_what_has_run_out_is_not_said_to_be_valid(what: What) -> None:
    detail = {"what": what, "whose": "Fjord sykehus", "valid_to": "2026-11-19T09:00:00.000Z"}
    before, after = (lasting({**detail, "days": days}) for days in (3, -1))
    assert before is not None
    assert after is not None
    assert "gjelder til" not in after[0]
    assert "19.11.2026" in after[0]
    assert "19.11.2026" in before[0]
    assert after[1] == before[1], "the mend is the same"
