"""Runs a file of unit tests on one runtime, in a process of its own, and tells how each test went."""

import contextlib
import functools
import json
import linecache
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from host import toolchain

ROOT = Path(__file__).resolve().parent.parent
UNIT = ROOT / "tests" / "unit"
RUNTIMES = ("cpython", "micropython", "micropython32")
HEAP = "256K"
TIMEOUT_S = 60


@functools.cache
def command(runtime):
    """Return the path of a runtime's interpreter, or None."""
    return sys.executable if runtime == "cpython" else toolchain.tool(runtime)


def runtimes():
    """Return the names of the runtimes to test on: those of this machine, in CI all there are."""
    return [name for name in RUNTIMES if os.environ.get("CI") or command(name)]


def explain(trace):
    """Return (traceback with lines of source, which MicroPython leaves out; one line that says it all)."""
    lines, place = [], ""
    for line in trace.rstrip().splitlines():
        lines.append(line)
        found = re.match(r'  File "(.+)", line (\d+)', line)
        if found:
            file, number = ROOT / found.group(1), int(found.group(2))
            source = linecache.getline(str(file), number).strip()
            place = f"{file.name}:{number}: {source}"
            if source and f"    {source}" not in trace:
                lines.append("    " + source)
    errors = [line for line in lines if line[:1].strip()] or ["no traceback"]
    return "\n".join(lines), f"{errors[-1].rstrip(': ')} {place}".rstrip()


class Process:
    """One run of a file of tests on one runtime."""

    def __init__(self, file, source, runtime):
        """`file`: its Path; `source`: its text; `runtime`: one of RUNTIMES."""
        self.file = file
        self.runtime = runtime
        self._source = source
        self._results = None
        self._printed = ""  # behind the last result

    def title(self):
        """Return the command that runs this by hand."""
        return " ".join(["$", self.runtime, *self._command()[1:]])

    def result(self, name, selected):
        """Return {"ok": bool, "trace": str} of the function `name`; `selected()` names all to run."""
        if self._results is None:
            self._run(selected())
        if "" in self._results:  # the import failed
            return self._results[""]
        return self._results[name]

    def _run(self, names):
        self._results = {}
        if not command(self.runtime):
            why = toolchain.missing(self.runtime) or "not here, run `make test`"
            self._results[""] = {"ok": False, "trace": why}
        left = sorted(set(names), key=self._position)
        while left and "" not in self._results:
            ending = self._run_process(left)
            done = [name for name in left if name in self._results]
            left = left[len(done) :]
            if left:
                # The crash is the first one's; the others get another process, unless time is up.
                failure = {"ok": False, "trace": ending, "printed": self._printed}
                crashed = left if ending.startswith("not done") else left[:1]
                self._results.update((name, failure) for name in crashed)
                left = left[len(crashed) :]

    def _run_process(self, names):
        limit = int(self._setting("timeout", r"\d+") or TIMEOUT_S)
        # A file, not a pipe: a process that a test left behind can't keep it open.
        output = tempfile.TemporaryFile()
        process = subprocess.Popen(
            [command(self.runtime), *self._command()[1:], *names],
            cwd=ROOT,
            # When whoever waits here is killed itself, the process ends all the same.
            env=dict(self._environment(), UNIT_ALARM_S=str(2 * limit)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(limit)
            ending = f"the process ended in this test with status {process.returncode}"
            if process.returncode < 0:
                ending += f" ({signal.Signals(-process.returncode).name})"
        except subprocess.TimeoutExpired:
            ending = f"not done after {limit} s"
        finally:
            # Also what the tests have started.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        begun = self._read(output.read().decode(errors="replace"))
        return f"{ending}, in {begun}" if ending.startswith("not done") and begun else ending

    def _read(self, output):
        # Take the results out of what was printed; return the name of the test that was begun last.
        begun, printed = "", []
        for line in output.splitlines():
            before, mark, result = line.partition("@test {")
            if line.startswith("@start "):
                begun = line[7:]
            # A line without its end is what a crash has left of it.
            elif mark and result.endswith("}"):
                result = json.loads("{" + result)
                # What was printed since the last result belongs to this one.
                result["printed"], printed = "\n".join(printed + [before] * bool(before))[-4000:], []
                self._results[result["name"]] = result
            elif line != "@done":
                printed.append(line)
        self._printed = "\n".join(printed)[-4000:]
        return begun

    def _command(self):
        script = [os.path.relpath(path, ROOT) for path in (UNIT / "run.py", self.file)]
        if self.runtime == "cpython":
            return [command(self.runtime), *script]
        return [str(command(self.runtime)), "-X", "heapsize=" + self._heap(), *script]

    def _heap(self):
        number, unit = re.fullmatch(r"(\d+)([KM])", self._setting("heap", r"\d+[KM]") or HEAP).groups()
        return f"{int(number) * (2 if self.runtime == 'micropython' else 1)}{unit}"

    def _setting(self, name, pattern):
        found = re.search(rf"^# {name}: ({pattern})$", self._source, re.M)
        return found.group(1) if found else None

    def _position(self, name):
        return self._source.index(f"def {name}(")

    def _environment(self):
        library = Path(toolchain.cache_folder()) / "lib"
        # host/board: its world, for tests of what drives hardware.
        paths = [ROOT, UNIT, ROOT / "host" / "board"]
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
        if self.runtime == "cpython":
            environment["PYTHONPATH"] = os.pathsep.join(map(str, paths + [library]))
        else:
            paths += [".frozen", library, library / "micropython"]
            environment["MICROPYPATH"] = ":".join(map(str, paths))
        return environment
