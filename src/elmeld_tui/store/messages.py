"""Messages: the row that lists read, the message's bytes, and its patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from elmeld_tui.model.clock import to_text
from elmeld_tui.model.communication_types import communication_type
from elmeld_tui.model.findings import ENVELOPE, Finding
from elmeld_tui.model.header import Header
from elmeld_tui.model.identifiers import compared_id
from elmeld_tui.model.parties import Ident, Party, Patient, ident_of
from elmeld_tui.model.states import Receipt, State
from elmeld_tui.store import payloads, tables
from elmeld_tui.store.columns import is_some
from elmeld_tui.store.prepared import Prepared
from elmeld_tui.store.timeline import EventName

_m, _part, _kept = tables.message, tables.message_part, tables.payload
_OF = _m.c.id == bindparam("of")
_ADD = Prepared(insert(_m).returning(_m.c.id))
_BEGIN = Prepared(insert(tables.event))
_ADD_FINDINGS = Prepared(insert(tables.finding))
_GET = Prepared(select(_m).where(_OF))
_STATE = Prepared(select(_m.c.state).where(_OF))
_RECEIVED = Prepared(select(_m.c.id).where(_m.c.state == State.RECEIVED).order_by(_m.c.id))
_LINK_PART = Prepared(insert(_part))
_PART = Prepared(
    select(_kept.c.bytes)
    .join(_part, _part.c.payload_id == _kept.c.id)
    .where(_part.c.message_id == bindparam("of"), _part.c.role == bindparam("role"))
    .order_by(_part.c.id.desc())
    .limit(1)
)

_BYTES = Prepared(
    select(_kept.c.id, _kept.c.bytes).where(_kept.c.id.in_(bindparam("ids", expanding=True))), among="ids"
)
_SIZES = Prepared(
    select(_part.c.message_id, _part.c.payload_id, _kept.c.size)
    .join(_kept, _part.c.payload_id == _kept.c.id)
    .where(_part.c.message_id.in_(bindparam("ids", expanding=True)), _part.c.role == "document")
    .order_by(_part.c.id),
    among="ids",
)

_CHANGE = Prepared(update(_m).where(_OF))
_patient, _finding = tables.patient, tables.finding
_NUMBERED = Prepared(select(_patient.c.id, _patient.c.name).where(_patient.c.national_id == bindparam("number")))
_BORN = Prepared(select(_patient.c.name).where(_patient.c.birth_date == bindparam("born")))
_UNLINKED = Prepared(
    select(_m.c.id).where(
        _m.c.patient_id.is_(None),
        is_some(_m.c.patient_name),
        _m.c.patient_name == bindparam("called"),
        _m.c.patient_birth == bindparam("born"),
        _m.c.state == State.IMPORTED,
        _m.c.id != bindparam("but"),
    )
)
_SAME_DOCUMENT = Prepared(
    select(_m.c.id).where(
        is_some(_m.c.msg_id),
        _m.c.msg_id == bindparam("id"),
        _m.c.direction == "in",
        _m.c.sender_her == bindparam("sender"),
        _m.c.id != bindparam("but"),
        or_(*(_m.c.state == state for state in (State.IMPORTED, State.MANUAL, State.REJECTED))),
    )
)
_FORGET_FINDINGS = Prepared(
    delete(_finding).where(_finding.c.message_id == bindparam("of"), _finding.c.place != ENVELOPE)
)
_ADD_JOURNAL_EVENT = Prepared(insert(tables.journal_event))

_NOT_PRODUCTION = frozenset({"T", "D"})


def add(connection: Connection, *, direction: str, state: State, at: str, **columns: Any) -> int:
    """Add a message and return its id; ``columns`` are those of `models.Message`, see `header_columns`."""
    new = {"kind": "unknown", **columns, "direction": direction, "state": state, "created": at, "updated": at}
    return int(_ADD(connection, new).scalar_one())


def begin(
    connection: Connection,
    *,
    direction: str,
    state: State,
    name: EventName,
    at: str,
    detail: Mapping[str, Any] | None = None,
    **columns: Any,
) -> int:
    """Add a message with the first event of its timeline; return its id. ``columns`` are as for `add`."""
    message_id = add(connection, direction=direction, state=state, at=at, last_event=name, **columns)
    first = {"message_id": message_id, "at": at, "name": name, "state": state, "detail": dict(detail or {})}
    _BEGIN.change(connection, first)
    return message_id


def header_columns(header: Header, receiver: Party | None = None) -> dict[str, Any]:
    """Return what a document's header says, as columns of a message; ids as they are compared, not as they came.

    Args:
        header: of the document.
        receiver: the one to show of several; the primary if None.
    """
    sender = header.sender
    receiver = receiver or next(iter(header.receivers), None)
    patient = header.patient
    return {
        "kind": header.kind,
        "version": header.version,
        "type_code": header.type_code,
        "communication_type": communication_type(header.kind, header.type_code, header.title),
        "msg_id": compared_id(header.msg_id),
        "document_id": compared_id(header.document_id),
        "original_id": compared_id(header.original_id),
        "generated": to_text(header.generated) if header.generated else "",
        "conversation_start": compared_id(header.conversation.start) if header.conversation else "",
        "conversation_parent": compared_id(header.conversation.parent) if header.conversation else "",
        "service_type": header.service_type,
        "order_id": compared_id(header.order_id),
        "sender_unit": _unit(sender),
        "sender_her": sender.her_id if sender else "",
        "sender_name": sender.name if sender else "",
        "receiver_her": receiver.her_id if receiver else "",
        "receiver_name": receiver.name if receiver else "",
        "patient_name": patient.name if patient else "",
        "patient_birth": patient.birth_date.isoformat() if patient and patient.birth_date else "",
        "title": header.title,
        "test": header.processing in _NOT_PRODUCTION,
    }


def _unit(sender: Party | None) -> str:
    """Return what the sender's organisation is known by: its HER-id, else its number or its name."""
    if sender is None:
        return ""
    unit = sender.organisation
    return unit.her_id or ident_of(unit.idents, "ENH") or sender.her_id or unit.name


