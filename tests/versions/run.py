"""`make test-versions`: the unit tests on the oldest MicroPython that README promises and on the newest one.

Both are the official WebAssembly builds, run by node: 32 bits, no sockets, one thread, no LittleFS, and asyncio
without `run`. A test that fails for lack of one of these is counted as left out, with what it lacks; any other
failure is one. The files with such tests run on a later native MicroPython as well, where Debian has one: from 1.26 on
LittleFS and asyncio are others. Arguments: names of files, without any all of tests/unit.
"""

import collections
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from host import toolchain  # noqa: E402
from host.toolchain import versions  # noqa: E402

PATHS = ["host/board", "host/board/lib/common"]
HEAP = 1024 * 1024
TIMEOUT_S = 300
LEAST = 600  # passed tests of each version: fewer, and it is the run that is broken
# What the builds lack, by the words with which a test that needs it fails.
LACKING = (
    ("sockets", r"no module named 'socket'|no attribute 'DatagramProtocol'"),
    ("threads", r"start_new_thread"),
    ("LittleFS", r"no attribute 'VfsLfs2'|can't import name Disk"),
    ("asyncio.run", r"module('| 'asyncio')( object)? has no attribute 'run'"),
    ("SHA-1", r"can't import name sha1"),
)
_NATIVE = "native"
# They take longest, and so begin first.
LONGEST = (
    "test_watering_schedules.py test_install_power.py test_full_heap_http.py test_mqtt_retries.py".split()
)
WINDUP = "test_http_windup_handlers.py::test_"
# What these builds can't show, by test or file, and why: garbage is collected only between tests, and the heap
# grows instead; time is slow there; "no such file" is error 44.
LEFT_OUT = {
    "test_sysinfo.py": "a heap of fixed size",
    "test_wlan.py::test_a_lost_network_is_taken_up_again_a_hundred_times_and_takes_no_memory": "a heap of fixed size",
    "test_fiber_control.py::test_a_switch_allocates_nothing": "a heap of fixed size",
    "test_timers_alarm.py": "a heap of fixed size",
    "test_timers_day.py": "a heap of fixed size",
    "test_http_memory.py": "a heap of fixed size",
    "test_watering_calendar.py::test_the_longest_list_of_schedules_takes_little_memory": "a heap of fixed size",
    "test_http_websocket.py": "SHA-1",
    WINDUP + "a_websocket_that_waits_in_asyncio_is_closed_with_the_reason_in_the_log": "SHA-1",
    WINDUP + "a_handler_that_waits_in_asyncio_is_500_with_the_reason_in_the_log": "an asyncio of a board",
    "test_open_by_default.py::test_commands_that_come_from_outside_are_those_of_the_page": "sockets",
    "test_refused_settings.py::test_a_pin_that_two_entries_want": "pins",
    "test_refused_settings.py::test_a_section_that_is_no_object_is_refused_by_its_owner_alone": "a radio",
    "test_open_by_default.py::test_what_changes_more_than_a_property_is_taken_from_inside_only": "sockets",
    "test_http_upload.py::test_two_uploads_of_one_name_never_mix": "errors as on a board",
    "test_http_split.py": "speed",
    "test_timers.py": "speed",
    "test_safemode.py::test_a_crash_while_writing_the_record_loses_nothing_but_itself": "errors as on a board",
}


def run_file(version, node, file):
    """Run one file on one version; returns [(name of the test, what it lacks or None, traceback or None)]."""
    if file.name in LEFT_OUT:
        return [(file.name, LEFT_OUT[file.name], None)]
    library = Path(toolchain.cache_folder()) / "lib"
    command = [node, str(Path(__file__).with_name("run.mjs")), versions.build(version), str(ROOT)]
    command += [file.relative_to(ROOT).as_posix(), str(HEAP), *PATHS, str(library)]
    return results(file.name, printed(command))


