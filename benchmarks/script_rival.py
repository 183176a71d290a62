"""What elmeld's sending costs beside the script a support engineer would write, for the same referrals to one partner.

The script (``support_script.sh``) starts xmllint, openssl, xmlsec1 and curl for each message, keeps its outbox as files
without asking the disk, and reads no answer. Ours, in the same rounds, is everything from the writer's document to the
partner's acknowledgment, verified and committed. What is compared is elapsed time, the median of the rounds.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from tests.engine.world import OURS, THEIRS, World, keys
from tests.judges import write_pem

from benchmarks.exchange import Spent, Writer, clinic, letters, partner
from benchmarks.pipeline import send
from elmeld_tui.messages import schemas
from elmeld_tui.messages.document import read
from elmeld_tui.model.clock import envelope_text
from elmeld_tui.model.collaborations import collaboration
from elmeld_tui.security import profile
from elmeld_tui.transport.envelope import EnvelopeHeader, ManifestEntry
from elmeld_tui.transport.message import Acknowledgment
from elmeld_tui.transport.packing import unpack
from elmeld_tui.transport.writing import write

ROUNDS = 7
GROUP = 10
TIMES_FASTER = 20
TOOLS = ("xmllint", "openssl", "xmlsec1", "curl")
SCRIPT = Path(__file__).with_name("support_script.sh")


def main(rounds: int = ROUNDS, group: int = GROUP) -> bool:
    """Measure and print; return whether ours was as much faster as it shall be, or the tools are missing."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        print(f"the script cannot run: {', '.join(missing)} not installed")
        return True
    spent = Spent()
    with tempfile.TemporaryDirectory() as place, partner() as endpoint:
        world = clinic(Path(place), endpoint)
        ours, _ = letters()
        folder = _prepare(Path(place) / "script", ours())
        for number in range(rounds + 1):
            _measure(world, folder, endpoint, ours, spent if number else Spent(), group)
        world.close()
    return _report(spent, f"a referral of 6 kB, median of {rounds} rounds of {group}")


def _prepare(folder: Path, example: bytes) -> Path:
    """Lay out what the script needs for documents like ``example``: keys, schema, and the envelope to fill in."""
    for name in ("outbox", "sent"):
        (folder / name).mkdir(parents=True)
    write_pem(folder, keys().ours.signing)
    recipient = keys().theirs.decryption[0].certificate
    (folder / "recipient.pem").write_bytes(recipient.public_bytes(Encoding.PEM))
    document = read(example)
    (folder / "schema.xsd").write_text(schemas.schema_document(schemas.namespaces_in(document.root)))
    (folder / "template.xml").write_bytes(_template(example))
    return folder


def _measure(world: World, folder: Path, endpoint: str, ours: Writer, spent: Spent, group: int) -> None:
    """Send ``group`` messages by the script, and as many by the engine, and note what each took."""
    for number in range(group):
        (folder / "outbox" / f"{number:03}.xml").write_bytes(ours())
    spent.on("the script", lambda: _run(folder, endpoint), group)
    assert not list((folder / "outbox").iterdir())
    answer = unpack("text/xml", (folder / "answer.xml").read_bytes())
    assert isinstance(answer.signal, Acknowledgment), "what the script sends is taken"
    outgoing = [ours() for _ in range(group)]
    spent.on("elmeld", lambda: send(world, outgoing), group)


def _run(folder: Path, endpoint: str) -> None:
    subprocess.run(["sh", SCRIPT, folder, endpoint], check=True)


def _template(example: bytes) -> bytes:
    """Return an unsigned envelope with names in the place of what differs from message to message."""
    document = read(example)
    names = collaboration(document.header)
    now = document.header.generated
    assert now is not None
    header = EnvelopeHeader(
        OURS,
        THEIRS,
        names.service,
        names.action,
        now,
        names.from_role,
        names.to_role,
        conversation_id="@CONVERSATION@",
        message_id="@MESSAGE@",
    )
    entry = ManifestEntry("@PAYLOAD@", document.header.namespace, document.header.version)
    envelope = write(header, manifest=[entry]).replace(envelope_text(now).encode(), b"@TIME@")
    return envelope.replace(b"</SOAP:Header>", _signature().encode() + b"</SOAP:Header>")


def _signature() -> str:
    """Return the template of a signature that xmlsec1 fills in."""
    enveloped, xpath, c14n = profile.TRANSFORMS[0]
    digest = f'<ds:DigestMethod Algorithm="{profile.SHA256}"/><ds:DigestValue/>'
    expression = profile.PROFILE_XPATH.replace('"', "'")
    return (
        f'<ds:Signature xmlns:ds="{profile.DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{c14n}"/>'
        f'<ds:SignatureMethod Algorithm="{profile.RSA_SHA256}"/>'
        f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{enveloped}"/>'
        f'<ds:Transform Algorithm="{xpath}"><ds:XPath>{expression}</ds:XPath></ds:Transform>'
        f'<ds:Transform Algorithm="{c14n}"/></ds:Transforms>{digest}</ds:Reference>'
        f'<ds:Reference URI="cid:@PAYLOAD@">{digest}</ds:Reference></ds:SignedInfo><ds:SignatureValue/>'
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )


def _report(spent: Spent, what: str) -> bool:
    print(f"{what:52} {'ms elapsed':>10}")
    medians = {name: statistics.median(times) for name, times in spent.wall.items()}
    for name, median in medians.items():
        print(f"{name:52} {median * 1e3:10.2f}")
    faster = medians["the script"] / medians["elmeld"]
    print(f"{'times faster':52} {faster:10.1f}  (at least {TIMES_FASTER})")
    return faster >= TIMES_FASTER


if __name__ == "__main__":
    main()