def change(connection: Connection, message_id: int, **columns: Any) -> None:
    """Change columns of a message that say what it is; its state moves only through `events.move`."""
    assert "state" not in columns
    _CHANGE.change(connection, {"of": message_id, **columns})


def get(connection: Connection, message_id: int) -> Row[Any]:
    """Return a message with every column."""
    return _GET(connection, {"of": message_id}).one()


def recreated_as(connection: Connection, message_id: int) -> int | None:
    """Return the message that was made from this one when it had failed, or None."""
    return connection.execute(select(_m.c.id).where(_m.c.recreates == message_id)).scalar()


def state_of(connection: Connection, message_id: int) -> State:
    """Return where a message is on its way."""
    return State(_STATE(connection, {"of": message_id}).scalar_one())


def received(connection: Connection) -> Sequence[int]:
    """Return messages in that wait to be taken in, oldest first."""
    return _RECEIVED(connection).scalars()


def add_part(connection: Connection, message_id: int, role: str, content_type: str, data: bytes) -> int:
    """Keep bytes as part of a message; return the payload's id."""
    payload_id = payloads.keep(connection, data)
    link_part(connection, message_id, role, content_type, payload_id)
    return payload_id


def link_part(connection: Connection, message_id: int, role: str, content_type: str, payload_id: int) -> None:
    """Make bytes that are kept already part of a message."""
    link_parts(connection, [(message_id, role, content_type, payload_id)])


def link_parts(connection: Connection, several: Sequence[tuple[int, str, str, int]]) -> None:
    """Make bytes that are kept already parts of messages: message, role, Content-Type, payload."""
    names = ("message_id", "role", "content_type", "payload_id")
    _LINK_PART.change_each(connection, [dict(zip(names, one, strict=True)) for one in several])


def part(connection: Connection, message_id: int, role: str) -> bytes | None:
    """Return the newest bytes a message has in ``role``, or None."""
    found: bytes | None = _PART(connection, {"of": message_id, "role": role}).scalar()
    return found


def documents(connection: Connection, message_ids: Sequence[int], *, at_most: int) -> dict[int, bytes]:
    """Return the documents of several messages, by message, from the first on as far as memory shall hold.

    Args:
        connection: of a snapshot or transaction.
        message_ids: in the order they are wanted.
        at_most: bytes; the first is read however large it is.
    """
    sizes = {row.message_id: row for row in _SIZES(connection, {"ids": message_ids})} if message_ids else {}
    wanted: list[int] = []
    held = 0
    for message_id in message_ids:
        held += sizes[message_id].size
        if wanted and held > at_most:
            break
        wanted.append(message_id)
    found = _BYTES(connection, {"ids": [sizes[one].payload_id for one in wanted]}) if wanted else ()
    by_payload = {row.id: bytes(row.bytes) for row in found}
    return {message_id: by_payload[sizes[message_id].payload_id] for message_id in wanted}


