"""The plugins: what each takes of the heap beside those that it requires."""

from pathlib import Path

from host import check_heap
from host.manifest import Package, read_all

_ROOT = Path(__file__).resolve().parent.parent
# Plugins that do nothing by default: what their budget is for.
_USED = {
    "gpio": (
        "an output and a button",
        {"pins": {"a": {"pin": 4}, "b": {"mode": "in", "pin": 0, "on_click": "x"}}},
    ),
    "timers": (
        "one of each",
        {
            "file": "",
            "intervals": {"a": {"every": 1000}},
            "after": {"b": {"delay": 1000}},
            "alarms": {"c": {"time": "6:30"}},
        },
    ),
}
# Bytes at rest of what is meant for every device, where the manifest says what its use takes.
_AT_REST = {"admin": 3072, "dashboard": 3072, "history": 3072}


def run(report):
    """Plugins: heap beside what they require; the budgets are those of plugin.json, or of devices at rest."""
    packages = read_all(_ROOT)
    kernel = Package.kernel(_ROOT)
    for name in sorted(packages):
        what, section = _USED.get(name, ("", {}))
        taken = check_heap.measure(name, packages, kernel, {name: section} if section else {})
        if isinstance(taken, str):
            raise RuntimeError("{}: {}".format(name, taken))
        budget = _AT_REST.get(name) or packages[name].manifest["minimum"]["heap"]
        report.row("heap: " + name, taken / 1024, "KB", budget=budget / 1024, note=what)
