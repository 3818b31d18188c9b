"""The record of crashes: a small file that is written only when there is something to remember.

`ages`: seconds from each crash to the writing of the file. `clock`: the time of that, if it was known.
`planned`: why the next reset is none. `active`: safe mode is on. `later`: 1 while further plugins are tried in safe
mode, 2 when the device has crashed with them.
"""

import time

PATH = "safemode.json"
WINDOW_S = 600
CRASHES = 5
_YEAR_2024_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400


def read():
    """The record, {} when there is none or it is broken."""
    from modcore.json_files import load

    record = load(PATH)
    if not isinstance(record.get("ages", []), list):
        return {}
    return record


def save(record):
    """Write the record, whole or not at all. OSError: it can't be written."""
    from modcore.json_files import save as write

    write(PATH, record)


def now():
    """The time in s, or 0 when the clock is not set."""
    seconds = int(time.time())
    return seconds if seconds >= _YEAR_2024_S else 0


def age(record, seconds):
    """Let `seconds` pass: older crashes leave the record. Returns whether there are any left."""
    record["ages"] = [old + seconds for old in record.get("ages", ()) if old + seconds < WINDOW_S]
    record["clock"] = now()
    return bool(record["ages"])


def since(record):
    """The seconds since the record was written; 0 when nobody knows."""
    written = record.get("clock", 0)
    return max(0, now() - written) if written and now() else 0
