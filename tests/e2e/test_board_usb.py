"""The board's USB port: mpremote and people find the REPL that they know from real boards."""

import functools
import http.server
import json
import os
import select
import subprocess
import sys
import threading
import time

import pytest

from host.board import layout
from host.board.board import Board
from host.tree import ROOT

FOREVER = """
import time
print("main runs")
try:
    while True:
        time.sleep_ms(500)
finally:
    print("main ended")
"""


@pytest.fixture
def board(tmp_path):
    """A board with a program that runs for ever, and its port plugged in."""
    board = Board(tmp_path / "board", runtime="micropython32", heap="128K")
    (board.files / "lib").mkdir()
    (board.files / "main.py").write_text(FOREVER)
    board.port = board.open_usb()
    board.start()
    board.wait_for("main runs")
    yield board
    board.stop()


def mpremote(board, *words, status=0):
    """Run the real mpremote and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        text=True,
    )
    assert done.returncode == status, done.stdout
    return done.stdout


def test_mpremote_runs_code(board):
    assert mpremote(board, "exec", "print(6 * 7)") == "42\n"
    assert "main ended" in board.text
    assert mpremote(board, "eval", "1 + 1") == "2\n"
    assert "ZeroDivisionError" in mpremote(board, "exec", "1 / 0", status=1)
    # Without a soft reset what was there stays there.
    mpremote(board, "exec", "kept = 42")
    assert mpremote(board, "resume", "exec", "print(kept)") == "42\n"


def test_mpremote_copies_files(board, tmp_path):
    # All byte values, and more than any window or buffer on the way.
    big = tmp_path / "big.bin"
    big.write_bytes(bytes(range(256)) * 100)
    mpremote(board, "fs", "mkdir", ":data")
    mpremote(board, "fs", "cp", str(big), ":data/big.bin")
    assert (board.files / "data" / "big.bin").read_bytes() == big.read_bytes()
    mpremote(board, "fs", "cp", ":data/big.bin", str(tmp_path / "back.bin"))
    assert (tmp_path / "back.bin").read_bytes() == big.read_bytes()
    assert "big.bin" in mpremote(board, "fs", "ls", ":data")
    mpremote(board, "fs", "rm", ":data/big.bin")
    assert not (board.files / "data" / "big.bin").exists()


def test_mpremote_runs_a_file_and_follows_its_output(board, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import time\nfor i in range(3):\n    print('line', i)\n    time.sleep_ms(50)\n" + "#" * 3000
    )
    assert mpremote(board, "run", str(script)) == "line 0\nline 1\nline 2\n"


def test_mpremote_resets(board):
    mpremote(board, "reset")
    board.wait_for("main runs")
    assert board.boots > 1


def test_mpremote_installs_a_package(board, tmp_path):
    site = tmp_path / "site"
    (site / "lamp").mkdir(parents=True)
    (site / "lamp" / "__init__.py").write_text("colour = 'green'\n")
    package = {"urls": [["lamp/__init__.py", "lamp/__init__.py"]], "version": "1.0"}
    with serving(site) as url:
        package["urls"][0][1] = url + "lamp/__init__.py"
        (site / "package.json").write_text(json.dumps(package))
        mpremote(board, "mip", "install", url + "package.json")
        assert mpremote(board, "exec", "import lamp; print(lamp.colour)") == "green\n"
        # And so does the device's own mip, over the board's network.
        board.wait_until(lambda: board.console.at_prompt)
        board.exec("import mip; mip.install({!r}, target='/lib/own', mpy=False)".format(url + "package.json"))
        assert (board.files / "lib" / "own" / "lamp" / "__init__.py").exists()


class serving:
    """A web server for the files of a folder; gives its URL."""

    def __init__(self, folder):
        handler = functools.partial(_Quiet, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return "http://127.0.0.1:{}/".format(self._server.server_address[1])

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Terminal:
    """Somebody who types."""

    def __init__(self, path):
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self._seen = b""

    def type(self, text):
        """Send keys."""
        os.write(self._fd, text.encode())

    def read(self, text, timeout_s=10):
        """Wait for `text` on the screen; returns what came before it."""
        deadline = time.monotonic() + timeout_s
        while text.encode() not in self._seen:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._fd], [], [], left)[0]:
                raise TimeoutError("no {!r} in {!r}".format(text, self._seen))
            self._seen += os.read(self._fd, 4096)
        before, _, self._seen = self._seen.partition(text.encode())
        return before.decode()

    def close(self):
        os.close(self._fd)


@pytest.fixture
def terminal(board):
    """A terminal program on the board's port."""
    terminal = Terminal(board.port)
    yield terminal
    terminal.close()


def test_a_person_gets_a_prompt_with_ctrl_c(board, terminal):
    terminal.type("\x03")
    assert "KeyboardInterrupt" in terminal.read('Type "help()" for more information.\r\n>>> ')
    terminal.type("6 * 7\r")
    assert terminal.read(">>> ") == "6 * 7\r\n42\r\n"
    terminal.type("for i in range(2):\r    print(i)\r\r")
    assert terminal.read(">>> ").endswith("... \r\n0\r\n1\r\n")
    terminal.type("1 /\r")
    assert "SyntaxError" in terminal.read(">>> ")
    terminal.type("nix\x7f\x7f\x7f'ok'\r")
    assert "'ok'" in terminal.read(">>> ")
    terminal.type("\x1b[A\r")  # the line before, once more
    assert "'ok'\r\n'ok'\r\n" in terminal.read(">>> ")


