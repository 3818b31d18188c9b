"""No broker, however broken or absent, makes a timer of the garden late.

What each kind of broken broker does to the bridge alone, on all runtimes, is in test_mqtt_rogues.py.
"""

import contextlib
import re
import socket
import time

import pytest
from mqtt_rogues import CONSENT, Rogue, message
from watering_board import BASE, api, levels, put

from processes import eventually

LATE_MS = 50
FIGURES = 7  # one each half second
punctual = pytest.mark.xdist_group("punctual")  # beside those of test_mqtt_rogues.py

PUNCTUAL = """
import os
from modcore import Module
from modcore.ticks import ticks_ms, ticks_diff

PC = os.VfsPosix("/proc/self")  # beside the board's own files

def waited_ms():
    # For how long the PC, busy with others, has let this process wait: that is not the device's fault.
    with PC.open("/schedstat", "r") as f:
        return int(f.read().split()[1]) // 1000000

class Punctual(Module):
    "Prints each half second how late its timer was called."

    def start(self):
        self.late = 0
        self.last, self.waited = ticks_ms(), waited_ms()
        self.every(10, self.look)
        self.every(500, self.say)

    def look(self):
        now, waited = ticks_ms(), waited_ms()
        self.late = max(self.late, ticks_diff(now, self.last) - 10 - (waited - self.waited))
        self.last, self.waited = now, waited

    def say(self):
        print("late", self.late)
        self.late = 0
"""


def half_consent(visit):
    """Stop in the middle of CONNACK."""
    visit.read()
    visit.send(CONSENT[:2])
    time.sleep(60)


def flooding(visit):
    """Send commands for three seconds, then break off."""
    visit.consent()
    packets = message(BASE + "valves/1/set", b"true") * 20
    end = time.monotonic() + 3
    while time.monotonic() < end:
        visit.send(packets)
        time.sleep(0.01)
    visit.sock.close()


def closing(visit):
    """Hang up at once."""
    visit.sock.close()


class Absent:
    """An address at which nothing listens."""

    def __init__(self, port):
        self.port = port


@contextlib.contextmanager
def full_backlog():
    """An address that does not even answer who wants to connect, as a firewall."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        yield Absent(full.getsockname()[1])


def late(board):
    """Return how many ms the board's timer was late at most, in each half second since it has settled."""
    return [int(ms) for ms in re.findall(r"^late (-?\d+)$", board.text, re.M)][1:]


def worst(boards):
    """Return {name: ms} of the latest timers in a few seconds, the best of some attempts for each board."""
    least = {}
    for _ in range(4):
        begun = {name: len(late(board)) for name, board in boards.items()}
        eventually(
            lambda begun=begun: all(len(late(boards[name])) >= begun[name] + FIGURES for name in boards),
            "figures",
        )
        for name, board in boards.items():
            least[name] = min(least.get(name, 9999), max(late(board)[begun[name] :]))
        if max(least.values()) <= LATE_MS:
            break
    return least


@punctual
def test_no_broker_makes_a_timer_late(watering, free_port):
    with contextlib.ExitStack() as stack:
        brokers = {way: stack.enter_context(Rogue(way)) for way in (half_consent, flooding, closing)}
        places = {way.__name__: (broker, True) for way, broker in brokers.items()}
        places["absent"] = Absent(free_port()), True
        places["absent without relay"] = Absent(free_port()), False
        places["unreachable"] = stack.enter_context(full_backlog()), False
        boards = {
            name: watering(
                {"modules": ["garden.valves", "punctual"]},
                {"punctual.py": PUNCTUAL},
                online=False,
                broker=broker,
                relay=relay,
            )
            for name, (broker, relay) in places.items()
        }
        for broker in brokers.values():
            eventually(lambda broker=broker: broker.visits, "a connection")
        found = worst(boards)
        assert max(found.values()) <= LATE_MS, found
        for name, board in boards.items():
            assert put(board, "/api/valves/0", "true").status_code == 200, name
            assert levels(board)[0] == 1
            assert api(board, "/api")["modules"]["mqtt"]["state"] == "RUNNING"
