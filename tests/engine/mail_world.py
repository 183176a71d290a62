"""The clinic of `world` with mail: a mailbox in memory, and a way out that keeps what leaves."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from email.message import Message

from working import fetch
from world import CLINIC, THEIRS, World

from elmeld_tui.engine.inbox import Watched
from elmeld_tui.model.arrival import Way
from elmeld_tui.model.mail import Mail, MailServer
from elmeld_tui.transport.letterhead import entity
from elmeld_tui.transport.mailbox import Item, MailboxDownError, too_large
from elmeld_tui.transport.message import Packed
from elmeld_tui.transport.port import NotDeliveredError, Parcel, Reply
from elmeld_tui.transport.ways import Ways

OUR_ADDRESS, THEIR_ADDRESS = "odden@edi.test", "sykehus@edi.test"


@dataclass
class Box:
    """A mailbox: what lies there by name, and what it does instead of giving it."""

    lying: dict[str, bytes] = field(default_factory=dict)
    down: str = ""
    fetched: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    name: str = "odden@127.0.0.1:110"
    way: Way = Way.MAIL

    def put(self, raw: bytes) -> None:
        self.lying[f"uid-{len(self.lying) + self.fetched}"] = raw

    def fetch(self, limit: int, skip: Container[str] = ()) -> Iterator[Item]:
        self.fetched += 1
        if self.down:
            raise MailboxDownError(self.down)
        for name, raw in list(self.lying.items()):
            if name in skip:
                continue
            problem = too_large(len(raw), limit) if len(raw) > limit else ""

            def remove(name: str = name) -> None:
                del self.lying[name]

            yield Item(name, len(raw), None if problem else raw, problem, remove)


@dataclass
class MailOut:
    """The way out: keeps every mail, whole."""

    world: World
    parcels: list[Parcel] = field(default_factory=list)
    refusal: NotDeliveredError | None = None

    def limit(self, endpoint: str) -> int | None:
        return None

    def send(self, parcel: Parcel) -> Reply | None:
        if self.refusal is not None:
            raise self.refusal
        self.parcels.append(parcel)
        return None

    def whole(self, number: int = -1) -> bytes:
        return entity(self.parcels[number], now=self.world.clock())

    def mail(self, number: int = -1) -> Message:
        from email import message_from_bytes

        return message_from_bytes(self.whole(number))


@dataclass
class MailWorld:
    """A clinic and a partner that write to each other by mail."""

    world: World
    box: Box
    out: MailOut

    def fetch(self) -> None:
        fetch(self.world.equipment)
        self.world.clock.forward(seconds=30)

    def deliver(self) -> None:
        while self.world.deliver():
            pass

    def write_to_us(self, packed: Packed, fields: str = "") -> bytes:
        """Let a mail of the partner's lie in our mailbox; return it."""
        parcel = Parcel(
            f"mailto:{OUR_ADDRESS}", packed.content_type, packed.body, packed.message_id, 1, THEIR_ADDRESS
        )
        raw = fields.encode() + entity(parcel, now=self.world.clock())
        self.box.put(raw)
        return raw


def with_mail(world: World) -> MailWorld:
    """Let a world's partner be reached by mail alone."""
    world.register.parties[THEIRS] = replace(
        world.register.parties[THEIRS], endpoint="", edi_address=THEIR_ADDRESS
    )
    box, out = Box(), MailOut(world)
    world.equipment = replace(
        world.equipment,
        clinic=replace(CLINIC, mail=Mail(OUR_ADDRESS, MailServer("127.0.0.1", 25), poll_seconds=20)),
        ways=Ways({"http": world.partner, "mailto": out}),
        inbox=(Watched(box),),
    )
    return MailWorld(world, box, out)
