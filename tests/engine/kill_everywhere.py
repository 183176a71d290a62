"""The whole of what `make test` tries a part of: engines killed everywhere, on both databases, with fresh seeds.

``python kill_everywhere.py [--schedules 500] [--seed N]``: half of the schedules go to each database, side by side.
Without PostgreSQL all of them go to SQLite, and that is said.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.postgres import NoPostgresError, binaries


def main() -> int:
    """Run both programs on each database; return 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=500)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    args = parser.parse_args()
    databases = ["sqlite", "postgresql"]
    try:
        binaries()
    except NoPostgresError as error:
        print(f"SQLite alone: {error}")
        databases.remove("postgresql")
    schedules = ["--schedules", str(args.schedules // len(databases)), "--seed", str(args.seed)]
    with tempfile.TemporaryDirectory() as place:
        begun = [
            (f"{name} on {database}", begin(Path(place) / f"{name}-{database}", name, database, more))
            for database in databases
            for name, more in (("schedules", schedules), ("crash_driver", []))
        ]
        ended = [tell(name, process) for name, process in begun]
    return 0 if all(ended) else 1


def begin(place: Path, name: str, database: str, more: list[str]) -> subprocess.Popen[str]:
    place.mkdir()
    command = [sys.executable, str(HERE / f"{name}.py"), str(place), "--database", database, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def tell(name: str, process: subprocess.Popen[str]) -> bool:
    """Wait for a program, say what came of it, and return whether all was well."""
    out, err = process.communicate()
    if process.returncode:
        print(f"{name}: failed\n{err}")
        return False
    result = json.loads(out)
    problems = result.pop("problems")
    print(f"{name}: {', '.join(f'{many} {what}' for what, many in result.items())}, {len(problems)} problems")
    for problem in problems:
        print(f"  {problem}")
    return not problems


if __name__ == "__main__":
    sys.exit(main())
