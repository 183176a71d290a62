"""Empty stores by number, for programs that wear out many: copies of a file, or databases of a server of our own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from world import open_world


@contextmanager
def stores(base: Path, database: str) -> Iterator[Callable[[int], Path]]:
    """Give what makes an empty store, by number; each is removed with the next."""
    if database == "sqlite":
        open_world(base / "empty").close()

        def on_disk(number: int) -> Path:
            shutil.rmtree(base / str(number - 1), ignore_errors=True)
            shutil.copytree(base / "empty", base / str(number))
            return base / str(number)

        yield on_disk
        return
    from tests.postgres import Server

    server = Server()

    def on_server(number: int) -> Path:
        place = base / str(number)
        place.mkdir()
        (place / "clinic.toml").write_text(f'[store]\nurl = "{server.url(server.make())}"\n', encoding="utf-8")
        return place

    try:
        yield on_server
    finally:
        server.stop()
