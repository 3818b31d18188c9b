"""The rain delay: its length, its end, and its memory over power cuts."""

import time

from . import is_set
from .files import note, read

RARE = True  # called at the start and for a command


def begin(rain):
    """Declare the properties of a module Rain, set up its pin and read its file."""
    kept = read(rain)
    hours = kept.get("hours")
    if not isinstance(hours, int) or not 1 <= hours <= 240:
        hours = 24
    if rain.config["pin"] is not None:
        from machine import Pin

        rain.pin = Pin(rain.config["pin"], Pin.IN, Pin.PULL_UP)
        rain.property("wet", kind="binary_sensor", name="Rain", device_class="moisture", value=False)
    else:
        rain.pin = None
    rain.property("delay", kind="switch", name="Rain delay", value=False, set=rain.set_delay)
    rain.property(
        "hours",
        kind="number",
        name="Rain delay lasts",
        value=hours,
        unit="h",
        min=1,
        max=240,
        step=1,
        set=rain.set_hours,
    )
    rain.wet = False
    rain.count = 0
    rain.delay = rain.until = None
    rain.drying = None  # a timer, after rain
    rain.reason = None
    if isinstance(kept.get("until"), int):
        rain.until = kept["until"]
        rain.properties["delay"].value = True
    elif isinstance(kept.get("left"), int) and kept["left"] > 0:
        begin_delay(rain, kept["left"])
    _tell(rain)


def look(rain, wet):
    """Take a reading of the sensor, which has to last for two, and look at the clock."""
    rain.count = rain.count + 1 if wet != rain.wet else 0
    if rain.count > 1:
        rain.count = 0
        rain.wet = rain.properties["wet"].value = wet
        if rain.drying:
            rain.drying.cancel()
        wait_ms = int(rain.config["dry_h"] * 3600000)
        rain.drying = rain.after(wait_ms, rain.dry) if wait_ms and not wet else None
        _tell(rain)
        if wet and rain.config["stop"]:
            rain.fire({"$player/drop": "schedule"})
    if rain.until is not None and not rain.delay and is_set():
        # The clock has been set: go on with a delay that a power cut has interrupted.
        left = rain.until - int(time.time())
        # Longer than any delay: the clock was wrong when it began, or is now.
        begin_delay(rain, left if 0 < left <= 240 * 3600 else 0)


def dry(rain):
    """It has been dry for long enough after rain."""
    rain.drying = None
    _tell(rain)


def _tell(rain):
    # Tell the schedules.
    if rain.wet:
        reason = "rain"
    elif rain.drying:
        reason = "it has rained"
    else:
        reason = "rain delay" if rain.delay or rain.until is not None else None
    if reason != rain.reason:
        rain.reason = reason
        rain.publish("$rain", reason, True)


def begin_delay(rain, seconds):
    """Let the delay last for so long from now on; 0 ends it."""
    if rain.delay:
        rain.delay.cancel()
    rain.delay = rain.after(seconds * 1000, rain.set_delay, None, False) if seconds else None
    rain.until = int(time.time()) + seconds if seconds and is_set() else None
    rain.properties["delay"].value = bool(seconds)
    _tell(rain)
    kept = {
        "hours": rain.properties["hours"].value,
        "until": rain.until,
        "left": seconds if rain.until is None else None,
    }
    note(rain, kept)
