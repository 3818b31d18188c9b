"""The rain delay: its length, its end, and its memory over power cuts."""

import time

from modcore.json_files import load, save

from .clock import is_set

RARE = True  # called at the start and for a command


def begin(rain):
    """Declare the properties of a module Rain, set up its pin and read its file."""
    kept = load(rain.config["file"], rain.log)
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
    if isinstance(kept.get("until"), int):
        rain.until = kept["until"]
        rain.properties["delay"].value = True
    elif isinstance(kept.get("left"), int) and kept["left"] > 0:
        begin_delay(rain, kept["left"])
    rain.tell()


def begin_delay(rain, seconds):
    """Let the delay last for so long from now on; 0 ends it."""
    if rain.delay:
        rain.delay.cancel()
    rain.delay = rain.after(seconds * 1000, begin_delay, rain, 0) if seconds else None
    rain.until = int(time.time()) + seconds if seconds and is_set() else None
    rain.properties["delay"].value = bool(seconds)
    rain.tell()
    kept = {
        "hours": rain.properties["hours"].value,
        "until": rain.until,
        "left": seconds if rain.until is None else None,
    }
    try:
        save(rain.config["file"], kept)
    except OSError as error:
        rain.log.error("rain delay not noted:", error)


def resume(rain):
    """The clock may have been set: go on with a delay that a power cut has interrupted."""
    if is_set():
        left = rain.until - int(time.time())
        # Longer than any delay: the clock was wrong when it began, or is now.
        begin_delay(rain, left if 0 < left <= 240 * 3600 else 0)
