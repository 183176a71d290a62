"""Run the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import argparse
import importlib
import sys

BENCHMARKS = (
    "cold_start",
    "list_wire",
    "tui",
    "tui_keys",
    "tui_results",
    "live",
    "envelope",
    "messages",
    "log_search",
    "log_keys",
    "pipeline",
    "script_rival",
    "as4_rival",
    "memory",
    "hanging_partner",
)


def main() -> int:
    """Run each benchmark; return 1 if any of them missed a bound it states."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHMARKS)}; all of them when none is named")
    names = parser.parse_args().names or BENCHMARKS
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    missed = [name for name in names if not importlib.import_module(f"benchmarks.{name}").main()]
    for name in missed:
        print(f"\n{name}: a stated bound was missed", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
