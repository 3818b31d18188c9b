"""A month of the garden on the virtual clock: its modules alone, configured as the sample has them."""

import os
import shutil
import tempfile
from pathlib import Path

from host import toolchain

from . import device
from .bench_system import watering_firmware

_DAYS = int(os.environ.get("GARDEN_DAYS", 30))
_HEAP = "96K"
_HEAP_FROM_FILES = "192K"

# What would be slept is skipped; what the program takes counts as it does. Water flows while a valve is open.
PROGRAM = (
    "import gc, json, os, sys\nimport time as real\n"
    + device.TAKEN
    + """
os.chdir(sys.argv[1])
sys.path.insert(0, "")
days = int(sys.argv[2])
trace = len(sys.argv) > 3
class Time:
    pass
virtual = Time()
skipped = 0
clock_s = 1780272000 - (0 if real.gmtime(0)[0] == 1970 else 946684800)  # 2026-06-01
def ticks_ms():
    return real.ticks_add(real.ticks_ms(), skipped)
second = ticks_ms()
def now():
    return clock_s + real.ticks_diff(ticks_ms(), second) // 1000
for name in dir(real):
    setattr(virtual, name, getattr(real, name))
virtual.ticks_ms = ticks_ms
virtual.time = now
sys.modules["time"] = virtual

class Pin:
    IN, OUT, PULL_UP, IRQ_RISING, IRQ_FALLING = 0, 1, 2, 1, 2
    opened = {}  # pin -> tick
    handler = None
    late_ms = 0
    runs = 0
    def __init__(self, id, mode=-1, pull=-1, value=None):
        self.id = id
        self.level = 1 if id == 32 else value or 0  # 32: no rain
    def value(self, level=None):
        if level is None:
            return self.level
        if level and not self.level:
            Pin.opened[self.id] = ticks_ms()
        elif self.level and not level:
            Pin.runs += 1
            late = real.ticks_diff(ticks_ms(), Pin.opened.pop(self.id)) - seconds.pop(valves[self.id])
            Pin.late_ms = max(Pin.late_ms, late)
        self.level = level
    def irq(self, handler=None, trigger=0, hard=False):
        Pin.handler = handler
class Machine:
    Pin = Pin
sys.modules["machine"] = Machine

from modcore import Kernel
from modcore.json_files import load
from modcore.lazy import load as load_module
from plugins.tz import Tz
from plugins.sysinfo.heap import largest_block
config = load("config.json")
config["log"] = {"level": "error"}
paths = [path for path in config["modules"] if path != "garden.rest"]
valves = {valve["pin"]: str(valve["id"]) for valve in config["valves"]["valves"]}
seconds = {}  # valve -> ms
kernel = Kernel(config)
kernel.reserve()  # as main() does
gc.threshold((gc.mem_free() + gc.mem_alloc()) // 16)
kernel.add(Tz())
for path in paths:
    found = load_module(path)
    kernel.add(getattr(found, path[7].upper() + path[8:])())
faults = []
kernel.bus.subscribe("$error/+", lambda topic, value: value and faults.append(value))
def begun(topic, value):
    seconds[value["valve"]] = value["ms"]
kernel.bus.subscribe("$valves/begun", begun)

def figures():
    kernel.relieve()
    return [taken(), largest_block()]

def turn():
    global skipped, clock_s, second
    ms = kernel.step()
    if ms > 0:
        if Pin.opened:
            for _ in range(min(ms, 1000) // 50):
                Pin.handler(None)
        skipped = real.ticks_diff(real.ticks_add(real.ticks_add(0, skipped), ms), 0)
    passed = real.ticks_diff(ticks_ms(), second) // 1000
    if passed:
        clock_s += passed
        second = real.ticks_add(second, passed * 1000)
start = clock_s
for day in range(days):
    while clock_s < start + 86400 * (day + 1):
        turn()
    if day == 0:
        first = figures()
    if trace:
        print(day, figures(), len(kernel.bus._retained), len(kernel.bus._subscriptions), len(kernel.timers))
last = figures()
print(json.dumps([first, last, Pin.late_ms, Pin.runs, faults]))
"""
)


def run(report):
    """A month of the garden, on the virtual clock."""
    firmware = None if toolchain.missing("firmware") else watering_firmware()
    heap = _HEAP if firmware else _HEAP_FROM_FILES
    with tempfile.TemporaryDirectory(prefix="garden-") as folder:
        program = Path(folder) / "month.py"
        program.write_text(PROGRAM)
        with device.library(program) as library:
            garden = library / "samples" / "watering"
            if firmware:
                shutil.copy(library / "month.mpy", library / "firmware")
                shutil.rmtree(garden / "garden")
            first, last, late_ms, runs, faults = device.run(
                library, "import month", garden, _DAYS, heap=heap, firmware=firmware, timeout=3600
            )
    note = "{}, -X heapsize={}, {} days".format("in the firmware" if firmware else "from files", heap, _DAYS)
    report.row("garden: heap in use after the first day", first[0] / 1024, "KB", note=note)
    report.row("garden: heap in use at the end", last[0] / first[0], "times", budget=1.05)
    report.row("garden: largest free piece at the end", last[1] / first[1], "times", goal=0.95)
    report.row("garden: runs of valves", runs)
    report.row("garden: a valve late by", late_ms, "ms", budget=250)
    report.row("garden: failures", len(faults), budget=0, note=" ".join(faults)[:200])
