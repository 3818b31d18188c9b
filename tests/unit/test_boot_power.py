"""Power lost inside a rename hides nothing that a boot needs, though LittleFS hides a neighbour until it writes."""
# heap: 640K

import gc
import json
import os
import sys

from flash import Disk

from modcore.boot import boot
from modcore.journal import Journal
from support import read, write


def at_every_cut(disk, action, check):
    """Do `action` with the power lost at its first write, its second…; call `check` each time it is back."""
    disk.keep()
    writes = disk.run(action)
    for cut in range(writes):
        gc.collect()
        disk.restore()
        assert disk.run(action, cut) is None
        disk.run(check)
    disk.close()


def test_a_library_is_exchanged_and_put_back_and_its_neighbours_are_there_all_the_time():
    disk = Disk()
    moves = [["plugins/.install/new/.lib/logging.py", "logging.py", "plugins/.install/old/.lib/logging.py"]]
    seen = set()

    def fill():
        for folder in (
            "/plugins",
            "/plugins/.install",
            "/plugins/.install/new",
            "/plugins/.install/new/.lib",
        ):
            os.mkdir(disk.root + folder)
        write(disk.root + "/logging.py", "OLD = 1\n" * 30)
        write(disk.root + "/modcore.py", "KERNEL = 1\n")
        write(disk.root + "/plugins/.install/new/.lib/logging.py", "NEW = 1\n" * 30)

    def exchange_and_back():
        journal = Journal(disk.root)
        journal.exchange(moves, {})
        journal.back()

    def check():
        names = os.listdir(disk.root)  # before anything is written
        assert "logging.py" in names and "modcore.py" in names, names
        recovered = Journal(disk.root).recover()
        text = read(disk.root + "/logging.py")
        assert text in ("OLD = 1\n" * 30, "NEW = 1\n" * 30), text
        seen.add((recovered and recovered["state"], text[:3]))

    disk.run(fill)
    at_every_cut(disk, exchange_and_back, check)
    assert seen == {(None, "OLD"), ("trial", "NEW"), ("back", "OLD")}, seen


class Board:
    """A disk with what a device has, in a folder of sys.path."""

    number = 0

    def __init__(self, neighbour):
        Board.number += 1
        self.plugin = "hidden%d" % Board.number  # no other test has imported it
        self.disk = Disk()
        self.neighbour = self.disk.root + "/" + neighbour
        self.disk.run(self.fill)
        self.path = list(sys.path)
        sys.path.insert(0, self.disk.root)

    def fill(self):
        root = self.disk.root
        manifest = {"name": self.plugin, "version": "1.0.0", "module": None}
        for folder in ("/plugins", "/plugins/" + self.plugin, "/aside"):
            os.mkdir(root + folder)
        write(root + "/plugins/" + self.plugin + "/plugin.json", json.dumps(manifest))
        write(root + "/plugins/" + self.plugin + "/__init__.py", "")
        write(self.neighbour, "")
        text = json.dumps({"name": "garden", "plugins": [self.plugin]})
        write(root + "/config.json", text)
        write(root + "/config.json.good", text)

    def put_aside(self):
        os.rename(self.neighbour, self.disk.root + "/aside/it")

    def check(self):
        kernel = boot(self.disk.root + "/config.json", self.disk.root + "/secrets.json")
        assert kernel.name == "garden"
        assert kernel.bus.get("$error/" + self.plugin) is None
        assert "config.json" in os.listdir(self.disk.root)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        sys.path[:] = self.path


def test_a_configuration_that_a_power_cut_has_hidden_is_found():
    with Board("boot.py") as board:
        at_every_cut(board.disk, board.put_aside, board.check)


def test_plugins_that_a_power_cut_has_hidden_are_found():
    with Board("ntptime.py") as board:
        at_every_cut(board.disk, board.put_aside, board.check)


def test_plugins_that_are_there_from_the_first_write_on_are_started():
    """The same on a file system that hides nothing."""
    import modcore.journal as journal

    with Board("ntptime.py") as board:
        aside = board.disk.root + "/aside/plugins"

        def opening(path, mode="r"):
            if mode == "w" and path == board.disk.root + "/mounted":
                os.rename(aside, board.disk.root + "/plugins")
            return open(path, mode)

        board.disk.run(lambda: os.rename(board.disk.root + "/plugins", aside))
        journal.open = opening
        try:
            board.disk.run(board.check)
        finally:
            del journal.open
        board.disk.close()
