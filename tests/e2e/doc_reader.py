"""Somebody who follows a page of the documentation: runs its blocks, in order, in a folder of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from host.toolchain import cache_folder
from processes import eventually, tool

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md")) + ["README.md"]
# These go on until somebody ends them.
STREAMS = re.compile(r"/api/events|mosquitto_sub(?! -C)|modcore monitor(?!.*--count)")
SERVES = re.compile(r"^(kernel\.run\(\)|modcore\.main\(\)|asyncio\.run\()", re.M)
PATIENCE_S = 60


def blocks(page):
    """[(line, language, directive, text)] of the fenced blocks of a page."""
    found, lines = [], (ROOT / page).read_text(encoding="utf-8").split("\n")
    i = 0
    while i < len(lines):
        where = "{}:{}: ".format(page, i + 1)
        assert "<pre" not in lines[i], where + "code stands in a block with ``` and its language"
        if re.match(r"\s*(```|~~~)", lines[i]):
            assert re.fullmatch(r"```\w+", lines[i]), (
                where + "a block begins at the margin, with ``` and its language"
            )
            end = lines.index("```", i)
            before = re.fullmatch(r"<!-- (.*) -->", lines[i - 1].strip()) if i else None
            found.append(
                (
                    i + 1,
                    lines[i][3:].strip(),
                    before.group(1) if before else "",
                    "\n".join(lines[i + 1 : end]) + "\n",
                )
            )
            i = end
        elif re.match(r" {4}|\t", lines[i]) and not lines[i - 1].strip():
            assert page == "docs/reference.md", where + "code stands in a block with ``` and its language"
        i += 1
    return found


class Reader:
    """Somebody who follows a page, in an empty folder beside a clone of the repository."""

    def __init__(self, place, ports):
        self.place = place
        self.clone = place / "modcore"
        copy = shutil.ignore_patterns(
            ".git", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis", "build", "*.egg-info"
        )
        shutil.copytree(ROOT, self.clone, ignore=copy)
        self.ports = {"8080": str(ports()), "1883": str(ports()), "8000": str(ports())}
        self.cwd = self.clone
        self.output = ""
        self._running = []
        self._logs = 0
        self._board = None
        self._environment = self._make_environment()

    def _make_environment(self):
        installed, programs = self.place / ".local" / "bin", self.place / "bin"
        programs.mkdir()
        self._cache()
        (self.place / ".curlrc").write_text(
            "silent\nshow-error\nno-buffer\n"
        )  # as at a terminal, but for its meter
        for name in ("mosquitto_sub", "mosquitto_pub"):
            script = '#!/bin/sh\nexec "{}" -p {} "$@"\n'.format(tool(name), self.ports["1883"])
            (programs / name).write_text(script)
        (programs / "modcore").write_text('#!/bin/sh\nexec "{}" -m host.cli "$@"\n'.format(sys.executable))
        (programs / "python3").write_text('#!/bin/sh\nexec "{}" "$@"\n'.format(sys.executable))
        for script in programs.iterdir():
            script.chmod(0o755)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("MODCORE_", "PYTEST_"))}
        environment.update(
            HOME=str(self.place),  # where `make install` puts the command
            PATH=":".join(
                [str(installed), str(programs), str(Path(cache_folder()) / "bin"), os.environ["PATH"]]
            ),
            PYTHONPATH=str(self.clone),
            MODCORE_CACHE=str(self.place / "cache"),
            HTTP_PORT=self.ports["8080"],
            MQTT_PORT=self.ports["1883"],
            NO_COLOR="1",
            CURL_HOME=str(self.place),
        )
        return environment

    def _cache(self):
        # The tools are those that are there; boards and what else is made are of this reader alone.
        (self.place / "cache").mkdir()
        for entry in Path(cache_folder()).iterdir():
            if entry.name not in ("boards", "lock"):
                (self.place / "cache" / entry.name).symlink_to(entry)

    def follow(self, language, directive, text):
        """Do what a block says."""
        key, _, value = directive.partition(": ")
        if key == "file":
            if language == "json":
                json.loads(text)
            self._save(self.cwd / value, self._translated(text))
        elif language == "json":
            json.loads(text)
        elif language == "python":
            self._python(text)
        elif language == "sh" and key == "background":
            self._start(text, self._translated(value))
        elif language == "sh":
            self._shell(text, directive == "fails")
        elif language == "text":
            for line in text.strip().split("\n"):
                assert line in self.output, (line, self.output)
        else:
            raise AssertionError("a block of {!r}: nobody runs that".format(language))

    def _save(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        log = self.place / "background-{}.log".format(self._logs)
        before = log.read_text() if self._running else ""
        path.write_text(text)
        if "ready http://" in before and path.parent == self.cwd:
            # `modcore run` notices, and starts the board again; a reader takes longer than that.
            eventually(
                lambda: log.read_text().count("started again") > before.count("started again"), "the board"
            )
            eventually(self._answers, "the web server")

    def _answers(self):
        try:
            urllib.request.urlopen("http://127.0.0.1:{}/api".format(self.ports["8080"]), timeout=5).close()
            return True
        except OSError:
            return False

    def _translated(self, text):
        for port, mine in self.ports.items():
            text = re.sub(r"\b{}\b".format(port), mine, text)
        return text

    def _python(self, text):
        text = self._translated(text)
        runtimes = [[sys.executable]]
        if not re.search(r"^(from|import) (modcore_)?host\.board\.board", text, re.M):
            runtimes.append([tool("micropython"), "-X", "heapsize=1M"])
        for command in runtimes:
            if "import mip" in text and command[0] == sys.executable:
                continue
            # In a folder of its own, which interpreters look into first.
            program = self.place / "block" / "block.py"
            program.parent.mkdir(exist_ok=True)
            program.write_text(text)
            self.output = self._run(command + [str(program)], bool(SERVES.search(text)))

    def _run(self, command, serves):
        library = Path(cache_folder()) / "lib"
        own = [
            str(self.cwd),
            str(self.cwd / "lib"),
            str(self.clone),
            ".frozen",
            str(library),
            str(library / "micropython"),
        ]
        environment = dict(self._environment, MICROPYPATH=":".join(own))
        environment["PYTHONPATH"] += ":" + str(self.cwd) + ":" + str(library)
        process = subprocess.Popen(
            command,
            cwd=str(self.cwd),
            env=environment,
            stdout=-1,
            stderr=-2,
            stdin=-3,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=4 if serves else PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            assert serves and "Traceback" not in output, output
            return output
        assert process.returncode == 0, output
        return output

    def _shell(self, text, fails):
        self.output = ""
        self._plug_in(text)
        for line in self._commands(text):
            stream = bool(STREAMS.search(line))
            script = "cd {!r} && {}\nstatus=$?\npwd > {!r}\nexit $status".format(
                str(self.cwd), self._translated(line), str(self.place / "cwd")
            )
            process = subprocess.Popen(
                ["bash", "-c", script],
                env=self._environment,
                stdout=-1,
                stderr=-2,
                stdin=-3,
                text=True,
                start_new_session=True,
            )
            try:
                if stream:  # shows something, and goes on
                    alarm = threading.Timer(PATIENCE_S, os.killpg, (process.pid, signal.SIGKILL))
                    alarm.start()
                    assert process.stdout.readline().strip() and process.poll() is None, line
                    alarm.cancel()
                    continue
                output, _ = process.communicate(timeout=PATIENCE_S)
                assert (process.returncode != 0) == fails, (line, output)
                self.cwd = Path((self.place / "cwd").read_text().strip())
            except subprocess.TimeoutExpired:
                raise AssertionError("{!r} does not end".format(line)) from None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self.output += output

    def _commands(self, text):
        for line in text.strip().split("\n"):
            line = re.sub(r"\s+#.*$", "", line).strip()
            if line:
                yield line

    def _plug_in(self, text):
        """Put a board on USB where mpremote is asked for."""
        if self._board is None and "mpremote" in text:
            from host.board.board import Board

            self._board = Board(self.place / "usb", runtime="micropython", relay=False)
            self._board.start()
            port = self._board.open_usb()
            script = '#!/bin/sh\nexec "{}" connect {} "$@"\n'.format(tool("mpremote"), port)
            (self.place / "bin" / "mpremote").write_text(script)
            (self.place / "bin" / "mpremote").chmod(0o755)

    def read(self, page):
        """Follow a whole page."""
        for line, language, directive, text in blocks(page):
            try:
                self.follow(language, directive, text)
            except AssertionError as error:
                pytest.fail("{}:{}: {}".format(page, line, error))

    def _start(self, text, words):
        self.end()  # one terminal for what goes on: the former command ends with Ctrl-C
        self._logs += 1
        log = self.place / "background-{}.log".format(self._logs)
        with open(log, "wb") as stream:
            process = subprocess.Popen(
                ["bash", "-c", "cd {!r} && exec {}".format(str(self.cwd), self._translated(text.strip()))],
                env=self._environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._running.append(process)
        end = time.monotonic() + PATIENCE_S
        while words not in log.read_text(errors="replace"):
            assert process.poll() is None and time.monotonic() < end, log.read_text(errors="replace")
            time.sleep(0.1)

    def close(self):
        """End what runs, and unplug the board."""
        self.end()
        if self._board:
            self._board.stop()

    def end(self):
        """End what runs."""
        for process in self._running:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                pass
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._running = []
