"""The log of a device: over the web, in files, to a syslog server; levels are kept over a power cut."""

import re
import socket
import time

import httpx
import plain_http
import pytest
from bus_witness import witness

from processes import eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]
CHATTER = """
from modcore import Module


class Chatter(Module):
    def start(self):
        self.count = 0
        self.listen("chat", self.speak)
        self.every(50, self.speak, "", "tick")

    def speak(self, topic, text):
        self.count += 1
        self.log.info("line", self.count, text)
        self.log.debug("detail", self.count)
"""
# RFC 5424 section 6, as far as it goes without structured data.
SYSLOG = re.compile(
    rb"<(\d{1,3})>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([!-~]{1,255}) ([!-~]{1,48}) - - - (?:\xef\xbb\xbf)?(.*)",
    re.S,
)


def boot(device, runtime, pc_clock=True, **log):
    """Boot a device that chatters."""
    return device(
        config={
            "name": "shed",
            "plugins": ["log", "http_async"],
            "modules": ["chatter", "witness"],
            "log": dict({"level": "info", "allow": ["level", "levels"]}, **log),
        },
        files={"chatter.py": CHATTER, "witness.py": witness("log/+")},
        runtime=runtime,
        heap="256K",
        pc_clock=pc_clock,
    )


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_levels_are_set_over_http_and_kept_over_a_power_cut(device, runtime):
    board = boot(device, runtime)
    assert eventually(lambda: _lines(board, module="chatter"), "lines")
    assert not _lines(board, level="debug", module="witness")
    assert "debug chatter" not in "".join(_lines(board))
    assert plain_http.put(board.url + "/api/log/levels", json="chatter=debug").status_code == 200
    assert eventually(lambda: [line for line in _lines(board) if "debug chatter: detail" in line], "details")
    board.power_cut()
    board.start()
    assert eventually(lambda: [line for line in _lines(board) if "debug chatter: detail" in line], "details")
    assert plain_http.put(board.url + "/api/log/level", json="loud").status_code == 400
    assert plain_http.put(board.url + "/api/log/level", json="error").status_code == 200
    assert plain_http.put(board.url + "/api/log/levels", json="chatter=").status_code == 200
    last = _lines(board)[-1]
    time.sleep(0.3)
    assert _lines(board)[-1] == last


def test_lines_are_followed_by_their_number(device):
    board = boot(device, "micropython32", memory=8000)
    eventually(lambda: _lines(board), "lines")
    numbers, after = [], "0"
    while len(numbers) < 60:
        answer = plain_http.get(board.url + "/log", params={"after": after, "module": "chatter"})
        assert answer.status_code == 200, answer.text
        numbers += [int(line.split()[4]) for line in answer.text.splitlines()]
        after = answer.headers["log-next"]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert plain_http.get(board.url + "/log", params={"after": "x"}).status_code == 400
    assert plain_http.post(board.url + "/log").status_code == 405
    assert plain_http.get(board.url + "/log/file").status_code == 404


def test_files_are_rotated_and_shown(device):
    board = boot(device, "micropython32", file="log.txt", file_bytes=1500, files=3, flush_ms=100)
    folder = board.files
    eventually(lambda: (folder / "log.txt.2").exists() and (folder / "log.txt").exists(), "files")
    shown = plain_http.get(board.url + "/log/file/2")
    assert shown.status_code == 200 and shown.headers["content-type"].startswith("text/plain")
    assert "info chatter: line 1 tick" in shown.text or "line" in shown.text
    assert plain_http.get(board.url + "/log/file/9").status_code == 404
    board.power_cut()
    names = ["log.txt.2", "log.txt.1", "log.txt"]
    text = "".join((folder / name).read_text() for name in names if (folder / name).exists())
    numbers = [int(n) for n in re.findall(r"chatter: line (\d+) tick", text)]
    assert numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 40
    assert all((folder / name).stat().st_size < 1600 for name in names if (folder / name).exists())
    assert not (folder / "log.txt.3").exists()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_syslog_server_gets_every_line_once(device, runtime):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        board = boot(device, runtime, syslog="127.0.0.1:{}".format(server.getsockname()[1]))
        numbers = []
        while len(numbers) < 30:
            found = SYSLOG.fullmatch(server.recv(4000))
            assert found and found[3] == b"shed"
            if found[4] == b"chatter":
                assert int(found[1]) == 16 * 8 + 6
                numbers.append(int(found[5].split()[1]))
        assert numbers == list(range(1, 31))
        assert board.is_on()


def test_the_crash_stands_in_the_file(device):
    board = boot(device, "micropython32", file="log.txt", flush_ms=60000)
    board.wait_for("line 1 ")
    board.power_cut()
    (board.files / "chatter.mpy").unlink()
    (board.files / "chatter.py").write_text(CHATTER.replace("self.count = 0", "raise ValueError('jammed')"))
    board.start()
    eventually(
        lambda: (
            "jammed" in ((board.files / "log.txt").read_text() if (board.files / "log.txt").exists() else "")
        ),
        "the error in the file",
    )


def _lines(board, **query):
    try:
        answer = plain_http.get(board.url + "/log", params=query)
        return answer.text.splitlines() if answer.status_code == 200 else []
    except httpx.TransportError:
        return []


def test_what_the_boot_has_to_say_is_in_the_log(device):
    board = device(
        config={
            "plugins": ["no_such_plugin", "control", "http_async", "log"],
            "control": {"allow": ["explode"]},
        },
        heap="256K",
    )
    assert eventually(lambda: _lines(board), "lines")
    text = "".join(_lines(board))
    assert text.count("plugins: 'no_such_plugin' not found") == 1
    assert "control: allow: 'explode'; have" in text
