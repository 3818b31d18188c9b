"""The records of the history, 16 bytes each: start (s since 1970), valve, why it ended, program, schedule, seconds,
seconds that it had left, decilitres; of the last three 65,535 stands for that or more. A valve of 255 has no pin: a
start that was left out.
"""

import os
import struct
import time

from modcore.json_files import load, save
from modcore.ticks import const, ticks_diff, ticks_ms

RARE = True  # called when a run has ended, and for reading

_EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800
_FORMAT = const("<IBBHHHHH")
SIZE = 16
_PER_SEGMENT = const(2048)
NOBODY = 255
_BY_HAND = const(0xFFFF)  # a valve, or a program
_SOON_MS = const(
    900
)  # a run that is over by then is never noted; one of a second is, with the valves opened beside it
_NOTE_MS = const(20000)  # so much of a run, at most, does a power cut take from its record
_LAST = const(8)  # records in which one is looked for that may be written already
WHYS = (
    "done", "hand", "direct", "pause", "end", "stop", "alarm", "fault", "power",
    "rain", "it has rained", "rain delay", "schedules are off", "missed", "paused", "inactive", "other",
)  # fmt: skip


def now_s():
    """Seconds since 1970, or 0 while the clock is not set."""
    from . import is_set

    return int(time.time()) + _EPOCH_S if is_set() else 0


def begin(history):
    """Find the newest segment of a module History, end what a power cut has interrupted, and listen."""
    history.litres = None  # the meter's total
    history.noting = None  # a timer
    history.noted = False  # whether the file names runs
    history.soon = False  # whether a run that has just begun waits to be noted
    history.number, history.size = newest(history.config["folder"])
    if history.open is None:  # the first start since the board has booted: all valves are closed
        history.open = {}  # valve -> [start, litres, cause, ms in all, ms that it has run, the tick of that]
        kept = load(_note_path(history), history.log.error, without="the runs before have no end")
        try:
            _end_noted(history, kept.get("open"), kept.get("why"))
        except Exception as error:  # somebody else has written that
            history.log.error("%s holds something else: %s" % (_note_path(history), error))
    else:
        gone = [valve for valve in history.open if not history.kernel.bus.get("valves/" + valve)]
        _end_noted(history, {valve: history.open.pop(valve) for valve in gone}, "fault")
        if history.open and not gone:
            note(history)
    for topic in ("$valves/begun", "$valves/ended", "$player/skipped", "flow/total"):
        history.listen(topic, history.hear)


def hear(history, topic, value):
    """Note for a module History that a valve has opened or closed, or that a start was left out."""
    if topic == "$valves/begun":
        history.open[value["valve"]] = [now_s(), 0, value["cause"], value["ms"], 0, ticks_ms()]
        if not history.soon:  # else a row of valves would put it off
            history.soon = True
            _note_after(history, _SOON_MS)
    elif topic == "flow/total":
        _share(history, value)
    elif topic == "$valves/ended":
        began, litres = history.open.pop(value["valve"], (None, 0))[:2]
        append(history, run(value, began, litres))
        if history.noted and not history.open:
            note(history)
    else:
        append(history, skipped(value))


def note(history, why="power"):
    """Note which valves of a module History are open, and again after a while: their records, should the power go.

    why: what those records will have as their end.
    """
    now = ticks_ms()
    for entry in history.open.values():
        entry[4] += max(0, ticks_diff(now, entry[5]))
        entry[5] = now
    noted = {valve: entry[:1] + [round(entry[1], 1)] + entry[2:5] for valve, entry in history.open.items()}
    history.noted = bool(noted)
    try:
        save(_note_path(history), {"open": noted, "why": why}, False)
    except OSError as error:
        history.log.error("%s is not written: %s" % (_note_path(history), error))
    if noted and why == "power":
        _note_after(history, _NOTE_MS)


def _note_after(history, ms):
    if history.noting:
        history.noting.cancel()
    history.noting = history.after(ms, _note_open, history)


def _note_open(history):
    history.soon = False
    if history.open:
        note(history)


def _note_path(history):
    return history.config["folder"] + "/runs-open.json"


def _end_noted(history, noted, why):
    # Write the records of runs whose end nobody has told.
    if not noted:
        return
    last = _last(history)
    for valve, (start, litres, cause, ms, ran) in [(v, entry[:5]) for v, entry in noted.items()]:
        if (start, int(valve)) not in last:  # the power went between the record and the note
            ended = {"valve": valve, "cause": cause, "why": why, "ran": ran, "left": ms - ran}
            append(history, run(ended, start, litres))
    note(history)


