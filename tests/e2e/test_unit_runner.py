"""The runner of unit tests tells a failure on every runtime, however the test ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from processes import eventually
from runtimes import ROOT, RUNTIMES, Process, explain

SOURCE = '''"""Tests that end in every way."""
# heap: 64K
# timeout: 20

import sys
import time


def test_passes():
    print("printed")


def test_fails():
    wrong = 1
    assert wrong == 2


def test_needs_more_memory_than_there_is():
    if sys.implementation.name != "micropython":
        raise MemoryError
    bytearray(1000000)


def test_exits():
    sys.exit(0)


def test_hangs():
    time.sleep(1000)


def test_after():
    pass
'''


@pytest.fixture(params=RUNTIMES)
def run(request, tmp_path):
    """Function that runs tests of a source and returns {name: result}."""

    def call(source, *names):
        file = tmp_path / "test_sample.py"
        file.write_text(source)
        process = Process(file, source, request.param)
        return {name: process.result(name, lambda: names) for name in names}

    return call


def test_a_failure_is_told_with_its_line_and_the_others_pass(run):
    results = run(SOURCE, "test_passes", "test_fails", "test_after")
    assert results["test_passes"]["ok"] and results["test_after"]["ok"]
    assert results["test_passes"]["printed"] == "printed"
    assert not results["test_fails"]["ok"]
    assert "test_sample.py:15: assert wrong == 2" in explain(results["test_fails"]["trace"])[1]


def test_no_memory_and_an_exit_fail_one_test_alone(run):
    results = run(SOURCE, "test_needs_more_memory_than_there_is", "test_exits", "test_after")
    assert "MemoryError" in results["test_needs_more_memory_than_there_is"]["trace"]
    assert "SystemExit" in results["test_exits"]["trace"]
    assert results["test_after"]["ok"]


def test_one_that_hangs_fails_alone_and_tells_where(run):
    source = SOURCE.replace("timeout: 20", "timeout: 2")
    results = run(source, "test_passes", "test_hangs", "test_after")
    assert results["test_passes"]["ok"] and results["test_after"]["ok"]
    assert not results["test_hangs"]["ok"]
    assert "KeyboardInterrupt" in results["test_hangs"]["trace"]
    assert results["test_hangs"]["trace"].endswith("not done after 2 s, in test_hangs")


def test_one_that_hangs_and_takes_no_interrupt_fails_alone(run):
    deaf = "    while 1:\n        try:\n            time.sleep(1000)\n        except BaseException:\n            pass"
    source = SOURCE.replace("timeout: 20", "timeout: 2").replace("    time.sleep(1000)", deaf)
    results = run(source, "test_hangs", "test_after")
    assert not results["test_hangs"]["ok"] and results["test_after"]["ok"]
    assert results["test_hangs"]["trace"] == "not done after 2 s, in test_hangs"


def test_one_that_goes_on_after_its_interrupt_fails_all_the_same(run):
    stops = "    try:\n        time.sleep(1000)\n    except KeyboardInterrupt:\n        pass"
    source = SOURCE.replace("timeout: 20", "timeout: 2").replace("    time.sleep(1000)", stops)
    results = run(source, "test_hangs", "test_after")
    assert not results["test_hangs"]["ok"] and results["test_after"]["ok"]


def test_an_import_that_hangs_fails_all(run):
    source = "# timeout: 2\nimport time\n\ntime.sleep(1000)\n\n\ndef test_a(): pass\n\n\ndef test_b(): pass\n"
    results = run(source, "test_a", "test_b")
    assert all("not done after 2 s, in its import" in result["trace"] for result in results.values())


def test_a_timer_of_the_tests_own_leaves_the_guard_alone(tmp_path):
    source = (
        "# timeout: 1\nimport signal\n\n\ndef test_hangs():\n"
        "    signal.signal(signal.SIGALRM, lambda *stroke: None)\n"
        "    signal.setitimer(signal.ITIMER_REAL, 0.001)\n    while True:\n        pass\n"
    )
    file = tmp_path / "test_sample.py"
    file.write_text(source)
    command = [sys.executable, str(ROOT / "tests" / "unit" / "run.py"), str(file)]
    environment = dict(os.environ, UNIT_ALARM_S="1")
    ended = subprocess.run(command, env=environment, timeout=60, capture_output=True, text=True)
    assert ended.returncode == 1 and "in test_hangs" in ended.stderr


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_one_that_hangs_ends_though_nobody_is_left_to_wait_for_it(tmp_path, runtime):
    number = tmp_path / "pid"
    source = (
        "# timeout: 1\nimport os\n\n\ndef test_hangs():\n"
        "    os.system('echo $PPID >{}')\n    while True:\n        pass\n".format(number)
    )
    (tmp_path / "test_sample.py").write_text(source)
    waiting = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import pathlib, sys; from runtimes import Process; file = pathlib.Path(sys.argv[1]);"
            "Process(file, file.read_text(), sys.argv[2]).result('test_hangs', lambda: ['test_hangs'])",
            str(tmp_path / "test_sample.py"),
            runtime,
        ],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT), str(ROOT / "tests")])),
    )
    pid = int(eventually(lambda: number.exists() and number.read_text(), "the test"))
    waiting.kill()
    waiting.wait()
    eventually(lambda: not running(pid), "its end")


def running(pid):
    """Tell whether a process is there, and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path("/proc/{}/stat".format(pid))
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_crash_fails_one_test_and_those_behind_it_run(run):
    source = SOURCE.replace("time.sleep(1000)", "import os; os.kill(os.getpid(), 9)")
    source = source.replace("import os; ", "import os; hasattr(os, 'getpid') or crash(); ")
    source += "\n\ndef crash():\n    import ffi\n    ffi.open(None).func('v', 'abort', '')()\n"
    results = run(source, "test_passes", "test_hangs", "test_after")
    assert results["test_passes"]["ok"]
    assert "SIG" in results["test_hangs"]["trace"]
    assert results["test_after"]["ok"]


def test_a_file_that_can_not_be_imported_fails_all(run):
    results = run(
        "import nothing_of_that_name\n\n\ndef test_a(): pass\n\n\ndef test_b(): pass\n", "test_a", "test_b"
    )
    assert all("nothing_of_that_name" in result["trace"] and not result["ok"] for result in results.values())


def test_a_test_of_pytests_that_hangs_fails_alone_and_its_fixtures_end(tmp_path):
    (tmp_path / "test_sample.py").write_text(
        "import time, pytest\n\n\n@pytest.fixture\ndef board():\n    yield\n    print('board stopped')\n\n\n"
        "@pytest.mark.patience(1)\ndef test_hangs(board):\n"
        "    try:\n        time.sleep(1000)\n    except Exception:\n        pass\n\n\ndef test_after(): pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "guard", "-p", "no:cacheprovider", str(tmp_path)]
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "tests"))
    ended = subprocess.run(command, env=environment, cwd=tmp_path, timeout=60, capture_output=True, text=True)
    assert "1 failed, 1 passed" in ended.stdout and "hangs: not done after 1 s" in ended.stdout
    assert "board stopped" in ended.stdout
