"""The log's files after a power cut at any write: readable, in order, nothing twice."""

# heap: 384K
# timeout: 120

from device import Device
from flash import Disk, PowerCut

from plugins.log import Log


def life(disk, first, last):
    """A device that writes some lines to its rotated log, and is gone when the power is."""

    def live():
        config = {
            "log": {
                "level": "info",
                "file": disk.root + "/log",
                "file_bytes": 150,
                "files": 3,
                "flush_ms": 50,
            }
        }
        d = Device(lambda: [Log()], config)
        try:
            d.run(10)
            for i in range(first, last):
                d.kernel.log.info("line", i)
                d.run(100)
        except PowerCut:
            d.cut()

    return live


def numbers(disk):
    found = []

    def read():
        for name in ("/log.2", "/log.1", "/log"):
            try:
                with open(disk.root + name) as f:
                    found.extend(f.read().split("\n"))
            except OSError:
                pass

    disk.run(read)
    return [int(line.rsplit(" ", 1)[1]) for line in found if "kernel: line" in line and line[-1].isdigit()]


def test_power_lost_at_any_write_of_rotated_files():
    disk = Disk()
    disk.run(life(disk, 0, 6))
    disk.keep()
    writes = disk.run(life(disk, 6, 12))
    for cut in range(writes):
        disk.restore()
        disk.run(life(disk, 6, 12), cut)
        found = numbers(disk)
        assert found and found == sorted(set(found))
        disk.run(life(disk, 20, 24))  # and it goes on
        found = numbers(disk)
        assert found[-4:] == [20, 21, 22, 23] and found == sorted(set(found)), (cut, found)
    disk.close()
