"""The other side of the fault matrix: does everything as it should, but for what it is told to do wrong.

Once for all ways: what carries its messages and ours is in `fault_roads`.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Protocol

from world import OURS, THEIRS, World, keys

from elmeld_tui.messages import apprec
from elmeld_tui.messages.document import Document, read
from elmeld_tui.model.collaborations import Collaboration, apprec_collaboration, collaboration
from elmeld_tui.model.identifiers import new_uuid
from elmeld_tui.security.cms import DecryptionError
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.transport import signals
from elmeld_tui.transport.envelope import EnvelopeHeader, EnvelopeRefusedError
from elmeld_tui.transport.message import Acknowledgment, MessageError, MessageKind, Opened, Packed
from elmeld_tui.transport.packing import open_payload, pack, unpack
from elmeld_tui.transport.port import Reply

RETRIES, INTERVAL = 5, timedelta(hours=12)
_A_MOMENT = timedelta(minutes=1)


class Line(StrEnum):
    """What befalls bytes on their way."""

    WHOLE = "whole"
    LOST = "lost"
    ALTERED = "altered"
    HALVED = "halved"
    CUT_BEFORE = "cut before"
    CUT_AFTER = "cut after"
    REFUSED = "refused"


@dataclass(frozen=True)
class Conduct:
    """What becomes of our message when it arrives.

    Attributes:
        line: what befalls it on its way.
        status: with which it is refused there: of HTTP or of the mail server.
        signal: ``ack``, ``error``, ``warning``, ``fault``, ``altered`` (an ack, changed on its way) or none.
        code: of an error or warning.
        wait: hours before the signal leaves, where it travels by itself.
        copies: of the signal.
        bounce: what the mail system reports, ``failed`` or ``delayed``.
        status_of_apprec: 8258; empty where none comes.
        wait_of_apprec: hours before it comes; negative where it overtakes the signal.
    """

    line: Line = Line.WHOLE
    status: int = 0
    signal: str = "ack"
    code: str = "NotSupported"
    wait: float = 0
    copies: int = 1
    bounce: str = ""
    status_of_apprec: str = "1"
    wait_of_apprec: float = 0.1


GOOD = Conduct()


@dataclass(frozen=True)
class Letter:
    """How the other side sends a letter.

    Attributes:
        lines: what befalls it each time it is sent; the last goes on.
        reader: whose key it is encrypted for.
        cpa_id: agreement that it names instead of the right one.
        again: what comes after it: ``bytes``, the same once more; ``envelope``, the document in another envelope;
            ``id``, another document under the same eb:MessageId; ``overtaken``, another letter, and before it.
        mended: whether an error is answered with the same document in a new envelope.
        late: hours it is under way.
        lifetime: hours until its TimeToLive; 0 where it has none.
        deaf: how many of our signals never get there.
        asks: whether it asks for an ack.
        msg_id: in place of its own.
    """

    lines: tuple[Line, ...] = (Line.WHOLE,)
    reader: str = "own"
    cpa_id: str = ""
    again: str = ""
    mended: bool = False
    late: float = 0
    lifetime: float = 0
    deaf: int = 0
    asks: bool = True
    msg_id: str = ""


class Road(Protocol):
    """What the other side needs of a way of travelling.

    Attributes:
        posts: whether there is a response at all.
        at_once: whether signals are in it.
        cpa_id: of the agreement that the clinic has; empty for none.
        names: that the agreement gives; None where they are the national ones.
    """

    posts: bool
    at_once: bool
    cpa_id: str
    names: Collaboration | None

    def bring(self, packed: Packed, refers_to: str = "") -> Reply | None:
        """Bring something to the clinic; return what is answered in the same exchange."""


@dataclass
class Side:
    """The other side.

    Attributes:
        world: of the clinic.
        signs: its keys.
        conducts: what becomes of the first, second, … arrival; the last goes on.
        skew: hours its clock is ahead.
        road: how it is reached.
        came: what arrived, by eb:MessageId, as it left the clinic.
        documents: what it has taken in, by eb:MessageId.
        heard: our signals, in words.
        receipts: statuses of our AppRecs, by the MsgId they answer; one for each AppRec id.
        agenda: what it does when.
    """

    world: World
    road: Road
    conducts: tuple[Conduct, ...] = (GOOD,)
    signs: CompanyKeys = field(default_factory=lambda: keys().theirs)
    skew: float = 0
    came: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[str, Document] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    agenda: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _answered: set[str] = field(default_factory=set)
    _deaf: int = 0

    @property
    def now(self) -> datetime:
        return self.world.clock() + timedelta(hours=self.skew)

    def later(self, wait: timedelta, act: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (self.world.clock() + wait, next(self._numbers), act))

    def act(self) -> bool:
        """Do what is due; return whether anything was."""
        due = [one for one in self.agenda if one[0] <= self.world.clock()]
        for one in sorted(due):
            self.agenda.remove(one)
            one[2]()
        heapq.heapify(self.agenda)
        return bool(due)

    # What comes from the clinic.

    def next_conduct(self) -> Conduct:
        """Return what becomes of the next message to arrive."""
        return self.conducts[min(sum(map(len, self.came.values())), len(self.conducts) - 1)]

    def arrive(self, content_type: str, body: bytes) -> tuple[Conduct, Packed | None]:
        """Take in what the clinic sends; return what becomes of it, and the signal where it is given at once."""
        opened = unpack(content_type, body)
        if opened.kind is not MessageKind.PAYLOAD:
            self.hear(opened)
            return GOOD, None
        assert opened.header is not None
        conduct = self.next_conduct()
        name = opened.header.message_id
        self.came[name].append(body)
        if conduct.line in {Line.LOST, Line.CUT_BEFORE, Line.REFUSED}:
            return conduct, None
        signal = self._signal(content_type, _SPOILT.get(conduct.line, bytes)(body), opened, conduct)
        # A Fault says of nothing that it is about it, so that over HTTP it can only be the response (SOAP 1.1 §6.2).
        if signal is None or self.road.at_once or (self.road.posts and not signal.message_id):
            return conduct, signal
        for _ in range(conduct.copies):
            self.later(_wait(conduct.wait), lambda: self._bring(signal, name))
        return conduct, None

    def _bring(self, signal: Packed, about: str) -> None:
        self.road.bring(signal, about)

    def _signal(self, content_type: str, body: bytes, opened: Opened, conduct: Conduct) -> Packed | None:
        """Take a message in, or not, and return what it is answered with."""
        assert opened.header is not None
        try:
            document = read(open_payload(unpack(content_type, body), keys().theirs))
        except EnvelopeRefusedError as error:
            return self._error(opened.header, error.error_code, error.reason)
        except DecryptionError as error:
            return self._error(opened.header, "SecurityFailure", str(error))
        if conduct.signal == "error":
            return self._error(opened.header, conduct.code, "…")
        if conduct.signal == "fault":
            return signals.soap_fault("…")
        self._take(opened, document, conduct)
        return self._good_signal(opened, conduct)

    def _good_signal(self, opened: Opened, conduct: Conduct) -> Packed | None:
        assert opened.header is not None
        if conduct.signal == "warning":
            return self._error(opened.header, conduct.code, "…", "Warning")
        ack = signals.acknowledgement(opened, self.signs, self.now)
        if conduct.signal == "altered":
            return replace(ack, body=ack.body.replace(b"RefToMessageId>", b"RefToMessageId>\n", 1))
        return ack if conduct.signal else None

    def _error(self, header: EnvelopeHeader, code: str, text: str, severity: str = "Error") -> Packed:
        return signals.message_error(header, code, text, self.signs, self.now, severity)

    def _take(self, opened: Opened, document: Document, conduct: Conduct) -> None:
        assert opened.header is not None
        known = opened.header.message_id in self.documents
        self.documents[opened.header.message_id] = document
        if document.header.kind == "apprec":
            receipt = apprec.read_apprec(document)
            assert receipt.id not in self.receipts or known
            self.receipts[receipt.id] = receipt.status
        elif conduct.status_of_apprec and not known:
            receipt_to = self._apprec(document, opened.header, conduct.status_of_apprec)
            if conduct.wait_of_apprec < 0:
                self.send(receipt_to)
            else:
                self.later(_wait(conduct.wait_of_apprec), lambda: self.send(receipt_to))

    def _apprec(self, document: Document, header: EnvelopeHeader, status: str) -> Packed:
        errors = {"1": (), "2": (apprec.error("E21"),), "3": (apprec.error("E10"),)}[status]
        original = document.header
        raw = apprec.build(
            original,
            original.receivers[0],
            apprec.Outcome(status, errors),
            apprec_id=new_uuid(),
            now=self.now,
        )
        names = self.road.names or collaboration(original)
        return self._pack(raw, apprec_collaboration(names), header.cpa_id, Letter())

    def hear(self, opened: Opened) -> None:
        """Hear a signal of the clinic's; what it is about is not sent again."""
        if self._deaf:
            self._deaf -= 1
            return
        signal = opened.signal
        about = getattr(signal, "ref_to_message_id", "")
        self._answered.add(about)
        if isinstance(signal, Acknowledgment):
            self.heard.append("ack")
        elif isinstance(signal, MessageError):
            kind = "error" if signal.refused else "warning"
            self.heard.append(f"{kind} {signal.errors[0].code}")
        else:
            self.heard.append("fault")

    # What goes to the clinic.

    def write(self, letter: Letter) -> None:
        """Send a letter as it is told to."""
        self._deaf = letter.deaf
        document = self._letter(letter)
        packed = self.packed(document, letter)
        if letter.again == "overtaken":
            self.send(self.packed(self.world.letter("Det andre brevet"), letter))
            self.later(timedelta(hours=1), lambda: self.send(packed))
            return
        self.later(_wait(letter.late), lambda: self.send(packed, letter, document))
        again = {
            "bytes": lambda: packed,
            "envelope": lambda: self.packed(document, letter),
            "id": lambda: self.packed(self.world.letter("Noe annet"), letter, message_id=packed.message_id),
        }.get(letter.again)
        if again is not None:
            self.later(timedelta(hours=1), lambda: self.send(again()))

    def _letter(self, letter: Letter) -> Document:
        """Return what is sent, written by its own clock."""
        held, self.world.clock.now = self.world.clock.now, self.now
        try:
            document = self.world.letter()
        finally:
            self.world.clock.now = held
        if not letter.msg_id:
            return document
        return read(document.raw.replace(document.header.msg_id.encode(), letter.msg_id.encode()))

    def packed(self, document: Document, letter: Letter, **header: str) -> Packed:
        names = self.road.names or collaboration(document.header)
        return self._pack(document.raw, names, letter.cpa_id or self.road.cpa_id, letter, **header)

    def _pack(self, raw: bytes, names: Collaboration, cpa_id: str, letter: Letter, **header: str) -> Packed:
        said = read(raw).header
        reader = keys().ours if letter.reader == "own" else keys().strangers
        return pack(
            raw,
            EnvelopeHeader(
                THEIRS,
                OURS,
                names.service,
                names.action,
                self.now,
                names.from_role,
                names.to_role,
                cpa_id=cpa_id,
                ack_requested=letter.asks,
                time_to_live=self.now + timedelta(hours=letter.lifetime) if letter.lifetime else None,
                **header,  # type: ignore[arg-type]
            ),
            schema_location=said.namespace,
            schema_version=said.version,
            keys=self.signs,
            recipient_certificate=reader.decryption[0].certificate,
        )

    def send(
        self, packed: Packed, letter: Letter | None = None, document: Document | None = None, tried: int = 0
    ) -> None:
        """Send an envelope, and the same bytes every twelve hours until it is answered, five times at most."""
        letter = letter or Letter()
        if packed.message_id in self._answered and tried:
            if letter.mended and document is not None and "error" in self.heard[-1]:
                self.send(self.packed(document, letter))
            return
        line = letter.lines[min(tried, len(letter.lines) - 1)]
        if line is not Line.LOST:
            reply = self.road.bring(replace(packed, body=_SPOILT.get(line, bytes)(packed.body)))
            if reply is not None and reply.body and line is not Line.CUT_AFTER:
                self.hear(unpack(reply.content_type, reply.body))
        if tried < RETRIES:
            self.later(INTERVAL, lambda: self.send(packed, letter, document, tried + 1))

    def has(self, msg_id: str) -> int:
        """Return how many times it has been given a document: its envelopes, repetitions aside."""
        for bodies in self.came.values():
            assert len(set(bodies)) == 1, "every attempt sends the same bytes"
        return Counter(one.header.msg_id for one in self.documents.values())[msg_id]


def altered(body: bytes) -> bytes:
    """Return a message with one sign of its payload changed."""
    end = body.rindex(b"\r\n--")
    place = body.rindex(b"\r\n", 0, end - 200) - 3
    return body[:place] + (b"A" if body[place : place + 1] != b"A" else b"B") + body[place + 1 :]


_SPOILT: dict[Line, Callable[[bytes], bytes]] = {
    Line.ALTERED: altered,
    Line.HALVED: lambda body: body[: len(body) // 2],
}


def _wait(hours: float) -> timedelta:
    return max(timedelta(hours=hours), _A_MOMENT)
