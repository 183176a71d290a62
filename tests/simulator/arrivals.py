"""What has come to the clinic from the simulated partners."""

from __future__ import annotations

from elmeld_tui.messages.apprec import AppRec, read_apprec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.kinds import Kind
from elmeld_tui.simulator.incoming import Answer
from elmeld_tui.simulator.outgoing import deliver_due
from elmeld_tui.transport.message import MessageKind, Signal
from elmeld_tui.transport.packing import open_payload, unpack
from tests.simulator.clinic import Clinic
from tests.simulator.conftest import Post


def signal_of(answer: Answer) -> Signal:
    opened = unpack(answer.content_type, answer.body)
    assert opened.signal is not None
    return opened.signal


def arrived(clinic: Clinic, post: Post) -> list[Document]:
    """Deliver what the partners owe, and return the documents as the clinic finds them."""
    deliver_due(clinic.net)
    opened = [unpack(content_type, body) for _, content_type, body in post.posted]
    return [read(open_payload(one, clinic.keys)) for one in opened if one.kind is MessageKind.PAYLOAD]


def receipts(clinic: Clinic, post: Post) -> list[AppRec]:
    return [read_apprec(document) for document in arrived(clinic, post) if document.header.kind is Kind.APPREC]