def run_natively(command, file):
    """Run one file on the native MicroPython; returns what `run_file` does."""
    library = Path(toolchain.cache_folder()) / "lib"
    paths = [
        ROOT,
        ROOT / "tests" / "unit",
        ROOT / "host" / "board",
        ".frozen",
        library,
        library / "micropython",
    ]
    size = re.search(r"^# heap: (\d+)K$", file.read_text(encoding="utf-8"), re.M)
    heap = "{}K".format(
        4 * int(size.group(1)) if size else 1024
    )  # twice what 1.25 has: not heap is tried here
    command = [*command, "-X", "heapsize=" + heap, "tests/unit/run.py", file.relative_to(ROOT).as_posix()]
    output = printed(command, cwd=ROOT, env=dict(os.environ, MICROPYPATH=":".join(map(str, paths))))
    return results(file.name, output, False)


def printed(command, **options):
    """Return what a command prints (str), and a last line that says so when it does not end."""
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    try:
        done = subprocess.run(command, timeout=TIMEOUT_S, **pipes, **options)
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b"").decode(errors="replace") + "\nnot done after {} s".format(TIMEOUT_S)
    return done.stdout.decode(errors="replace")


def results(file, output, lacking=True):
    """Take the results out of what tests/unit/run.py has printed. lacking: by a build that lacks something."""
    found, lines = [], []
    for line in output.splitlines():
        mark, _, result = line.partition("@test {")
        if result.endswith("}"):
            result = json.loads("{" + result)
            name = "{}::{}".format(file, result["name"] or "import")
            trace = None if result["ok"] else result["trace"]
            text = "\n".join(lines) + (trace or "")
            lacks = [what for what, words in LACKING if trace and re.search(words, text)]
            lacks = (lacks[0] if lacks else LEFT_OUT.get(name)) if lacking else None
            found.append((name, lacks, None if lacks else trace))
            lines = []
        else:
            lines.append(line)
    if lines[-1:] != ["@done"]:
        found.append((file, None, "\n".join(lines[-5:])))
    return found


def main(names):
    """Run the files on every version; returns the exit status."""
    toolchain.ensure("lib", "versions")
    if versions.reason():
        print("test-versions: {}".format(versions.reason()), file=sys.stderr)
        return 1
    node = versions.node()
    started = time.monotonic()
    files = [
        path
        for path in sorted((ROOT / "tests" / "unit").glob("test_*.py"))
        if not names or path.name in names
    ]
    files.sort(key=lambda file: file.name not in LONGEST)
    jobs = [(version, file) for file in files for version, _ in versions.VERSIONS]
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        done = list(pool.map(lambda job: (job[0], run_file(job[0], node, job[1])), jobs))
    command = versions.native()
    if command:
        lacking = {name.partition("::")[0] for _, found in done for name, lacks, _ in found if lacks}
        again = [file for file in files if file.name in lacking and not LEFT_OUT.get(file.name)]
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            done += [(_NATIVE, found) for found in pool.map(lambda file: run_natively(command, file), again)]
    passed = failed = 0
    for version in [version for version, _ in versions.VERSIONS] + ([_NATIVE] if command else []):
        every = [result for which, found in done if which == version for result in found]
        lacking = collections.Counter(lacks for _, lacks, _ in every if lacks)
        good = sum(1 for _, lacks, trace in every if not lacks and not trace)
        bad = [(name, trace) for name, _, trace in every if trace]
        if not names and good < (LEAST if version != _NATIVE else 1):
            bad.append(("all", "only {} tests passed; at least {} are expected".format(good, LEAST)))
        for name, trace in bad:
            print("FAILED {} on MicroPython {}\n{}".format(name, version, trace.rstrip()))
        title = version if version != _NATIVE else _version(command)
        left = ", ".join("{} {}".format(count, what) for what, count in lacking.most_common())
        print(
            "MicroPython {}: {} passed, {} failed; left out for lack of: {}".format(
                title, good, len(bad), left or "nothing"
            )
        )
        passed, failed = passed + good, failed + len(bad)
    print("in {:.0f} s".format(time.monotonic() - started))
    print("{} passed, {} failed".format(passed, failed))
    return 1 if failed else 0


def _version(command):
    code = "import sys; print('%d.%d.%d, native' % sys.implementation[1][:3])"
    return subprocess.run([*command, "-c", code], stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
