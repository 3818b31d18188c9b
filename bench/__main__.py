"""`python -m bench [name…]`: print every figure beside its budget; exit status 1 when one is missed.

Each file bench/bench_<name>.py has a function `run(report)` whose first docstring line is the title of
its table; it adds rows to the Report.
"""

import importlib
import sys
from pathlib import Path

from host import toolchain

from .report import Report

# What takes longer than anybody waits for: only by name.
LONG = ("cluster", "fleet", "pieces", "soak")


def main(names):
    """Run the named benchmarks, all but LONG when none is named; return the exit status."""
    have = sorted(file.stem[6:] for file in Path(__file__).parent.glob("bench_*.py"))
    unknown = [name for name in names if name not in have]
    if unknown:
        print("no benchmark '{}'; have {}".format(unknown[0], ", ".join(have)), file=sys.stderr)
        return 2
    if not toolchain.tool("micropython32"):
        why = toolchain.missing("micropython32") or "run python3 -m host.toolchain"
        print("the budgets are for 32-bit MicroPython; none here: {}".format(why), file=sys.stderr)
        return 2
    report = Report()
    for name in names or [name for name in have if name not in LONG]:
        run = importlib.import_module("bench.bench_" + name).run
        run(report)
        report.table(run.__doc__.strip().splitlines()[0].rstrip("."))
    if report.missed:
        print("\n{} missed".format(report.missed))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
