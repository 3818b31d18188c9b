"""The log in a file: gathered, rotated at its limit, and nothing is lost or fails when the disk is full."""

from device import Device

from plugins.log import Log, file
from support import new_folder, remove


def device(folder, **log):
    section = {"level": "info", "file": folder + "/log.txt", "flush_ms": 5000}
    section.update(log)
    made = Device(lambda: [Log()], {"log": section})
    made.run(10)
    return made


def text(folder, name="log.txt"):
    try:
        with open(folder + "/" + name) as f:
            return f.read()
    except OSError:
        return None


def test_lines_are_gathered_before_they_are_written():
    folder = new_folder()
    d = device(folder)
    d.kernel.log.info("one")
    d.run(3000)
    d.kernel.log.info("two")
    d.run(1900)
    assert text(folder) is None
    d.run(200)
    assert text(folder) == "2026-01-01T00:00:00Z info kernel: one\n2026-01-01T00:00:03Z info kernel: two\n"
    remove(folder)


def test_an_error_is_written_soon_for_it_may_be_the_last_word():
    folder = new_folder()
    d = device(folder)
    d.kernel.log.info("before")
    d.kernel.log.error("fire")
    d.run(200)
    assert text(folder).count("\n") == 2
    d.kernel.log.info("leave")
    d.kernel.move("log", "STOPPED")
    assert "fire" in text(folder)
    remove(folder)


def test_the_end_of_the_module_writes_what_is_left():
    folder = new_folder()
    d = device(folder)
    d.kernel.log.info("bye")
    d.run(10)
    d.kernel.stop()
    assert text(folder).endswith("bye\n")
    remove(folder)


def test_a_full_file_becomes_the_former_one():
    folder = new_folder()
    d = device(folder, file_bytes=500, files=3, flush_ms=100)
    for i in range(100):
        d.kernel.log.info("line", i)
        d.run(200)
    sizes = [len(text(folder, name)) for name in ("log.txt.1", "log.txt.2")]
    assert all([500 <= size < 560 for size in sizes]) and text(folder, "log.txt.3") is None
    whole = text(folder, "log.txt.2") + text(folder, "log.txt.1") + (text(folder) or "")
    numbers = [int(line.rsplit(" ", 1)[1]) for line in whole.split("\n") if line]
    assert numbers == list(range(numbers[0], 100)) and len(numbers) > 24
    remove(folder)


def test_a_single_file_begins_anew():
    folder = new_folder()
    d = device(folder, file_bytes=500, files=1, flush_ms=100)
    for i in range(30):
        d.kernel.log.info("line", i)
        d.run(200)
    assert len(text(folder) or "") < 560 and text(folder, "log.txt.1") is None
    remove(folder)


class Disk:
    """Takes so many bytes in all, then says that it is full."""

    def __init__(self, room):
        self.room = room

    def open(self, path, mode):
        return Full(self, open(path, mode))


class Full:
    def __init__(self, disk, file):
        self.disk = disk
        self.file = file
        self.close = file.close

    def write(self, data):
        if self.disk.room < len(data):
            self.file.write(data[: self.disk.room])
            self.disk.room = 0
            raise OSError(28)
        self.disk.room -= len(data)
        return self.file.write(data)


def test_a_full_disk_is_reported_once_and_lines_follow_when_there_is_room():
    folder = new_folder()
    d = device(folder, flush_ms=100)
    disk = Disk(60)
    file.open = disk.open
    try:
        for i in range(5):
            d.kernel.log.info("line", i)
            d.run(70000)
        log = d.kernel.modules["log"]
        assert log.state == "RUNNING"
        reports = [value for topic, value in d.heard if "$log" in topic]
        disk.room = 10000
        d.run(70000)
    finally:
        del file.open
    found = text(folder)
    assert [("line %d\n" % i in found) for i in range(5)] == [True] * 5
    assert found.count("can't") + found.count("warning log: file:") == 1 and reports == []
    remove(folder)


def test_a_full_disk_costs_the_oldest_file_first():
    folder = new_folder()
    d = device(folder, file_bytes=200, files=2, flush_ms=100)
    for i in range(8):
        d.kernel.log.info("line", i)
        d.run(200)
    assert text(folder, "log.txt.1")
    disk = Disk(10)
    file.open = disk.open
    try:
        d.kernel.log.info("last")
        d.run(150)
    finally:
        del file.open
    assert text(folder, "log.txt.1") is None
    remove(folder)


def test_lines_that_the_ring_could_not_keep_are_counted():
    folder = new_folder()
    d = device(folder, flush_ms=5000, memory=256)
    for i in range(20):
        d.kernel.log.info("line", i)
        d.run()
    d.run(5000)
    first = text(folder).split("\n")[0]
    assert first[-12:] == " lines lost)"
    remove(folder)
