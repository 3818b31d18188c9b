"""A night of device time, wound forward: the network is lost again and again, clocks are set back, the heap stays."""

import datetime
import re
import time

from test_ntp import Udp, reply_with
from witness import WITNESS

# Half an hour before clocks go back in Europe.
BEFORE = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.timezone.utc).timestamp()
LOSSES = 5
HEAP = """
import gc
from modcore import Module


class Heap(Module):
    def start(self):
        self.every(600000, self.show)

    def show(self):
        gc.collect()
        print("heap", gc.mem_alloc())
"""


def test_a_night_with_losses_of_the_network_and_a_change_of_the_clocks(device):
    board = None
    begin = time.time()

    def now():
        return BEFORE + time.time() - begin + (board.skipped / 1000 if board else 0)

    with Udp(reply_with(now)) as server:
        config = {
            "plugins": ["wlan", "softap", "ntp", "tz"],
            "modules": ["witness", "heap"],
            "wlan": {"networks": ["Home"], "check_s": 20},
            "softap": {"portal": False},
            "ntp": {"hosts": ["127.0.0.1:%d" % server.port], "resync_s": 300},
            "tz": {"zone": "CET-1CEST,M3.5.0,M10.5.0/3", "every_s": 0},
        }
        files = {"witness.py": WITNESS, "heap.py": HEAP}
        board = device(config=config, files=files, heap="128K", virtual_clock=True)
        board.wait_for("bus wlan/connected false")
        board.wifi.add("Home")
        board.forward(60)
        board.wait_for("bus ntp/synced true")
        for _ in range(LOSSES):
            board.wifi.down()
            board.forward(60)
            board.wifi.up()
            board.forward(540)
    text = board.text.partition("bus ntp/synced true")[2]
    assert text.count("bus wlan/connected true") == text.count("bus wlan/connected false") == LOSSES
    assert text.count("bus softap/on true") == text.count("bus softap/on false") == LOSSES
    assert "bus ntp/synced" not in text
    assert re.findall(r"bus tz/offset (\d+)", text) == ["7200", "3600"]
    assert "bus $error" not in text
    heaps = [int(size) for size in re.findall(r"heap (\d+)", text)]
    assert len(heaps) == LOSSES
    assert max(heaps[3:]) <= max(heaps[:3]) + 500
    assert abs(board.world.clock.offset - (BEFORE - begin)) <= 2