def test_ctrl_c_ends_what_is_typed_and_what_runs(board, terminal):
    terminal.type("\x03")
    terminal.read(">>> ")
    terminal.type("forget this\x03")
    terminal.read(">>> ")
    terminal.type("import time; print('as' + 'leep'); time.sleep(60)\r")
    terminal.read("asleep\r\n")
    terminal.type("\x03")
    assert "KeyboardInterrupt" in terminal.read(">>> ")


def test_what_is_typed_while_the_program_runs_is_kept_for_the_prompt(board, terminal):
    terminal.type("\x03print('ty' + 'ped')\r")
    terminal.read("typed\r\n")


def test_ctrl_d_starts_the_program_again(board, terminal):
    terminal.type("\x03")
    terminal.read(">>> ")
    terminal.type("\x04")
    terminal.read("soft reboot\r\n")
    terminal.read("main runs\r\n")


def test_ctrl_c_right_after_ctrl_d_reaches_the_program_that_starts(board, terminal):
    terminal.type("\x03")
    terminal.read(">>> ")
    terminal.type("\x04\x03")
    assert "soft reboot" in terminal.read(">>> ")


def test_paste_mode_takes_a_whole_program(board, terminal):
    terminal.type("\x03")
    terminal.read(">>> ")
    terminal.type("\x05")
    terminal.read("=== ")
    terminal.type("def double(x):\r    return 2 * x\r\rprint('so', double(21))\r\x04")
    terminal.read("so 42\r\n")
    terminal.read(">>> ")


def test_raw_mode_without_raw_paste(board, terminal):
    terminal.type("\x03")
    terminal.read(">>> ")
    terminal.type("\x01")
    terminal.read("raw REPL; CTRL-B to exit\r\n>")
    terminal.type("print('raw')\x04")
    terminal.read("OKraw\r\n\x04\x04>")
    terminal.type("1 / 0\x04")
    assert "ZeroDivisionError" in terminal.read("\x04>").partition("OK\x04")[2]
    terminal.type("\x02")
    terminal.read(">>> ")


def test_output_that_nobody_reads_holds_nothing_up(board):
    board.interrupt()
    board.wait_until(lambda: board.console.at_prompt)
    # More than a terminal's buffer holds.
    assert len(board.exec("for i in range(3000): print('x' * 20)")) == 3000 * 21
    assert mpremote(board, "exec", "print(1)") == "1\n"


def test_the_port_survives_a_power_cut(board):
    board.power_cut()
    board.start()
    board.wait_for("main runs")
    assert mpremote(board, "exec", "print(1)") == "1\n"


def test_looking_at_what_there_is_reads_next_to_nothing_from_flash(tmp_path):
    """TAB and `dir()` try every name that the firmware knows, some 1,700."""
    folder = tmp_path / "looked at"
    layout.lay_out(folder, ROOT / "samples" / "hello", "micropython32")
    (folder / "files" / "main.py").write_text("")
    with Board(folder, runtime="micropython32", heap="192K") as board:
        board.wait_until(lambda: board.console.at_prompt)
        board.exec(
            "import modcore; from plugins import http; k = modcore.Kernel(); k.add(modcore.Module('m')); k.step()"
        )
        board.forget_opens()
        look = "print([len(dir(thing)) for thing in (k, modcore, http, k.bus, k.modules['m'])])"
        assert min(eval(board.exec(look))) > 10
        # Methods that are loaded when they are called are looked at once, too.
        assert set(board.opens.values()) == {1} and len(board.opens) < 25, board.opens
        board.exec(look)  # for the names that came with those files
        board.forget_opens()
        board.exec(look)
        assert not board.opens

        terminal = Terminal(board.open_usb())
        try:
            terminal.type("\x03k.bus.unsub\t")
            terminal.read("k.bus.unsubscribe")
            terminal.type("\x03k.st\tep.__\t\x03")
            terminal.read("start  start_thread  step  stop\r\n>>> k.st")
            assert not board.opens
        finally:
            terminal.close()


def test_tab_completes_a_name_as_micropython_does(board, terminal):
    terminal.type("\x03")
    terminal.read(">>> ")
    terminal.type("import os\rword = 'x'\r")
    terminal.read(">>> word = 'x'\r\n>>> ")
    terminal.type("print(wo\t.startsw\t('x'))\r")
    assert terminal.read(">>> ").endswith("print(word.startswith('x'))\r\nTrue\r\n")
    terminal.type("word.r\t")
    assert "replace  rfind" in terminal.read("\r\n>>> word.r")
    terminal.type("\x03nothing.at.\tall\x03if word:\r\tprint(1)\r\r")
    assert terminal.read("\r\n1\r\n>>> ").endswith(">>> if word:\r\n...     print(1)\r\n... ")


def test_help_on_what_is_loaded_when_it_is_needed(tmp_path):
    folder = tmp_path / "helped"
    layout.lay_out(folder, ROOT / "samples" / "hello", "micropython32")
    with Board(folder, runtime="micropython32", heap="192K") as board:
        board.wait_for("Ctrl-C stops it")
        board.interrupt()
        board.wait_until(lambda: board.console.at_prompt)
        board.exec("import modcore; k = modcore.device")
        for thing in (
            "modcore",
            "k",
            "k.bus",
            "modcore.plugins",
            "modcore.Timer",
            "list(k.modules.values())[0]",
        ):
            assert "object " in board.exec("help({})".format(thing))
        assert board.exec("print(6 * 7)") == "42\n"
