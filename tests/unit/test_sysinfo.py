"""Facts that the device knows about itself."""

import gc

from device import Device

from plugins.sysinfo import Sysinfo
from support import on_cpython, on_micropython


def device(**sysinfo):
    made = Device(lambda: [Sysinfo()], {"sysinfo": sysinfo})
    made.run(10)
    return made


def test_it_tells_what_it_is():
    d = device()
    assert d.get("sysinfo/version")[0] in "0123456789"
    assert "Python " in d.get("sysinfo/firmware")
    assert d.get("sysinfo/id") == d.world.power.id
    assert d.get("sysinfo/board")


def test_it_tells_why_it_started():
    d = device()
    assert d.get("sysinfo/reset_cause") == "power"
    for cause in ("watchdog", "reset", "soft", "deepsleep"):
        d.crash(cause)
        d.run(10)
        assert d.get("sysinfo/reset_cause") == cause


def test_uptime_and_temperature_are_measured_again():
    d = device(interval_s=10)
    d.world.power.temperature = 51.0
    assert d.get("sysinfo/uptime") == 0
    d.run(10000)
    assert d.get("sysinfo/uptime") == 10 and abs(d.get("sysinfo/temperature") - 51) < 0.6
    assert d.get("$describe/sysinfo/temperature")["device_class"] == "temperature"


@on_cpython
def test_a_heap_that_nobody_can_measure_is_not_told():
    assert device().get("sysinfo/heap_free") is None


@on_micropython
def test_heap_and_its_largest_block():
    d = device()
    free = d.get("sysinfo/heap_free")
    largest = d.get("sysinfo/heap_largest")
    assert 0 < largest <= free
    kept = bytearray(largest // 2)
    d.run(60000)
    assert d.get("sysinfo/heap_free") < free - len(kept) // 2
    assert device(largest=False).get("sysinfo/heap_largest") is None


@on_micropython
def test_the_largest_block_is_told_from_what_is_free_in_pieces():
    from plugins.sysinfo.heap import largest_block

    size = largest_block()
    bytearray(size)
    gc.collect()
    free = gc.mem_free()
    assert free // 4 < size <= free
    # What is left in pieces makes no large block.
    kept = [None] * (free // 2048)
    try:
        for i in range(len(kept)):
            kept[i] = bytearray(2048)
    except MemoryError:
        pass
    for i in range(0, len(kept), 2):
        kept[i] = None
    gc.collect()
    assert largest_block() < gc.mem_free() // 4


def test_addresses_come_and_go_with_the_networks():
    d = device()
    assert d.get("sysinfo/addresses") == ""
    d.kernel.bus.publish("wlan/ip", "192.168.1.7", True)
    d.run()
    assert d.get("sysinfo/addresses") == "192.168.1.7"
    d.kernel.bus.publish("wlan/ip", None, True)
    d.run()
    assert d.get("sysinfo/addresses") == ""


def test_what_has_not_changed_is_not_published_again():
    d = device(interval_s=1)
    d.run(1000)
    d.take()
    d.run(1000)
    topics = [topic for topic, value in d.take("sysinfo")]
    assert "sysinfo/uptime" in topics and "sysinfo/temperature" not in topics
