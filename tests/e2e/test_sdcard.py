"""A real file system on a card that is put in, written to, pulled out and put in again."""

import pytest
from bus_witness import witness

RUNTIMES = ["micropython", "micropython32"]  # CPython has no file systems to mount
# Formats the card where it is still empty, then runs the device.
MAIN = """
import machine, os
try:
    card = machine.SDCard()
    block = bytearray(512)
    card.readblocks(0, block)
    if block[510] != 0x55:
        os.VfsFat.mkfs(card)
        print("formatted")
    card.deinit()
except OSError as error:
    print("no card to format:", error)
import modcore
modcore.main()
"""
RECORDER = """
import os
from modcore import Module


class Recorder(Module):
    requires = ("sdcard",)

    def start(self):
        self.listen("sdcard/mounted", self.on_card)
        self.listen("gpio/note/event", self.write)

    def on_card(self, topic, mounted):
        print("files", sorted(os.listdir("/sd")) if mounted else None)

    def write(self, topic, value):
        if value == "press":
            try:
                with open("/sd/notes.txt", "a") as f:
                    f.write("pressed\\n")
                print("written", os.stat("/sd/notes.txt")[6])
            except OSError as error:
                print("not written:", error)
"""


@pytest.fixture(params=RUNTIMES)
def board(device, request):
    """A device with a card slot, a button, and a module that writes to the card."""
    return device(
        config={
            "plugins": ["sdcard", "gpio", "log"],
            "modules": ["recorder", "witness"],
            "sdcard": {"check_s": 0.1},
            "log": {"file": "/sd/log.txt", "flush_ms": 50},
            "gpio": {"pins": {"note": {"mode": "in", "pin": 0}}},
        },
        files={"main.py": MAIN, "recorder.py": RECORDER, "witness.py": witness("sdcard/+")},
        runtime=request.param,
        heap="256K",
    )


def press(board):
    """Press the button."""
    for level in (1, 0):
        board.set_pin(0, level)
        board.wait_until(lambda: False, 0.15)


def test_a_card_comes_and_goes_and_keeps_its_files(board):
    board.wait_for("no card to format")
    board.wait_for("bus sdcard/mounted false")
    press(board)
    board.wait_for("not written: [Errno 2]")
    board.insert_card(1024 * 1024)
    board.reset()
    board.wait_for("formatted")
    board.wait_for("bus sdcard/mounted true")
    press(board)
    board.wait_for("written 8")
    press(board)
    board.wait_for("written 16")
    for _ in range(3):
        board.eject_card()
        board.wait_for("bus sdcard/mounted false")
        press(board)
        board.wait_for("not written")
        board.insert_card(1024 * 1024)
        board.wait_for("'notes.txt']")
    press(board)
    board.wait_for("written 24")
    assert "$error" not in board.text and "FAILED" not in board.text


def test_the_power_goes_while_the_card_is_written_to(board):
    board.insert_card(1024 * 1024)
    board.reset()
    board.wait_for("bus sdcard/mounted true")
    for _ in range(6):
        board.set_pin(0, 1)
        board.wait_for("written")
        board.power_cut()
        board.set_pin(0, 0)
        board.start()
        board.wait_for("bus sdcard/mounted true")
    assert "$error" not in board.text
