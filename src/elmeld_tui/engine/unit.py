"""The engine as a unit of systemd: the text to put in /etc/systemd/system/elmeld.service."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from string import Template

from elmeld_tui.model.clinic import Clinic, KeyFile

STATE = Path("/var/lib/elmeld")
"""What ``StateDirectory=elmeld`` makes."""

_HOMES = (Path("/home"), Path("/root"))
_USUAL = ("ELMELD_SIGNING_PASSWORD", "ELMELD_DECRYPTION_PASSWORD")


def unit(executable: Path, data_dir: Path | None = None, clinic: Clinic | None = None) -> str:
    """Return the unit, with as narrow a sandbox as the engine can work in.

    Args:
        executable: of elmeld, absolute.
        data_dir: the clinic's directory, absolute; `STATE` where none is given.
        clinic: its settings, which name the passwords of its keys; the names the documentation uses without them.
    """
    place = data_dir or STATE
    at_home = any(path.is_relative_to(home) for path in (executable, place) for home in _HOMES)
    return Template((Path(__file__).parent / "elmeld.service").read_text(encoding="utf-8")).substitute(
        executable=_quoted(executable),
        data_dir=_quoted(place),
        writable="" if place == STATE else f"ReadWritePaths={_quoted(place)}",
        credentials="\n".join(
            f"LoadCredential={name}:/etc/elmeld/{name}" for name in _passwords(clinic) or _USUAL
        ),
        protect_home="read-only" if at_home else "yes",
    )


def _passwords(clinic: Clinic | None) -> Iterable[str]:
    if clinic is None:
        return ()
    files: tuple[KeyFile | None, ...] = (clinic.signing, *clinic.decryption, clinic.exercise_signature)
    return dict.fromkeys(file.password_env for file in files if file)


def _quoted(path: Path) -> str:
    """Return a path as a unit writes it: quoted where it must be, with % and $ as themselves (systemd.syntax(7))."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if " " in text or text != str(path) else text
