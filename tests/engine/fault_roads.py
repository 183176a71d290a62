"""The ways of the fault matrix, each by the transport that the engine uses: HTTP twice, mail, drop folders.

What leaves the clinic goes over a real line to a real server on loopback. What comes is what a listener, a mailbox or a
directory gives the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from agreed import ASYNCHRONOUS, CPA_ID, agree, agreement, names
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.serialization import Encoding
from fault_side import Line, Side
from mail_world import OUR_ADDRESS, THEIR_ADDRESS, Box
from tests.mail_servers import Postmaster, smtp_server
from tests.transport.agreements import AgreementPlan
from tests.waiting import PATIENCE
from world import CLINIC, THEIRS, World

from elmeld_tui.engine import receipt, repetition
from elmeld_tui.engine.inbox import Watched
from elmeld_tui.model.arrival import Arrival
from elmeld_tui.model.collaborations import Collaboration
from elmeld_tui.model.mail import Mail, MailServer, Protection
from elmeld_tui.security.keys import CompanyKeys
from elmeld_tui.simulator.bounces import bounce
from elmeld_tui.transport.folder import Folder, FolderTransport, write_whole
from elmeld_tui.transport.http import HttpTransport
from elmeld_tui.transport.incoming_mail import read_mail
from elmeld_tui.transport.inspection import captured
from elmeld_tui.transport.letterhead import entity
from elmeld_tui.transport.mail import SmtpTransport
from elmeld_tui.transport.mail_server import Login
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.port import Parcel, Reply
from elmeld_tui.transport.ways import Ways

SMTP_ANSWERS = {451: "451 4.3.2 try again later", 550: "550 5.1.1 no such user"}
USUAL_SIZE = 10_000_000


class By(StrEnum):
    """A way between the clinic and the other side."""

    HTTP = "HTTP"
    APART = "HTTP, answered apart"
    MAIL = "mail"
    FOLDER = "drop folder"


@dataclass
class Servers:
    """What listens on loopback for the other side.

    Attributes:
        http: port.
        smtp: port.
        road: whose messages come now.
        poster: of the clinic; dear to make.
    """

    http: int = 0
    smtp: int = 0
    road: Any = None
    poster: HttpTransport = field(default_factory=lambda: HttpTransport(timeout=PATIENCE, verify=False))


@contextmanager
def serving() -> Iterator[Servers]:
    servers = Servers()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            conduct, signal = servers.road.side.arrive(self.headers["Content-Type"], body)
            self.close_connection = True
            if conduct.line in {Line.CUT_BEFORE, Line.CUT_AFTER}:
                return
            if conduct.line is Line.REFUSED:
                self.send_response(conduct.status)
            elif signal is None:
                self.send_response(202)
            else:
                self.send_response(500 if not signal.message_id else 200)
                self.send_header("Content-Type", signal.content_type)
            self.send_header("Content-Length", str(len(signal.body) if signal else 0))
            self.end_headers()
            self.wfile.write(signal.body if signal else b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    servers.http = http.server_address[1]
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with smtp_server(_MailSystem(servers)) as servers.smtp:
            yield servers
    finally:
        servers.poster.close()
        http.shutdown()
        thread.join()
        http.server_close()


class _MailSystem(Postmaster):
    """Hands mails to the other side, or refuses, hangs up on, loses or returns them."""

    def __init__(self, servers: Servers) -> None:
        super().__init__()
        self._servers = servers

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        raw, road = envelope.content, self._servers.road
        came = read_mail(raw).arrival
        conduct, _ = road.side.arrive(came.content_type, came.body)
        if conduct.bounce:
            status = "5.1.1" if conduct.bounce == "failed" else "4.4.1"
            told = bounce(raw, THEIR_ADDRESS, conduct.bounce, status, "…")
            road.side.later(timedelta(minutes=1), lambda: road.box.put(told))
        if conduct.line in {Line.CUT_BEFORE, Line.CUT_AFTER}:
            server.transport.abort()
        return SMTP_ANSWERS[conduct.status] if conduct.line is Line.REFUSED else "250 OK"


@dataclass
class _Open:
    """What the roads share.

    Attributes:
        world: of the clinic.
        servers: that listen for the other side.
        side: the other side; set when it is there.
    """

    world: World
    servers: Servers
    side: Side = field(init=False)
    posts: bool = False
    at_once: bool = False
    cpa_id: str = ""
    names: Collaboration | None = None

    def register(self, **entry: object) -> None:
        parties = self.world.register.parties
        parties[THEIRS] = replace(parties[THEIRS], **entry)  # type: ignore[arg-type]

    def collect(self) -> None:
        """Let the other side have what has been put where it looks."""

    def next_look(self) -> datetime | None:
        """Return when the clinic looks next where something lies for it."""
        (one,) = self.world.equipment.inbox
        lies = any(name not in one.set_aside for name in self.lying())
        return one.next_at if lies else None

    def lying(self) -> list[str]:
        return []


@dataclass
class Http(_Open):
    """A post, answered with a signal."""

    posts: bool = True
    at_once: bool = True

    def open(self, size: int) -> None:
        self.register(endpoint=f"http://127.0.0.1:{self.servers.http}/ebxml")
        self.world.equipment = replace(self.world.equipment, ways=Ways({"http": self.servers.poster}))

    def close(self) -> None:
        """Leave the connections to the servers."""

    def bring(self, packed: Packed, refers_to: str = "") -> Reply | None:
        reply = receipt.receive(self.world.equipment, Arrival(packed.content_type, packed.body))
        repetition.note_all(self.world.equipment)
        return reply

    def next_look(self) -> datetime | None:
        return None


@dataclass
class Apart(Http):
    """A post by an agreement that has signals travel by themselves."""

    at_once: bool = False
    cpa_id: str = CPA_ID
    names: Collaboration | None = field(default_factory=names)

    def open(self, size: int) -> None:
        super().open(size)
        endpoint = f"http://127.0.0.1:{self.servers.http}/ebxml"
        channel = replace(ASYNCHRONOUS, endpoints=(("allPurpose", endpoint),))
        plan = agreement(ours=channel, theirs=channel, end="2029-01-01T00:00:00Z")
        agree(self.world, self._with_keys(plan))

    def _with_keys(self, plan: AgreementPlan) -> AgreementPlan:
        """Let the agreement name the certificates that the register has."""
        ours, theirs = plan.parties
        entry = self.world.register.parties[THEIRS]
        theirs = replace(theirs, encryption=entry.encryption_certificate, signing=entry.signing_certificate)
        return replace(plan, parties=(ours, theirs))


@dataclass
class ByMail(_Open):
    """A mail, answered with mails."""

    box: Box = field(default_factory=Box)

    def open(self, size: int) -> None:
        self.register(endpoint="", edi_address=THEIR_ADDRESS)
        login = Login(MailServer("127.0.0.1", self.servers.smtp, Protection.NONE), timeout=PATIENCE)
        self._transport = SmtpTransport(login, size or USUAL_SIZE, self.world.clock)
        mail = Mail(OUR_ADDRESS, MailServer("127.0.0.1", 25), fetch_limit=size or USUAL_SIZE)
        self.world.equipment = replace(
            self.world.equipment,
            clinic=replace(CLINIC, mail=mail),
            ways=Ways({"mailto": self._transport}),
            inbox=(Watched(self.box),),
        )

    def close(self) -> None:
        self._transport.close()

    def bring(self, packed: Packed, refers_to: str = "") -> Reply | None:
        self.box.put(_on_its_way(self.world, packed, refers_to, f"mailto:{OUR_ADDRESS}", THEIR_ADDRESS))
        return None

    def lying(self) -> list[str]:
        return list(self.box.lying)


@dataclass
class ByFolder(_Open):
    """A file, answered with files."""

    def open(self, size: int) -> None:
        self.out, self.inward = self.world.data_dir / "ut", self.world.data_dir / "inn"
        self.inward.mkdir()
        self.register(endpoint="")
        mail = Mail("", MailServer("127.0.0.1", 25), fetch_limit=size or USUAL_SIZE)
        self.world.equipment = replace(
            self.world.equipment,
            clinic=replace(CLINIC, routes={THEIRS: self.out.as_uri()}, mail=mail),
            ways=Ways({"file": FolderTransport(self.world.clock)}),
            inbox=(Watched(Folder(self.inward)),),
        )
        self._make_out()

    def _make_out(self) -> None:
        """Let there be a directory to write into; where it is away for a while, it comes back."""
        conducts = self.side.conducts
        if conducts[0].line is not Line.CUT_BEFORE:
            self.out.mkdir()
        elif len(conducts) > 1:
            self.side.conducts = conducts[1:]
            self.side.later(timedelta(hours=1), self.out.mkdir)

    def close(self) -> None:
        """Leave it to whoever removes the clinic's directory."""

    def collect(self) -> None:
        if not self.out.exists():
            return
        for path in sorted(self.out.iterdir()):
            raw = path.read_bytes()
            path.unlink()
            self.side.arrive(*captured(raw))

    def bring(self, packed: Packed, refers_to: str = "") -> Reply | None:
        raw = _on_its_way(self.world, packed, refers_to, "file:///", "")
        write_whole(self.inward, f"{len(self.side.agenda)}-{self.world.clock():%d%H%M%S%f}.mime", raw)
        return None

    def lying(self) -> list[str]:
        return [path.name for path in self.inward.iterdir()]


def _on_its_way(world: World, packed: Packed, refers_to: str, endpoint: str, sender: str) -> bytes:
    parcel = Parcel(endpoint, packed.content_type, packed.body, packed.message_id, 1, sender)
    answers = f"In-Reply-To: <{refers_to}.1@edi.test>\r\n" if refers_to else ""
    return answers.encode() + entity(parcel, now=world.clock())


ROADS = {By.HTTP: Http, By.APART: Apart, By.MAIL: ByMail, By.FOLDER: ByFolder}


def entry_of(pair: CompanyKeys) -> dict[str, bytes]:
    """Return what the register says of the keys of a party."""
    return {
        "signing_certificate": pair.signing.certificate.public_bytes(Encoding.DER),
        "encryption_certificate": pair.decryption[0].certificate.public_bytes(Encoding.DER),
    }