def patient_id(connection: Connection, patient: Patient | None) -> int | None:
    """Return the patient's row, found by national number or made; None without a number that identifies.

    A name or a birth date alone never links (two persons may share them), nor does a help number of one hospital.
    """
    number = patient.national_id if patient else None
    if patient is None or number is None or not number.id.strip():
        return None
    national_id = number.id.strip()
    found = _NUMBERED(connection, {"number": national_id}).scalar()
    if found is not None:
        return int(found)
    new = insert(tables.patient).values(
        national_id=national_id,
        id_type=number.type.value,
        name=patient.name,
        given_name=" ".join(part for part in (patient.given_name, patient.middle_name) if part),
        family_name=patient.family_name,
        birth_date=patient.birth_date.isoformat() if patient.birth_date else "",
        sex=patient.sex.value,
    )
    return int(connection.execute(new.returning(tables.patient.c.id)).scalar_one())


def patient_name(connection: Connection, number: Ident) -> str | None:
    """Return what whoever has this number is called in the record here; None where nobody has one."""
    found = _NUMBERED(connection, {"number": number.id.strip()}).first()
    return None if found is None else str(found.name)


def has_namesake(connection: Connection, patient: Patient, *, but: int) -> bool:
    """Return whether somebody of this name and birth date is known here: in a record, or in a message without one.

    Args:
        connection: of the caller's transaction.
        patient: as a message names them.
        but: that message.
    """
    if not patient.name or patient.birth_date is None:
        return False
    born = patient.birth_date.isoformat()
    called = _BORN(connection, {"born": born}).scalars()
    if any(name.casefold() == patient.name.casefold() for name in called):
        return True
    return _UNLINKED(connection, {"called": patient.name, "born": born, "but": but}).first() is not None


def keep_findings(connection: Connection, message_id: int, findings: Sequence[Finding]) -> None:
    """Keep what was found of a document, in place of what was found before; what its envelope told stays."""
    _FORGET_FINDINGS.change(connection, {"of": message_id})
    add_findings(connection, message_id, findings)


def add_findings(connection: Connection, message_id: int, findings: Sequence[Finding]) -> None:
    """Keep more of what was found of a message; about its envelope has the place `ENVELOPE`."""
    told = [
        {
            "message_id": message_id,
            "severity": one.severity,
            "code": one.code,
            "place": one.where,
            "text": one.message,
        }
        for one in findings
    ]
    if told:
        _ADD_FINDINGS.change_each(connection, told)


def add_journal_event(connection: Connection, patient: int, message_id: int, *, at: str, title: str) -> None:
    """Note in a patient's journal that a message concerned them."""
    event = {"patient_id": patient, "message_id": message_id, "at": at, "title": title}
    _ADD_JOURNAL_EVENT.change(connection, event)


def move_journal_event(connection: Connection, patient: int, message_id: int, *, at: str, title: str) -> None:
    """Note in a patient's journal that a message concerned them, and no longer in another's."""
    j = tables.journal_event
    connection.execute(delete(j).where(j.c.message_id == message_id))
    add_journal_event(connection, patient, message_id, at=at, title=title)


def same_document(connection: Connection, *, sender_her: str, msg_id: str, but: int) -> int | None:
    """Return an earlier message in with the same MsgId from the same sender, or None (HITS 1168 §5.4)."""
    wanted = {"sender": sender_her, "id": compared_id(msg_id), "but": but}
    found: int | None = _SAME_DOCUMENT(connection, wanted).scalar()
    return found


def hold(connection: Connection, message_id: int, *, held: bool) -> bool:
    """Let nothing of a message be removed, or let the retention policy have its way again; False where it is none."""
    return connection.execute(update(_m).where(_m.c.id == message_id).values(held=held)).rowcount == 1


def set_receipt(connection: Connection, message_id: int, receipt: Receipt) -> None:
    """Set the one receipt a list shows of a message out: for several receivers the gravest."""
    connection.execute(update(tables.message).where(tables.message.c.id == message_id).values(receipt=receipt))
