"""No broker, however broken, delays the device's timers, and the device finds back when it is sane again."""

import contextlib
import random
import threading
import time

import pytest
from mqtt_rogues import CONSENT, BlackHole, Device, Rogue, length, message

from processes import HANG_S, eventually

RUNTIMES = ["cpython", "micropython", "micropython32"]
LIMIT_MS = 50
# One of them at a time: a dozen devices that are looked at by the millisecond.
punctual = pytest.mark.xdist_group("punctual")
COMMAND = message("modcore/rogue/lamp/on/set", b"true")


def nobody(visit):
    """Close at once."""
    visit.reset()


def silent(visit):
    """Take the connection and say nothing."""
    time.sleep(60)


def half_consent(visit):
    """Stop in the middle of CONNACK."""
    visit.read()
    visit.send(CONSENT[:2])
    time.sleep(60)


def refusing(visit):
    """Say no."""
    visit.read()
    visit.send(b"\x20\x02\x00\x05")


def babbling(visit):
    """Say what no broker says."""
    visit.send(random.Random(1).randbytes(3000))


def babbling_later(visit):
    """Be a broker, then say what no broker says."""
    visit.consent()
    visit.send(random.Random(2).randbytes(3000))


def half_packet(visit):
    """Stop in the middle of a command."""
    visit.consent()
    visit.send(COMMAND[:10])
    time.sleep(60)


def deaf(visit):
    """Accept, and read nothing any more."""
    visit.consent()
    time.sleep(60)


def mute(visit):
    """Read all, and say nothing any more, as when the network is gone."""
    visit.consent()
    while True:
        visit.read()


def huge(visit):
    """Send a packet larger than any memory."""
    visit.consent()
    visit.send(b"\x30" + length(268435455) + b"\x00\x04a/b/" + bytes(1000))
    while True:
        visit.send(bytes(65536))


def flooding(visit):
    """Send commands without end."""
    visit.consent()
    while True:
        visit.send(COMMAND * 500)


QUIET = [nobody, silent, half_consent, refusing, babbling, babbling_later, half_packet, deaf, mute]
LOUD = [huge, flooding]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


def worst(attempt, limit=LIMIT_MS):
    """Return how late a timer was in the best of some attempts: the machine has other things to do, too."""
    late = []
    for _ in range(4):
        late.append(attempt())
        if late[-1] <= limit:
            break
    return min(late)


def watch(*devices, seconds=3):
    """Let devices run and return how late their timers were."""
    count = seconds * 2
    eventually(lambda: all(len(device.late()) >= count for device in devices), "figures", seconds + 120)
    for device in devices:
        device.stop()
    return max(max(device.late()) for device in devices)


@punctual
@pytest.mark.parametrize("loop", ["poll", "asyncio"])
def test_no_quiet_rogue_delays_a_timer(process, tmp_path, runtime, free_port, loop):
    def attempt():
        with contextlib.ExitStack() as stack:
            ports = [stack.enter_context(Rogue(behave)).port for behave in QUIET]
            ports += [stack.enter_context(BlackHole()).port, free_port()]
            settings = {"asyncio": loop == "asyncio"}
            return watch(*[device(process, runtime, tmp_path, port, **settings) for port in ports])

    assert worst(attempt) <= LIMIT_MS


@punctual
@pytest.mark.parametrize("behave", LOUD, ids=lambda behave: behave.__name__)
def test_no_loud_rogue_delays_a_timer(process, tmp_path, runtime, behave):
    def attempt():
        with Rogue(behave) as broker:
            return watch(device(process, runtime, tmp_path, broker.port), seconds=1)

    assert worst(attempt) <= LIMIT_MS


def device(process, runtime, folder, port, **settings):
    """Start a device that finds its broker at `port`."""
    settings = dict({"host": "127.0.0.1", "port": port, "keepalive_s": 2}, **settings)
    return Device(process, runtime, folder, **settings)


REASONS = {
    nobody: "next try in 1 s",
    silent: "no answer in time",
    half_consent: "no answer in time",
    refusing: "refused: not authorized",
    babbling: "what answers is not an MQTT broker",
    babbling_later: "malformed packet",
    half_packet: "silent for 1 s",
    mute: "silent for 1 s",
    huge: "takes packets up to 2048 bytes, not 268435460",
}

SLOW = (silent, half_consent)


@pytest.mark.parametrize(
    "runtime, behave",
    # Ten seconds once are enough.
    [(one, way) for one in RUNTIMES for way in REASONS if way not in SLOW or one == "micropython32"],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_log_says_why_and_the_device_comes_back(process, tmp_path, runtime, behave):
    def behave_once(visit):
        if len(broker.visits) == 1:
            behave(visit)
        else:
            visit.consent()
            visit.serve()

    with Rogue(behave_once) as broker:
        lamp = device(process, runtime, tmp_path, broker.port)
        lamp.wait_for(REASONS[behave])
        if behave is huge:
            broker.visits[0].reset()
        eventually(lambda: len(broker.visits) > 1, "the second visit")
        sane = broker.visits[1]
        eventually(lambda: (("modcore/rogue/lamp/on", "false")) in sane.published(), "the state")
        sane.send(COMMAND)
        lamp.wait_for("turned on true")
        eventually(lambda: (("modcore/rogue/lamp/on", "true")) in sane.published(), "the new state")


CODES = {
    1: "protocol version not accepted",
    2: "client id rejected",
    3: "server unavailable",
    4: "bad user name or password",
    5: "not authorized",
}


@pytest.mark.parametrize("code", CODES)
def test_each_refusal_has_its_reason(process, tmp_path, code):
    def behave(visit):
        visit.read()
        visit.send(bytes((0x20, 2, 0, code)))

    with Rogue(behave) as broker:
        device(process, "micropython32", tmp_path, broker.port).wait_for("refused: " + CODES[code])


def gaps(numbers):
    """Return by how much each number is more than the one before it."""
    return [0] + [later - earlier for earlier, later in zip(numbers, numbers[1:])]


def test_a_broker_that_does_not_read_for_a_while_misses_no_last_value(process, tmp_path, runtime):
    go_on = threading.Event()

    def behave(visit):
        visit.consent()
        go_on.wait(HANG_S)
        visit.serve()

    with Rogue(behave) as broker:
        lamp = device(process, runtime, tmp_path, broker.port, keepalive_s=60, kilobytes=16, heap="512K")
        lamp.wait_for("full")
        late = len(lamp.late())
        eventually(lambda: len(lamp.late()) > late + 2, "time")
        go_on.set()
        visit = broker.visits[0]

        def numbers():
            return [
                int(payload.split()[0]) for topic, payload in visit.published() if topic.endswith("lamp/big")
            ]

        # There are gaps where values were overtaken by later ones, and no way back.
        eventually(lambda: max(gaps(numbers())) > 5, "a gap")
        seen = numbers()
        assert seen == sorted(set(seen))
        eventually(lambda: numbers()[-1] > seen[-1] + 3, "later values")
        assert len(broker.visits) == 1
        assert "lost" not in lamp.text
