"""What may go wrong, by every way on which it can, and how it must end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fault_roads import By
from fault_side import GOOD, Conduct, Letter, Line


@dataclass(frozen=True)
class End:
    """How a fault ends.

    Attributes:
        state: of the message, and its receipt; of messages in, of each in the order they came.
        there: how many times the other side has been given our document; of messages in, how many lie in the post.
        alerts: open at the end.
        cleared: raised meanwhile, and cleared by themselves.
        heard: what the other side heard of its letters: signals, and the status of each receipt.
        act: that is advised first; empty where none is.
    """

    state: str
    there: int = 1
    alerts: str = ""
    cleared: str = ""
    heard: str = ""
    act: str = ""


@dataclass(frozen=True)
class Fault:
    """One way of going wrong.

    Attributes:
        name: of the test.
        words: for the document.
        ends: how it ends, by each way on which it can happen.
        conducts: what becomes of what we send.
        letter: how the other side writes; None where we do.
        signs: whose keys it signs with: its own, a stranger's, expired or revoked ones.
        reads: whose key the register gives for what it reads.
        skew: hours its clock is ahead.
        jump: hours our clock jumps once something is on its way.
        size: bytes that a mail or file may have; 0 for the usual.
    """

    name: str
    words: str
    ends: dict[By, End] = field(default_factory=dict)
    conducts: tuple[Conduct, ...] = (GOOD,)
    letter: Letter | None = None
    signs: str = "own"
    reads: str = "own"
    skew: float = 0
    jump: float = 0
    size: int = 0


_ALL = tuple(By)
_HTTP = (By.HTTP, By.APART)
_ALONE = (By.APART, By.MAIL, By.FOLDER)
_MAIL = (By.MAIL,)

FINE = End("delivered accepted")
GIVEN_UP = End("undelivered overdue", 0, alerts="overdue undelivered", act="resend")
NOT_TAKEN = End("transport_rejected overdue", 0, alerts="overdue transport_rejected", act="resend")
UNANSWERED = End("delivered overdue", alerts="overdue", act="resend")
GIVEN_UP_THERE = replace(GIVEN_UP, there=1)


def _out(
    name: str,
    words: str,
    end: End,
    *conducts: Conduct,
    ways: tuple[By, ...] = _ALL,
    down: tuple[By, ...] = (),
    **other: object,
) -> Fault:
    """Return a fault of what we send.

    Args:
        name: see `Fault`.
        words: likewise.
        end: by every way.
        *conducts: of the other side.
        ways: on which it can happen.
        down: those of them on which the line is so long in trouble that a human is called for that.
        **other: see `Fault`.
    """
    called = replace(end, cleared=f"line_down {end.cleared}".strip())
    ends = {way: called if way in down else end for way in ways}
    return Fault(name, words, ends, conducts or (GOOD,), **other)  # type: ignore[arg-type]


def _lost(**other: object) -> Conduct:
    return Conduct(Line.LOST, **other)  # type: ignore[arg-type]


def _status(status: int) -> Conduct:
    return Conduct(Line.REFUSED, status)


def _error(code: str) -> Conduct:
    return Conduct(signal="error", code=code)


def _unheard(*alerts: str) -> End:
    """Return how it ends where every answer of theirs is distrusted, and their receipt refused like it."""
    raised = " ".join(sorted(("envelope_refused", "overdue", "undelivered", *alerts)))
    return replace(GIVEN_UP_THERE, alerts=raised, cleared="untrusted_answer", heard="error SecurityFailure")


OUT = (
    _out("lost", "Lost on its way, once", FINE, _lost(), GOOD),
    _out("lost_for_ever", "Every attempt lost on its way", GIVEN_UP, _lost()),
    _out("ack_lost", "Taken, and the ack lost, once", FINE, Conduct(signal="", wait_of_apprec=20), GOOD),
    _out("no_ack", "Taken and answered, and never acked", FINE, Conduct(signal="")),
    _out(
        "silent", "Taken, and neither acked nor answered", GIVEN_UP_THERE, Conduct(signal="", status_of_apprec="")
    ),
    _out(
        "cut_before",
        "The line cut before they have it, once; the directory away for an hour",
        FINE,
        Conduct(Line.CUT_BEFORE),
        GOOD,
        down=(By.FOLDER,),
    ),
    _out(
        "nobody",
        "Nobody there",
        GIVEN_UP,
        Conduct(Line.CUT_BEFORE),
        ways=(By.HTTP, By.MAIL, By.FOLDER),
        down=_ALL,
    ),
    _out(
        "cut_after",
        "Taken, and the line cut before the answer, once",
        FINE,
        Conduct(Line.CUT_AFTER, wait_of_apprec=20),
        GOOD,
        ways=(*_HTTP, By.MAIL),
    ),
    _out("ack_twice", "The ack comes twice", FINE, Conduct(copies=2), ways=_ALONE),
    _out("apprec_first", "The receipt overtakes the ack", FINE, Conduct(wait_of_apprec=-1), ways=_ALONE),
    _out("late_ack", "The ack comes after 13 hours", FINE, Conduct(wait=13, wait_of_apprec=14), ways=_ALONE),
    _out(
        "ack_after_all",
        "The ack comes after we have given up",
        replace(FINE, cleared="undelivered"),
        Conduct(wait=80, wait_of_apprec=81),
        Conduct(signal=""),
        ways=_ALONE,
    ),
    _out(
        "late_apprec",
        "The receipt comes after 97 hours",
        replace(FINE, cleared="overdue"),
        Conduct(wait_of_apprec=97),
    ),
    _out("no_apprec", "Acked, and no receipt ever comes", UNANSWERED, Conduct(status_of_apprec="")),
    _out("altered", "Changed on its way", NOT_TAKEN, Conduct(Line.ALTERED)),
    _out(
        "ack_altered",
        "The ack changed on its way, once",
        replace(FINE, cleared="untrusted_answer"),
        Conduct(signal="altered", wait_of_apprec=20),
        GOOD,
    ),
    _out(
        "acks_altered",
        "Every ack changed on its way",
        replace(GIVEN_UP_THERE, cleared="untrusted_answer"),
        Conduct(signal="altered", status_of_apprec=""),
        down=(By.HTTP,),
    ),
    _out(
        "rejected",
        "What it says is refused (AppRec 2)",
        End("delivered rejected", alerts="answered_rejected", act="recreate"),
        Conduct(status_of_apprec="2"),
    ),
    _out(
        "faults",
        "Faults in parts of it (AppRec 3)",
        End("delivered accepted_with_faults", alerts="accepted_with_faults", act="handled"),
        Conduct(status_of_apprec="3"),
    ),
    _out("error", "The envelope refused (MessageError)", NOT_TAKEN, _error("NotSupported")),
    _out("warning", "Taken with a Warning", FINE, Conduct(signal="warning", code="Inconsistent")),
    _out("fault", "The envelope not understood (SOAP Fault)", NOT_TAKEN, Conduct(signal="fault")),
    _out("returned", "The mail returned", NOT_TAKEN, _lost(bounce="failed"), ways=_MAIL),
    _out("delayed", "The mail reported delayed, and taken", FINE, Conduct(bounce="delayed"), ways=_MAIL),
    _out("http_404", "HTTP 404", NOT_TAKEN, _status(404), ways=_HTTP),
    _out("http_429", "HTTP 429, once", FINE, _status(429), GOOD, ways=_HTTP),
    _out("http_503", "HTTP 503, once", FINE, _status(503), GOOD, ways=_HTTP),
    _out("http_503s", "HTTP 503, every time", GIVEN_UP, _status(503), ways=(By.APART,), down=_ALL),
    _out("smtp_451", "SMTP 451, once", FINE, _status(451), GOOD, ways=_MAIL),
    _out("smtp_550", "SMTP 550", NOT_TAKEN, _status(550), ways=_MAIL),
    _out("ours_revoked", "They say that our certificate is revoked", NOT_TAKEN, _error("SecurityFailure")),
    _out("reads_revoked", "The certificate to encrypt for is revoked", NOT_TAKEN, reads="revoked"),
    _out(
        "reads_expired",
        "The certificate to encrypt for has expired",
        replace(NOT_TAKEN, alerts="expires overdue transport_rejected"),
        reads="expired",
    ),
    _out("reads_stranger", "The certificate to encrypt for is another's", NOT_TAKEN, reads="stranger"),
    _out("signs_revoked", "They sign with a revoked certificate", _unheard(), signs="revoked", down=(By.HTTP,)),
    _out(
        "signs_expired",
        "They sign with an expired certificate",
        _unheard("expires"),
        signs="expired",
        down=(By.HTTP,),
    ),
    _out("signs_stranger", "They sign with another's certificate", _unheard(), signs="stranger", down=(By.HTTP,)),
    _out("cpa", "They do not know the agreement", NOT_TAKEN, _error("ValueNotRecognized")),
    _out("ahead", "Their clock two hours ahead", FINE, skew=2),
    _out("behind", "Their clock two hours behind", FINE, skew=-2),
    _out("jump", "Our clock jumps two hours ahead", FINE, Conduct(wait=1, wait_of_apprec=3), jump=2),
    _out("jump_back", "Our clock jumps two hours back", FINE, Conduct(wait=1, wait_of_apprec=3), jump=-2),
    _out("too_large", "Larger than they take (HTTP 413)", NOT_TAKEN, _status(413), ways=_HTTP),
    _out("too_large_mail", "Larger than the mail server takes", NOT_TAKEN, size=5000, ways=_MAIL),
)
"""What goes wrong with what the clinic sends."""


def _in(
    name: str, words: str, end: End, letter: Letter | None = None, ways: tuple[By, ...] = _ALL, **other: object
) -> Fault:
    return Fault(name, words, dict.fromkeys(ways, end), letter=letter or Letter(), **other)  # type: ignore[arg-type]


def _refused(code: str) -> End:
    return End("rejected", 0, alerts="envelope_refused", heard=f"error {code}", act="clear")


TAKEN = End("imported", heard="ack, AppRec 1")
_TAKEN_TWICE = replace(TAKEN, heard="ack, ack, AppRec 1")
_HALF = End("quarantined imported", alerts="envelope_unreadable", heard="fault, ack, AppRec 1", act="clear")

IN = (
    _in("in_lost", "Lost on its way, once", TAKEN, Letter((Line.LOST, Line.WHOLE))),
    _in(
        "in_cut",
        "Taken, and the line cut before our ack, once",
        TAKEN,
        Letter((Line.CUT_AFTER, Line.WHOLE)),
        (By.HTTP,),
    ),
    _in("in_ack_lost", "Our ack lost, once", TAKEN, Letter(deaf=1), _ALONE),
    _in("in_duplicate", "The same envelope comes twice", _TAKEN_TWICE, Letter(again="bytes")),
    _in(
        "in_again",
        "The same document comes in another envelope",
        replace(_TAKEN_TWICE, state="imported duplicate"),
        Letter(again="envelope"),
    ),
    _in(
        "in_same_id",
        "Another document comes under the same eb:MessageId",
        End(
            "imported rejected",
            alerts="envelope_refused false_duplicate",
            heard="ack, error Inconsistent, AppRec 1",
            act="clear",
        ),
        Letter(again="id"),
    ),
    _in(
        "in_overtaken",
        "Two letters change places",
        End("imported imported", 2, heard="ack, ack, AppRec 1, AppRec 1"),
        Letter(again="overtaken"),
    ),
    _in("in_late", "A day under way", TAKEN, Letter(late=24)),
    _in("in_expired", "Comes after its TimeToLive", _refused("TimeToLiveExpired"), Letter(late=24, lifetime=12)),
    _in(
        "in_altered",
        "Changed on its way; they send it anew",
        End(
            "rejected imported",
            alerts="envelope_refused",
            heard="error SecurityFailure, ack, AppRec 1",
            act="clear",
        ),
        Letter((Line.ALTERED,), mended=True),
    ),
    _in(
        "in_half",
        "Half of it comes, and later the whole",
        _HALF,
        Letter((Line.HALVED, Line.WHOLE)),
        (*_HTTP, By.MAIL),
    ),
    _in(
        "in_half_file",
        "Half of it comes, and later the whole",
        replace(_HALF, heard="ack, AppRec 1"),
        Letter((Line.HALVED, Line.WHOLE)),
        (By.FOLDER,),
    ),
    _in(
        "in_unasked", "Asks for no ack", replace(TAKEN, heard="warning Inconsistent, AppRec 1"), Letter(asks=False)
    ),
    _in(
        "in_refused",
        "What it says is refused: its MsgId is no UUID",
        End("rejected", 0, heard="ack, AppRec 2"),
        Letter(msg_id="1234"),
    ),
    _in(
        "in_cpa",
        "Names an agreement that we do not have",
        _refused("ValueNotRecognized"),
        Letter(cpa_id="nav:x:2"),
    ),
    _in("in_stranger", "Signed with another's certificate", _refused("SecurityFailure"), signs="stranger"),
    _in("in_signer_expired", "Signed with an expired certificate", _refused("SecurityFailure"), signs="expired"),
    _in("in_signer_revoked", "Signed with a revoked certificate", _refused("SecurityFailure"), signs="revoked"),
    _in("in_reader", "Encrypted for another", _refused("SecurityFailure"), Letter(reader="stranger")),
    _in("in_ahead", "Their clock two hours ahead", TAKEN, skew=2),
    _in("in_behind", "Their clock two hours behind", TAKEN, skew=-2),
    _in(
        "in_too_large",
        "Larger than may be fetched; they send it six times",
        End("", 0, alerts="mail_not_fetched*6", act="clear"),
        size=5000,
        ways=(By.MAIL, By.FOLDER),
    ),
    _in("in_receipt_lost", "Our receipt lost, once", TAKEN, conducts=(_lost(), GOOD)),
    _in(
        "in_receipt_refused",
        "Our receipt refused (MessageError)",
        End("imported", alerts="transport_rejected", heard="ack", act="resend"),
        conducts=(_error("NotSupported"),),
    ),
)
"""What goes wrong with what the other side sends."""

CELLS = tuple((fault, way) for fault in (*OUT, *IN) for way in fault.ends)