def _last(history):
    # (start, valve) of the last records.
    if not history.size:
        return []
    with open(_path(history.config["folder"], history.number), "rb") as f:
        f.seek(max(0, history.size - _LAST * SIZE))
        raw = f.read(_LAST * SIZE)
    return [struct.unpack("<IB", raw[at : at + SIZE][:5]) for at in range(0, len(raw), SIZE)]


def _share(history, total):
    # What has flowed since, among the valves that are open: nobody knows more than that.
    if isinstance(total, (int, float)):
        if isinstance(history.litres, (int, float)):
            share = max(0, total - history.litres) / len(history.open)
            for open_one in history.open.values():
                open_one[1] += share
        history.litres = total


def run(ended, began, litres):
    """The record of a `$valves/ended`; began: seconds since 1970, or None where nobody heard it begin."""
    program, _, by = ended["cause"].partition("/")
    ran = ended["ran"] // 1000
    if began is None:
        began = max(0, now_s() - ran)
    return struct.pack(
        _FORMAT,
        began,
        int(ended["valve"]),
        _code(ended["why"]),
        int(program) if program.isdigit() else 0,
        _schedule(by),
        min(ran, 0xFFFF),
        min(ended["left"] // 1000, 0xFFFF),
        min(int(litres * 10 + 0.5), 0xFFFF),
    )


def skipped(value):
    """The record of a `$player/skipped`."""
    program = value["program"] if isinstance(value["program"], int) else 0
    return struct.pack(
        _FORMAT, now_s(), NOBODY, _code(value["why"]), program, _schedule(value["by"]), 0, 0, 0
    )


def _schedule(by):
    return int(by[9:]) if by.startswith("schedule ") and by[9:].isdigit() else _BY_HAND


def _code(why):
    """The number of the longest of WHYS that a text holds."""
    found = len(WHYS) - 1
    length = 0
    for code, text in enumerate(WHYS):
        if text in why and len(text) > length:
            found, length = code, len(text)
    return found


def read(record):
    """(start, valve, why, program, by, seconds, left, litres) of a record's bytes; None: it was torn."""
    start, valve, code, program, schedule, seconds, left, decilitres = struct.unpack(_FORMAT, record)
    if code >= len(WHYS):
        return None
    by = "hand" if schedule == _BY_HAND else "schedule %d" % schedule
    return start, valve, WHYS[code], program, by, seconds, left, decilitres / 10


def _path(folder, number):
    return "%s/runs-%d.bin" % (folder, number)


def segments(folder):
    """The numbers of the segments that there are, in order."""
    found = []
    for name in os.listdir(folder):
        if name.startswith("runs-") and name.endswith(".bin") and name[5:-4].isdigit():
            found.append(int(name[5:-4]))
    return sorted(found)


def newest(folder):
    """(number, bytes) of the newest segment; what a power cut has left of a record is filled up."""
    have = segments(folder)
    number = have[-1] if have else 0
    try:
        size = os.stat(_path(folder, number))[6]
    except OSError:
        return number, 0
    if size % SIZE:
        with open(_path(folder, number), "ab") as f:
            f.write(b"\xff" * (SIZE - size % SIZE))
        # Its beginning may look like a record: its why must not.
        with open(_path(folder, number), "r+b") as f:
            f.seek(size // SIZE * SIZE)
            f.write(b"\xff" * SIZE)
        size += SIZE - size % SIZE
    return number, size


def append(history, record):
    """Write a record of a module History, and drop the oldest segment when there are enough."""
    folder = history.config["folder"]
    try:
        if history.size >= _PER_SEGMENT * SIZE:
            history.number += 1
            history.size = 0
            for number in segments(folder):
                if number <= history.number - history.config["segments"]:
                    os.remove(_path(folder, number))
        with open(_path(folder, history.number), "ab") as f:
            f.write(record)
        history.size += SIZE
    except OSError as error:
        history.log.error("history: a run is not noted:", error)


def all_since(folder, start):
    """Yield every record from `start` (s since 1970) on as `read` returns it, the oldest first."""
    buffer = bytearray(SIZE)
    for number in segments(folder):
        with open(_path(folder, number), "rb") as f:
            while f.readinto(buffer) == SIZE:
                found = read(buffer)
                if found and found[0] >= start:
                    yield found
