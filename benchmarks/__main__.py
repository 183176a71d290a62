"""Run the benchmarks named on the command line, or all of them."""

from __future__ import annotations

import argparse
import importlib
import sys

BENCHMARKS = ("cold_start", "list_wire", "envelope")


def main() -> int:
    """Run each benchmark; return 1 if any of them missed a bound it states."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], default=list(BENCHMARKS))
    missed = [
        name for name in parser.parse_args().names if not importlib.import_module(f"benchmarks.{name}").main()
    ]
    for name in missed:
        print(f"\n{name}: a stated bound was missed", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
