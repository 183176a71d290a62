"""What is printed when the program itself fails: where it failed, and nothing that was on the screen.

An ordinary traceback may show the values of variables, and the message of an exception may quote its input: both may
be about a patient. So only the types of errors and their places are printed.
"""

from __future__ import annotations

import traceback

from elmeld_tui import __version__
from elmeld_tui.i18n import t

_DEEPEST = 6


def crash_text(error: BaseException | None) -> str:
    """Return what to tell the user about ``error``: what it means, what to do, and where it happened."""
    told = [
        "",
        t("elmeld måtte stoppe på grunn av en feil i programmet (versjon {version}).", version=__version__),
        t("Meldinger du har sendt eller mottatt, er trygt lagret, og motoren arbeider videre."),
        t("Start elmeld igjen; utkast ligger under Post › Utkast."),
        t("Meld fra om feilen med linjene under. De inneholder ingen opplysninger om pasienter."),
        "",
    ]
    while error is not None:
        told.append(f"  {type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
        told += [f"    {'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
        # A worker wraps the error that ended it.
        error = getattr(error, "error", None) or error.__cause__ or error.__context__
    return "\n".join(told)
