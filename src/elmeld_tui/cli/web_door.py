"""The terminal application in a browser: textual-serve's server, with an access check in front of it.

Whoever reaches the server sits at the user's terminal, so nobody is let in without the secret of this run: not
another account on the machine, and not a web page that happens to be open in the user's browser.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

from elmeld_tui.i18n import t

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_COOKIE = "elmeld"
_PARAMETER = "key"

_HEADERS = {
    # What the page names elsewhere, such as a font, is not fetched: nobody outside learns that it was opened.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self' {websocket}; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Door(Server):
    """Serves one clinic to one user.

    Args:
        data_dir: the clinic's directory.
        config: another settings file, or None.
        host: address to listen on.
        port: port to listen on.
        public_url: how browsers reach it, where that is through a proxy; empty: as it listens.
    """

    def __init__(self, data_dir: Path, config: Path | None, *, host: str, port: int, public_url: str) -> None:
        command = [sys.executable, "-m", "elmeld_tui", "--data-dir", str(data_dir.resolve())]
        if config is not None:
            command += ["--config", str(config.resolve())]
        super().__init__(shlex.join(command), host, port, "elmeld", public_url or None)
        self._secret = secrets.token_urlsafe(32)
        url = urlsplit(self.public_url)
        self._origin = f"{url.scheme}://{url.netloc}"
        self._websocket = f"{'wss' if url.scheme == 'https' else 'ws'}://{url.netloc}"

    @property
    def address(self) -> str:
        """What the user opens in a browser; it holds as long as this run does."""
        return f"{self.public_url}/?{_PARAMETER}={self._secret}"

    def serve(self, debug: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the server's own
        """Serve until a signal says stop.

        Raises:
            OSError: nobody can listen there.
        """
        # What an exception knows of may be a patient's: little is logged, and no values of variables.
        logging.basicConfig(level=logging.WARNING, format="elmeld: %(message)s", stream=sys.stderr)
        web.run_app(self._make_app(), host=self.host, port=self.port, print=self._say, access_log=None)

    def _say(self, _listening: str) -> None:
        """Say where to go, now that somebody listens there."""
        print(t("Åpne {url} i nettleseren. ctrl+c stopper.", url=self.address), flush=True)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing yet."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._let_in)
        return app

    def _is_secret(self, given: str) -> bool:
        # Texts are compared only where both are ASCII, and a stranger may give anything.
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._secret.encode())

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let only those in who have the secret, from our own page, and asking for us by name."""
        if request.host != urlsplit(self.public_url).netloc:
            # A name that somebody has made point here would let a page of theirs read ours.
            raise web.HTTPMisdirectedRequest(text=t("Åpne {url}.", url=self.public_url))
        if request.headers.get("Origin", self._origin) != self._origin:
            raise web.HTTPForbidden(text=t("Kom fra en annen side."))
        if self._is_secret(request.query.get(_PARAMETER, "")):
            # The secret leaves the address line, and so the history and whoever looks over a shoulder.
            answer = web.HTTPSeeOther(f"{self.public_url}/")
            secure = self._origin.startswith("https")
            answer.set_cookie(_COOKIE, self._secret, httponly=True, samesite="Strict", secure=secure)
            raise answer
        if not self._is_secret(request.cookies.get(_COOKIE, "")):
            raise web.HTTPForbidden(text=t("Åpne adressen som «elmeld serve» skrev da den startet."))
        response = await handler(request)
        if not response.prepared:
            for name, value in _HEADERS.items():
                response.headers[name] = value.format(websocket=self._websocket)
        return response
