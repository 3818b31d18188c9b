"""ntp on the virtual board: a real server, real DNS, servers that lie, clocks that jump."""

import getpass
import socket
import struct
import threading
import time

import ntplib
import pytest
from witness import WITNESS

from processes import Process, tool

RUNTIMES = ["cpython", "micropython", "micropython32"]
_1900_TO_1970_S = 2208988800


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


@pytest.fixture
def chrony(tmp_path, free_port):
    """The port of a real NTP server, which serves this machine's time and leaves its clock alone."""
    port = free_port()
    conf = tmp_path / "chrony.conf"
    conf.write_text(
        "port {}\nbindaddress 127.0.0.1\nallow 127.0.0.1\nlocal stratum 4\ncmdport 0\nbindcmdaddress /\n"
        "pidfile {}/chronyd.pid\n".format(port, tmp_path)
    )
    server = Process(tmp_path / "chrony.log")
    server.spawn([tool("chronyd"), "-x", "-U", "-d", "-u", getpass.getuser(), "-f", conf])
    server.wait_for(lambda: answers(port), "chronyd")
    yield port
    server.stop()


def answers(port):
    """Tell whether a time server is there."""
    try:
        return ntplib.NTPClient().request("127.0.0.1", port=port, timeout=0.2)
    except (ntplib.NTPException, OSError):
        return None


class Udp:
    """A server of datagrams in a thread: `reply(message)` gives the answer, or None."""

    def __init__(self, reply):
        self.count = 0
        self._reply = reply
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self.port = self._sock.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                message, sender = self._sock.recvfrom(2048)
            except OSError:
                return
            if not message:
                return
            self.count += 1
            answer = self._reply(message)
            if answer:
                self._sock.sendto(answer, sender)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        # A thread that waits in recvfrom does not notice a close.
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", self._sock.getsockname())
        self._sock.close()


def reply_with(now, first=0x24, stratum=3):
    """The replies of a time server whose clock shows `now()`, in seconds since 1970."""

    def reply(message):
        at = now() + _1900_TO_1970_S
        stamp = struct.pack(">II", int(at) & 0xFFFFFFFF, int(at % 1 * 2**32))
        head = struct.pack(">BBbbII4s", first, stratum, 6, -20, 9, 9, b"TEST")
        return head + stamp + message[40:48] + stamp + stamp

    return reply


def time_server(off_s=0, first=0x24, stratum=3):
    """A time server that is `off_s` wrong; it says so in no way."""
    return Udp(reply_with(lambda: time.time() + off_s, first, stratum))


@pytest.fixture
def boot(device):
    """Function that boots a device that asks these hosts; its clock begins in the year 2000."""

    def start(hosts, runtime="micropython32", **more):
        config = {
            "plugins": ["ntp"],
            "modules": ["witness"],
            "ntp": {"hosts": hosts, "timeout_ms": 1000, "retry_s": 1},
        }
        config.update(more)
        return device(config=config, files={"witness.py": WITNESS}, runtime=runtime, heap="256K")

    return start


def off_s(board):
    """Return how far the board's clock is from this machine's, in seconds."""
    return board.world.clock.offset


def test_a_real_server_sets_the_clock(boot, chrony, runtime):
    board = boot(["127.0.0.1:%d" % chrony], runtime)
    assert off_s(board) < -800000000
    board.wait_for("bus ntp/synced true")
    assert abs(off_s(board)) <= 1
    assert 'bus ntp/server "127.0.0.1:%d"' % chrony in board.text


def test_the_servers_of_these_tests_are_good_ones():
    with time_server(off_s=1000) as server:
        answer = ntplib.NTPClient().request("127.0.0.1", port=server.port, version=4)
        assert 999 < answer.offset < 1001
        assert answer.mode == 4 and answer.stratum == 3


def test_a_server_that_lies_is_outvoted_by_a_real_one_and_another(boot, chrony, runtime):
    with time_server(off_s=86400) as liar, time_server() as good:
        ports = (liar.port, chrony, good.port)
        board = boot(["127.0.0.1:%d" % port for port in ports], runtime)
        board.wait_for("bus ntp/synced true")
        assert abs(off_s(board)) <= 1


def test_a_server_that_admits_to_be_wrong_is_not_believed(boot):
    with time_server(off_s=86400, first=0xE4) as unsure, time_server(off_s=86400, stratum=0) as kiss:
        board = boot(["127.0.0.1:%d" % unsure.port, "127.0.0.1:%d" % kiss.port])
        board.wait_for("bus ntp/error")
        for _ in range(2):  # rounds; in the second only that one is asked which has not sent the device away
            board.wait_for("INFO ntp: 127.0.0.1 ")
            board.wait_for("again in")
        assert off_s(board) < -800000000
        assert "bus ntp/synced true" not in board.text


def test_a_jump_of_the_clock_is_put_right(boot, chrony):
    board = boot(["127.0.0.1:%d" % chrony])
    board.wait_for("bus ntp/synced true")
    board.clock.jump(100000)
    board.wait_for("bus ntp/synced false")
    board.wait_for("bus ntp/synced true")
    assert abs(off_s(board)) <= 1


def test_names_come_from_the_name_server_of_the_network(boot, chrony, runtime):
    config = {"plugins": ["wlan", "ntp"], "wlan": {"networks": ["Home"], "retry_s": 0.2, "retry_max_s": 1}}
    board = boot(["time.example"], runtime, **config)
    board.name("time.example", "127.0.0.1", chrony)
    board.wait_for("bus wlan/connected false")
    board.wifi.add("Home")
    board.wait_for("bus ntp/synced true")
    assert abs(off_s(board)) <= 1


def test_it_waits_for_the_network_and_goes_on_after_its_loss(boot, chrony, runtime):
    config = {
        "plugins": ["wlan", "ntp"],
        "wlan": {"networks": ["Home"], "retry_s": 0.2, "retry_max_s": 1, "check_s": 0.1},
    }
    board = boot(["127.0.0.1:%d" % chrony], runtime, **config)
    board.wait_for("bus wlan/connected false")
    board.wifi.add("Home")
    board.wait_for("bus ntp/synced true")
    for _ in range(3):
        board.wifi.down()
        board.wait_for("bus wlan/connected false")
        board.wifi.up()
        board.wait_for("bus wlan/connected true")
        board.wait_for("INFO ntp: 127.0.0.1 says")
    assert "bus $error" not in board.text


def test_local_time_follows_the_clock(boot, chrony, runtime):
    board = boot(["127.0.0.1:%d" % chrony], runtime, plugins=["ntp", "tz"], tz={"zone": "<+14>-14"})
    board.wait_for("bus tz/offset 50400")
    board.wait_for("bus ntp/synced true")
    board.wait_for('bus tz/time "20')
    shown = board.text.rpartition('bus tz/time "')[2][:16]
    now = time.time() + 14 * 3600
    assert shown in [time.strftime("%Y-%m-%d %H:%M", time.gmtime(now + delta)) for delta in (-61, -1, 0, 1)]
