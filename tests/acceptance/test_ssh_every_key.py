"""Over SSH, in tmux as it comes: every documented key arrives, and does something where it is documented to."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from benchmarks.pty_harness import is_at_work

from elmeld_tui.login import login
from elmeld_tui.tui.actions import ACTIONS
from tests.acceptance import clinic_at_keys
from tests.acceptance.ssh_server import Server, needs_sshd, serving
from tests.tui.test_in_tmux import Tmux, tmux_name
from tests.waiting import PATIENCE, assert_soon

pytestmark = needs_sshd

# A key, and words that stand on the screen when it has acted, or after ! do so no more; no words: something is drawn.
# Letters right after a refusal are no commands; ctrl+l ends what is told of it, and draws the screen as it is anyway.
_POST = """
    down|  up|  end|  home|  pagedown|  pageup|  b|  home|
    enter|1 av 41  full_stop|2 av 41  comma|1 av 41  ctrl+down|2 av 41  ctrl+up|1 av 41
    ctrl+pagedown|ingen vedlegg  ctrl+pageup|Spørsmål  right|ingen vedlegg  left|Spørsmål  z|  z|
    j|Hvem gjelder meldingen?  escape|!Hvem gjelder meldingen?  v|Videresende til  escape|!Videresende til
    x|klinikken selv har sendt  ctrl+l|  n|mottatt, ikke sendt  ctrl+l|
    o|ingen vedlegg  ctrl+l|  p|mottatt, ikke sendt  ctrl+l|  k|Kvittert  u|Angret
    shift+tab|  tab|  f6|  shift+f6|
    slash|fra:  escape|!fra:  f|Filter  space|[✓]  f7|lagret filter  f8|Lagre filteret som
    escape|!Lagre filteret som  escape|
    slash|fra:  a|  enter|×  backspace|
    l|Meldingslogg ·  f2|Innboks ·  g|218582
"""
_PATIENT = """
    tab|Ubesvart · 1  shift+tab|Alle · 41  m|Trend  right|  left|  m|  h|Hendelser  h|  u|Ubesvart · 1
    slash|fra:  escape|!fra:  f|Filter  ctrl+s|!Filter
"""
_LOG = """
    f4|Meldingslogg · 43  1|uløst ×  2|status:feilet ×  4|status:forfalt ×  5|status:karantene ×
    6|status:avgjøres ×  7|status:venter ×  8|status:kø ×  3|status:avvist ×
    escape|!status:avvist ×  E|  e|  F|følger  c|Kopiert
    b|feilpakken  escape|!feilpakken  t|Statistikk  right|90 dager  left|30 dager
    q|Meldingslogg ·  m|ingenting å håndtere
    enter|Tidslinje  x|
"""
_OTHERS = """
    f10|Varsler ·  enter|Hva skjedde  m|en motor har gitt  ctrl+l|  o|Oppsett  right|  r|  t|kan ikke gjøres  left|
    down|Brukere · 2  d|Melde ut  escape|!Melde ut  delete|Melde ut  escape|!Melde ut
    alt+4|Varsler ·  alt+6|Oppsett  shift+f2|Varsler ·  shift+f4|Oppsett  alt+5|katalog  f12|Oppsett  f11|katalog
    asterisk|★  f7|  u|ingen registrert  ctrl+l|  r|kjenner ikke  escape|!kjenner ikke  w|Ny melding  escape|!Ny melding
    f4|Meldingslogg ·  shift+f5|katalog  alt+2|Pasient  alt+3|Meldingslogg ·  alt+1|Innboks ·
    f3|Pasient  f2|Innboks ·
    ctrl+o|  escape|  ctrl+p|Hva vil du gjøre?  escape|!Hva vil du gjøre?
    ctrl+space|Hva vil du gjøre?  escape|!Hva vil du gjøre?  f1|Taster  escape|!Taster
"""
_WRITING = """
    ctrl+n|Ny melding  enter|Mottaker  f7|Søk opp en mottaker  ctrl+t|Velg pasient  f7|Søk opp en mottaker
    alt+plus|Velg pasient  f9|  f8|lagret  escape|!Mottaker
    s|Svar på forespørsel  ctrl+g|Må fylles ut  y|!Må fylles ut  f5|  x|
    escape|F5 forhåndsvis  ctrl+r|B-Hemoglobin  escape|!B-Hemoglobin
    escape|Lagre utkast  enter|!Lagre utkast  ctrl+q|ended
"""

WALK = [
    (key.strip(), words)
    for part in (_POST, _PATIENT, _LOG, _OTHERS, _WRITING)
    for step in part.replace("\n", "  ").split("  ")
    if step.strip()
    for key, _, words in [step.partition("|")]
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    clinic = tmp_path / "clinic"
    clinic_at_keys.fill(clinic)
    with serving(clinic, tmp_path / "keys", ("own",)) as running:
        assert running.admin("add", login(), str(running.keys / "own.pub")) == 0
        yield running


def test_every_documented_key_arrives_and_acts(server: Server, tmux: Tmux, tmp_path: Path) -> None:
    session = shlex.join(server.ssh("own", "-tt", "root@127.0.0.1"))
    tmux.start("sh", "-c", f"{session}; echo ended; exec sleep 100")
    assert_soon(lambda: "Innboks · 41" in tmux.screen())
    # What is drawn and gone again, such as that one waits for an answer, may never be seen by who only looks.
    drawn = tmp_path / "drawn"
    tmux.run("pipe-pane", "-O", f"exec cat > {shlex.quote(str(drawn))}")
    assert_soon(drawn.exists)
    for key, words in WALK:
        _press(tmux, key, words, drawn, server.clinic)
    documented = {key for action in ACTIONS for key in action.usual_keys}
    assert documented <= {key for key, _ in WALK}


def _press(tmux: Tmux, key: str, words: str, drawn: Path, clinic: Path) -> None:
    """Press a key when the program rests, and wait until the screen says ``words``, or anything is drawn."""
    _rest(tmux, clinic)
    before, until = drawn.stat().st_size, monotonic() + PATIENCE
    tmux.press(tmux_name(key))
    while not (_says(tmux, words) if words else drawn.stat().st_size > before):
        assert monotonic() < until, f"{key}: no {words or 'change'!r} in\n{tmux.screen()}"
        # To look is a process of its own each time, which the program would have to wait for.
        sleep(0.02)


def _rest(tmux: Tmux, clinic: Path) -> None:
    """Wait until the whole screen is drawn: what was told leaves first, and then comes what a key leads to."""
    shown = ""
    while shown != (now := tmux.run("capture-pane", "-p", "-e")) or any(map(is_at_work, _processes(clinic))):
        shown = now
        sleep(0.1)


def _processes(clinic: Path) -> list[int]:
    """Return what runs on a clinic: the program at the other end of the line, which may not have drawn all of it yet."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if str(clinic.resolve()).encode() in each.read_bytes().split(b"\0"):
                found.append(int(each.parent.name))
    return found


def _says(tmux: Tmux, words: str) -> bool:
    said = " ".join(tmux.screen().split())
    return words[1:] not in said if words.startswith("!") else words in said
