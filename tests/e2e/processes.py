"""Programs that end-to-end tests start: ended for certain, their output kept, on ports of their own."""

import os
import signal
import socket
import subprocess
import time

import pytest

from host import toolchain

# Below the range that the kernel takes for outgoing connections, and above what unit tests bind.
PORTS = 24000
PORTS_PER_WORKER = 800
# Nobody waits as long for what comes, however busy the machine is: the limits end broken tests.
HANG_S = 120


class Ports:
    """Gives every caller another free TCP port; workers of one run have ranges of their own."""

    def __init__(self):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
        self._first = PORTS + PORTS_PER_WORKER * (int(worker.strip("gw") or 0) % 10)
        # Two runs on one machine begin at different places.
        self._next = os.getpid() * 37 % PORTS_PER_WORKER

    def __call__(self):
        """Return a port (int) that nobody listens on."""
        for _ in range(PORTS_PER_WORKER):
            port = self._first + self._next
            self._next = (self._next + 1) % PORTS_PER_WORKER
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
        raise RuntimeError("no free port")


class Process:
    """A program in a process group of its own, its output in a file, ended for certain."""

    def __init__(self, log):
        """`log`: Path of the file for all that the program prints."""
        self.log = log
        self.process = None

    def spawn(self, command, **options):
        """Start `command` (list of str)."""
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=options.pop("stdin", subprocess.DEVNULL),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )

    @property
    def running(self):
        """True while the program runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def output(self):
        """All that the program has printed (str)."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_for(self, condition, what, seconds=HANG_S):
        """Return the first true value of `condition()`; fail when the program ends before, or time is up."""
        for _ in pauses(seconds):
            value = condition()
            if value:
                return value
            if not self.running:
                pytest.fail("{}: ended with status {}\n{}".format(what, self.process.returncode, self.output))
        pytest.fail("{}: not within {} s\n{}".format(what, seconds, self.output))

    def signal(self, number):
        """Send a signal to the program and all that it has started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                pass

    def stop(self, seconds=5):
        """Ask the program to end, kill it when it does not within `seconds`; return its exit status."""
        if self.process is None:
            return None
        if self.running:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        return self.kill()

    def kill(self):
        """End the program at once, as a power cut would; return its exit status."""
        if self.process is None:
            return None
        self.signal(signal.SIGKILL)
        return self.process.wait()


class Mosquitto(Process):
    """A real broker on a port of its own, which can go away and come back with nothing retained."""

    def __init__(self, folder, port, settings=("allow_anonymous true",)):
        """`folder`: Path for its files; `settings`: lines for mosquitto.conf besides the listener."""
        super().__init__(folder / "mosquitto.log")
        self.port = port
        self.url = "mqtt://127.0.0.1:{}".format(port)
        self._conf = folder / "mosquitto.conf"
        self._conf.write_text(
            "listener {} 127.0.0.1\nlog_type all\n".format(port) + "\n".join(settings) + "\n"
        )

    def start(self):
        """Start the broker and return it when it answers."""
        self.spawn([tool("mosquitto"), "-c", self._conf])
        self.wait_for(lambda: listening(self.port), "mosquitto")
        return self


def tool(name):
    """Return the path of a program of the toolchain; fail with the reason when it is not there."""
    path = toolchain.tool(name)
    if path is None:
        pytest.fail("no {}: {}".format(name, toolchain.missing(name) or "run python3 -m host.toolchain"))
    return path


def listening(port):
    """Tell whether something takes connections on a TCP port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def eventually(condition, what="condition", seconds=HANG_S):
    """Return the first true value of `condition()`; fail when there is none within `seconds`."""
    for _ in pauses(seconds):
        value = condition()
        if value:
            return value
    pytest.fail("{}: not within {} s".format(what, seconds))


def pauses(seconds):
    """Yield at once, then after pauses that grow with what has passed, until `seconds` are over and once more.

    Who waits for long asks less often: a condition may be a request to a device, which is to get on meanwhile.
    """
    begun = time.monotonic()
    passed = 0
    while passed <= seconds:
        yield
        time.sleep(min(0.01 + passed / 10, 0.1))
        passed = time.monotonic() - begun
    yield
