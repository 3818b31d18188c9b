"""monitor, get, set: the properties of a running device."""

import difflib
import time

from . import link
from .show import Fail, emit, json_text, safe
from .values import is_filter, is_topic, parse, shown

_LONGEST_S = 366 * 86400  # of a silence
_NEAR = 8  # names to choose from


def get(topic, device, token, as_json):
    """Print the value of one property, or all of them."""
    there = link.live(device, token)
    if topic:
        value = _asked(there, topic, there.get, _checked(topic))
        emit(value, as_json, text=shown(value))
        return
    found = there.properties()
    rows = []
    for name in sorted(found):
        entry = found[name]
        value = shown(entry.get("value"))
        rows.append(
            (
                name,
                value + (" " + entry["unit"] if entry.get("unit") else ""),
                entry.get("kind"),
                entry.get("name"),
            )
        )
    emit(
        {name: found[name].get("value") for name in sorted(found)},
        as_json,
        (("topic", "value", "kind", "name"), rows),
    )


def _asked(there, topic, function, *args):
    """Call `function`; where there is no such property, say what the device has."""
    try:
        return function(*args)
    except Fail as error:
        if not str(error).startswith("no property"):
            raise
        every = sorted(there.properties())
        near = difflib.get_close_matches(topic, every, _NEAR) or every[:_NEAR]
        raise Fail("no property {}; have {}".format(topic, ", ".join(near) or "none")) from None


def _checked(topic):
    if not all(topic.partition("/")) or not is_topic(topic):
        raise Fail(
            "{!r} is not a property; takes module/property, `modcore get` lists what there is".format(topic)
        )
    return topic


def set_value(topic, text, device, token, as_json):
    """Give a property a value and print the one that it then has."""
    there = link.live(device, token)
    value = _asked(there, topic, there.set, _checked(topic), parse(text))
    emit(value, as_json, text=shown(value))


def monitor(filters, device, token, count, seconds, as_json):
    """Print what is published, until Ctrl-C, or `count` events, or `seconds` without any."""
    for filter in filters:
        if filter.startswith("$"):
            raise Fail("{}: what begins with $ stays on the device".format(filter))
        if not is_filter(filter):
            text = "{!r} is not a filter: + and # stand for a whole level, # for the last: 'valves/+', 'valves/#'"
            raise Fail(text.format(filter))
    if count is not None and count < 1:
        raise Fail("--count takes a number from 1 on, not {}".format(count))
    if seconds is not None and not 0 < seconds < _LONGEST_S:
        raise Fail("--seconds takes a number above 0, not {:g}".format(seconds))
    seen = 0
    for topic, value in link.live(device, token).events(filters or ["#"], seconds):
        if as_json:
            print(json_text({"topic": topic, "value": value}), flush=True)
        else:
            line = "{}  {}  {}".format(time.strftime("%H:%M:%S"), topic, shown(value))
            print(safe(line, one_line=True), flush=True)
        seen += 1
        if seen == count:
            return
