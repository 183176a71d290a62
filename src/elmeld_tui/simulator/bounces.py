"""What the simulated mail system returns when a partner's mailbox is told to refuse (RFC 3464)."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

_HOST = "mail.helsenett.example"


def bounce(raw: bytes, recipient: str, action: str, status: str, text: str) -> bytes:
    """Return the report on a mail.

    Args:
        raw: the mail, whole; its header fields are returned.
        recipient: whom it was for.
        action: ``failed`` or ``delayed``.
        status: enhanced code, e.g. ``5.1.1``.
        text: what the server said.
    """
    returned = message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    report = MIMEMultipart("report", report_type="delivery-status")
    report["Return-Path"] = "<>"
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{_HOST}>"
    report["To"] = str(returned["From"])
    report["Subject"] = "Delivery Status Notification"
    report["Auto-Submitted"] = "auto-replied"
    report["Date"] = str(returned["Date"])
    report.attach(MIMEText(f"{recipient}: {action}\n{status} {text}\n", "plain", "utf-8"))
    told = MIMEBase("message", "delivery-status")
    told.set_payload([_fields({"Reporting-MTA": f"dns; {_HOST}"}), _fields(_of(recipient, action, status, text))])
    report.attach(told)
    report.attach(MIMEText(returned.as_string(), "rfc822-headers", "utf-8"))
    return report.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _of(recipient: str, action: str, status: str, text: str) -> dict[str, str]:
    return {
        "Final-Recipient": f"rfc822; {recipient}",
        "Action": action,
        "Status": status,
        "Diagnostic-Code": f"smtp; {status[0]}50 {status} {text}",
    }


def _fields(said: dict[str, str]) -> Message:
    message = Message()
    for name, value in said.items():
        message[name] = value
    return message
