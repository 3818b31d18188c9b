"""Unit tests run once per runtime: CPython, MicroPython and 32-bit MicroPython with a small heap.

Every file tests/unit/test_*.py runs in one process per runtime, through tests/unit/run.py; each of its
functions is an item of pytest's, `tests/unit/test_bus.py::test_order[micropython32]`. A line of a file
such as `# heap: 96K` sets the heap of 32-bit MicroPython for it (64-bit has twice as much), and
`# timeout: 120` the seconds it may take.
"""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bytecode  # noqa: E402
import guard  # noqa: E402

from runtimes import RUNTIMES, UNIT, Process, command, explain, runtimes  # noqa: E402

# What takes longest begins first, so that nobody waits for it at the end.
LONGEST = """
test_mqtt_delivery test_mqtt test_http_shared_fuzz test_http_async_property test_ntp_night test_watchdog
test_board_clock test_install_network test_cli_usb test_cli_board test_watering_punctual test_watering_faults
test_mqtt_rogues test_timers_day test_install_power test_http_split test_mqtt_cluster test_mqtt_console
""".split()

# The functions of a file, with the lines of their decorators.
_TEST = re.compile(r"^((?:@.*\n)*)def (test_\w+)", re.M)

# Before pytest imports the tests, and pytest-xdist starts its workers.
bytecode.keep()


def pytest_configure(config):
    """Tell pytest the marks that are there without its plugins, too."""
    config.addinivalue_line("markers", "xdist_group(name): tests that share a process stay on one worker")
    config.pluginmanager.register(guard)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(PlainNames())
        bytecode.fill()


class PlainNames:
    """Takes the group from the names that workers report: --last-failed, alone, knows the test without it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        """Mend the name."""
        report.nodeid = re.sub(r"(\]|::\w+)@[\w-]+$", r"\1", report.nodeid)


def pytest_collection_modifyitems(items):
    """Put what takes longest first, and what needs the browser after the rest that is not unit tests."""
    items.sort(key=_place)


def _place(item):
    if item.path.stem in LONGEST:
        return LONGEST.index(item.path.stem) - len(LONGEST)
    # The browser may still be on its way: see the Makefile.
    return 2 if item.path.parent == UNIT else "browser" in getattr(item, "fixturenames", ())


def pytest_collection_finish(session):
    """Run nothing when all that failed last is gone: --last-failed would then run everything, one by one.

    Fail when groups come to nothing: each unit test would then start a process of its own.
    """
    if session.config.getoption("lf", False):
        failed = session.config.cache.get("cache/lastfailed", {})
        session.items[:] = [item for item in session.items if item.nodeid in failed]
    if session.config.getoption("loadgroup", False):
        if any(item.get_closest_marker("xdist_group") and "@" not in item.nodeid for item in session.items):
            raise pytest.UsageError("pytest-xdist groups no tests beside this pytest; see requirements.txt")


def pytest_report_header(config):
    """Say which runtimes there are."""
    return [
        "runtimes: "
        + ", ".join(f"{name} {'' if command(name) else '(missing)'}".strip() for name in RUNTIMES)
    ]


def pytest_pycollect_makemodule(module_path, parent):
    """Take the files of tests/unit, which pytest would import into its own process."""
    if module_path.parent == UNIT:
        return UnitFile.from_parent(parent, path=module_path)
    return None


class UnitFile(pytest.File):
    """A file of unit tests; finds its functions without importing it."""

    def collect(self):
        """Make an item for each function and runtime."""
        source = self.path.read_text()
        tests = _TEST.findall(source)
        for runtime in runtimes():
            process = Process(self.path, source, runtime)
            for marks, name in tests:
                if _runs_on(marks, runtime):
                    yield UnitTest.from_parent(
                        self, name=f"{name}[{runtime}]", originalname=name, process=process
                    )


def _runs_on(marks, runtime):
    # `@on_micropython`, `@on_cpython` of tests/unit/support.py; a test without either runs on all.
    kinds = re.findall(r"^@on_(micropython|cpython)\b", marks, re.M)
    return not kinds or runtime.startswith(kinds[0])


class UnitTest(pytest.Item):
    """One function on one runtime."""

    def __init__(self, *, originalname, process, **more):
        super().__init__(**more)
        self.originalname = originalname
        self.process = process
        self.add_marker(pytest.mark.xdist_group(f"{process.file.stem}-{process.runtime}"))

    def runtest(self):
        """Run the process of the file, once for all of its items, and judge this one."""
        items = self.session.items
        result = self.process.result(
            self.originalname,
            # All that are selected go into one process.
            lambda: [item.originalname for item in items if getattr(item, "process", None) is self.process],
        )
        if not result["ok"]:
            raise UnitFailure(result)

    def repr_failure(self, excinfo):
        """Return what the runtime said: first the line for pytest's summary, then all."""
        if not isinstance(excinfo.value, UnitFailure):
            return super().repr_failure(excinfo)
        result = excinfo.value.args[0]
        trace, crash = explain(result["trace"])
        printed = f"--- printed ---\n{result['printed']}" if result.get("printed") else ""
        return f"{crash}\n{self.process.title()}\n{trace}\n{printed}".rstrip()

    def reportinfo(self):
        """Return where the item is."""
        return self.path, None, self.name


class UnitFailure(Exception):
    """A test failed in another process; the argument is its result."""
