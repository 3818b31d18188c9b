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
import time
from pathlib import Path

from host import toolchain

ROOT = Path(__file__).resolve().parent.parent
UNIT = ROOT / "tests" / "unit"
RUNTIMES = ("cpython", "micropython", "micropython32")
HEAP = "256K"
# A test that has not ended by then hangs, however busy the machine is; `# timeout: 120` in a file gives more.
TIMEOUT_S = 60
# An interrupted test has so long to tell where it hung.
LAST_WORDS_S = 20


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
        self._printed = ""  # after the last result

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
            ending, hung = self._run_process(left)
            if hung is not None:
                self._blame(hung, ending)
                # What ran on after the interrupt does so once more, in a process of its own.
                for name in left[left.index(hung) + 1 :] if hung else ():
                    self._results.pop(name, None)
            left = [name for name in left if name not in self._results]
            if left and hung is None:
                # A crash is the first one's; the others get another process.
                self._blame(left.pop(0), ending)

    def _blame(self, name, why):
        # After what the test itself has told of its interruption, if it could.
        told = self._results.setdefault(name, {"printed": self._printed})
        told.update(ok=False, trace="\n".join([told.get("trace", "").rstrip(), why]).strip())

    def _run_process(self, names):
        # Returns (how it ended, the name of a test that hung or None; "" is the import).
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
            hung = _watch(process, output, limit)
            if hung is not None:
                ending = f"not done after {limit} s, in {hung or 'its import'}"
            else:
                ending = f"the process ended in this test with status {process.returncode}"
                if process.returncode < 0:
                    ending += f" ({signal.Signals(-process.returncode).name})"
        finally:
            # Also what the tests have started.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        self._read(output.read().decode(errors="replace"))
        return ending, hung

    def _read(self, output):
        # Take the results out of what was printed.
        printed = []
        for line in output.splitlines():
            before, mark, result = line.partition("@test {")
            # A line without its end is what a crash has left of it.
            if mark and result.endswith("}"):
                result = json.loads("{" + result)
                # What was printed since the last result belongs to this one.
                result["printed"], printed = "\n".join(printed + [before] * bool(before))[-4000:], []
                self._results[result["name"]] = result
            elif line != "@done" and not line.startswith("@start "):
                printed.append(line)
        self._printed = "\n".join(printed)[-4000:]

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


def _watch(process, output, limit_s):
    # Wait for the process; interrupt a test that takes too long, and return its name when one did.
    begun, since = "", time.monotonic()
    while process.poll() is None:
        now = _begun(output)
        if now != begun:
            begun, since = now, time.monotonic()
        elif time.monotonic() - since > limit_s:
            process.send_signal(signal.SIGINT)  # so that it tells where it is
            end = time.monotonic() + LAST_WORDS_S
            while process.poll() is None and not _told(output, begun) and time.monotonic() < end:
                time.sleep(0.02)
            return begun
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    return None


def _begun(output):
    names = re.findall(rb"^@start (\w+)$", _printed(output), re.M)
    return names[-1].decode() if names else ""


def _told(output, name):
    return b'"name": "%s"' % name.encode() in _printed(output)


def _printed(output):
    # Not read(), whose place in the file the process shares.
    return os.pread(output.fileno(), os.fstat(output.fileno()).st_size, 0)
