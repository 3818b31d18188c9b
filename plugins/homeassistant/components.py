"""From a property's description to the component and the configuration that Home Assistant wants of it.

What Home Assistant would refuse, an entity with all that belongs to it, is translated, or left out with a word in
the device's log: classes and units that it does not know, numbers without a range, texts beyond 255 characters.
"""

import json

RARE = True  # as discovery.py

_LARGE = 9007199254740991  # the bounds of a property that names none
_LONGEST_TEXT = 255
_LEAST_STEP = 0.001

# A value that is not known any more is an empty message, which would be passed over.
_OR_NONE = "{{ value or 'None' }}"
# An empty text, and one in quotation marks, come as JSON.
_TEXT = "{{ (value | from_json if value[1:] and value[0] == value[-1] == '\"' else value)[:255]%s }}"
_TEXT_OR_NONE = _TEXT % " or 'None'"
_TEXT %= ""
# What is measured, and is none of the numbers, would keep the last one; a moment needs a time zone.
_NUMBER = "{{ value if is_number(value) else 'None' }}"
_MOMENT = "{{ (value | as_datetime | as_local).isoformat() if value else 'None' }}"
_AS_JSON = "{{ value | tojson }}"

# Kinds that can't be set, and what they are then.
_READ_ONLY = {
    "switch": "binary_sensor",
    "valve": "binary_sensor",
    "light": "binary_sensor",
    "number": "sensor",
    "select": "sensor",
    "text": "sensor",
    "button": None,
    "cover": "sensor",
    "fan": "sensor",
    "climate": "sensor",
    "lock": "sensor",
    "alarm_control_panel": "sensor",
}


# Modules that are about the device itself: their sensors are diagnostic, what else they have is there to configure it.
_OF_DEVICE = (
    "control deepsleep log mqtt ntp plugins safemode sdcard softap sysinfo tz watchdog webrepl wlan".split()
)
# Off until somebody wants them, as in Home Assistant's own integrations of WLED, Shelly and Tasmota.
_OFF = (
    "sysinfo/uptime",
    "sysinfo/heap_free",
    "sysinfo/heap_largest",
    "sysinfo/storage_free",
    "sysinfo/reset_cause",
)
_RESTARTS = ("control/restart", "control/reset", "safemode/enter")


def component_of(meta):
    """The component for a property with this description; None when there is none."""
    kind = meta["kind"]
    if kind in ("date", "time", "datetime"):
        return "text" if meta["set"] else "sensor"
    if kind == "event":
        return kind
    if meta["set"]:
        if kind == "number" and "min" in meta and meta["min"] >= meta.get("max", _LARGE):
            return "sensor"  # there is nothing to set
        return kind
    if kind == "light" and ("max" in meta or "fields" in meta):
        return "sensor"
    return _READ_ONLY.get(kind, kind)


def describe(topic, meta, value, log):
    """The component and its configuration (a dict) for the property `topic`; (None, None) when there is none."""
    component = component_of(meta)
    if component is None:
        return None, None
    out = {"name": meta.get("name") or topic.replace("/", " "), "avty_t": "~/status"}
    if component != "button":
        out["stat_t"] = "~/" + topic
    if component not in ("sensor", "binary_sensor", "event"):
        out["cmd_t"] = "~/%s/set" % topic
    _classes(out, topic, meta, component, log)
    if component in _COMPONENTS and not (component == "light" and "fields" in meta):
        _COMPONENTS[component](out, meta, value)
    else:
        from .appliances import describe as describe_appliance

        describe_appliance(out, component, meta)
    return component, out


def _category(topic):
    # They are about the device, not about what it is for.
    return "config" if topic.split("/")[0] in _OF_DEVICE else None


def _classes(out, topic, meta, component, log):
    if ":" in str(meta.get("icon")):
        out["ic"] = meta["icon"]
    category = meta.get("entity_category") or _category(topic)
    if category in ("config", "diagnostic"):
        # It refuses a sensor that is there to configure something.
        out["ent_cat"] = "diagnostic" if component in ("sensor", "binary_sensor") else category
    unit = meta.get("unit")
    if unit:
        unit = unit.replace("\u03bc", "\u00b5")  # two letters that look alike: mu, and the micro sign
    name = meta.get("device_class") or ("restart" if topic in _RESTARTS else None)
    if meta["kind"] != component and component == "binary_sensor":
        name = None  # that of a valve is not one of a sensor
    if name:
        from .classes import fits

        trouble = fits(component, name, unit)
        if trouble:
            log.warning("%s: device_class %r: %s" % (topic, name, trouble))
        else:
            out["dev_cla"] = name
    if name == "signal_strength":  # as Home Assistant's own integrations have it
        out["ent_cat"] = "diagnostic"
        out["en"] = False
    if topic in _OFF:
        out["en"] = False
    if "enabled" in meta:
        out["en"] = meta["enabled"]
    if component in ("sensor", "number") and "unit" in meta:
        out["unit_of_meas"] = unit
    if component == "sensor" and meta.get("state_class") in ("measurement", "total", "total_increasing"):
        out["stat_cla"] = meta["state_class"]


def _switch(out, meta, value):
    out["pl_on"] = "true"
    out["pl_off"] = "false"
    out["val_tpl"] = _OR_NONE


def _valve(out, meta, value):
    out["pl_open"] = out["stat_open"] = "true"
    out["pl_cls"] = out["stat_clsd"] = "false"
    # A valve has no word for a state that is not known: it is unavailable until the next one.
    _away_when_empty(out)


def _away_when_empty(out):
    out.pop("avty_t")
    out["avty_mode"] = "latest"
    out["avty"] = [
        {"t": "~/status"},
        {"t": out["stat_t"], "val_tpl": "{{ 'online' if value else 'offline' }}"},
    ]


def _light(out, meta, value):
    if "max" not in meta:
        out["pl_on"] = "true"
        out["pl_off"] = "false"
        out["stat_val_tpl"] = _OR_NONE
        return
    # A number: 0 is off, any other the brightness, which is whole in Home Assistant.
    high = meta["max"]
    out["bri_stat_t"] = out["stat_t"]
    out["bri_cmd_t"] = out["cmd_t"]
    out["on_cmd_type"] = "brightness"
    out["stat_val_tpl"] = "{{ 'None' if value == '' else 'on' if value | float(0) > 0 else '0' }}"
    out["pl_on"] = "on"
    out["pl_off"] = "0"
    whole = 1 if high >= 2 and high == int(high) else None
    step = meta.get("step", whole)
    if step and not meta.get("min") and high >= 2 * step and high / step == int(high / step):
        out["bri_scl"] = int(high / step)
        if step != 1:
            out["bri_val_tpl"] = "{{ (value | float(0) / %s) | round | int }}" % step
            out["bri_cmd_tpl"] = "{{ (value * %s) | round(6) }}" % step
        return
    if whole and "step" not in meta:
        out["bri_scl"] = int(high)
        return
    digits = 0 if meta.get("step", 0) >= 1 else 3
    out["bri_scl"] = 255
    out["bri_val_tpl"] = "{{ (value | float(0) * 255 / %s) | round | int }}" % high
    rounded = "(value * %s / 255) | round(%d%s)" % (high, digits, "" if digits else ", 'ceil'")
    out["bri_cmd_tpl"] = "{{ [%s, %s] | min }}" % (rounded, high)


def _button(out, meta, value):
    out["pl_prs"] = "true"


def _sensor(out, meta, value):
    options = meta.get("options")
    if options and "unit" not in meta and out.get("dev_cla", "enum") == "enum":
        out["dev_cla"] = "enum"
        out["ops"] = [str(option) for option in options]
        out.pop("stat_cla", None)  # what is one of a few words is not measured
    elif out.get("dev_cla") == "enum":
        out.pop("dev_cla")  # of no words
    name = out.get("dev_cla")
    if name == "enum":
        # It would keep the last one of them.
        out["val_tpl"] = "{{ value if value in %s else 'None' }}" % json.dumps(out["ops"])
    elif name == "timestamp":
        out["val_tpl"] = _MOMENT
    elif (
        name not in (None, "date")
        or "unit" in meta
        or "stat_cla" in out
        or meta["kind"] in ("number", "light")
    ):
        out["val_tpl"] = _NUMBER
    else:
        out["val_tpl"] = _TEXT_OR_NONE


def _binary_sensor(out, meta, value):
    _switch(out, meta, value)


def _number(out, meta, value):
    low, high = meta.get("min", -_LARGE), meta.get("max", _LARGE)
    out["min"], out["max"] = low, high
    out["mode"] = "auto" if "min" in meta and "max" in meta else "box"
    out["val_tpl"] = _OR_NONE
    if "step" in meta:
        out["step"] = max(meta["step"], _LEAST_STEP)
    elif any([isinstance(number, float) and number != int(number) for number in (low, high, value or 0)]) or (
        isinstance(value, float)
    ):
        out["step"] = 0.1  # left to itself it takes whole numbers only


def _select(out, meta, value):
    out["ops"] = [str(option) for option in meta["options"]]
    out["val_tpl"] = _TEXT_OR_NONE
    out["cmd_tpl"] = _AS_JSON


def _text(out, meta, value):
    out["min"] = min(meta.get("min", 0), _LONGEST_TEXT)
    out["max"] = max(1, min(meta.get("max", _LONGEST_TEXT), _LONGEST_TEXT))
    # As JSON: a text may be "true" or "5".
    out["val_tpl"] = _TEXT
    out["cmd_tpl"] = _AS_JSON
    if out["min"]:
        _away_when_empty(out)  # it takes no shorter one, and has no word for one that is not known


_COMPONENTS = {
    "switch": _switch,
    "binary_sensor": _binary_sensor,
    "valve": _valve,
    "light": _light,
    "button": _button,
    "sensor": _sensor,
    "number": _number,
    "select": _select,
    "text": _text,
}


def identifier(text):
    """`text` as an id of letters, digits, `_` and `-`, so that no two texts have the same.

    A slash becomes `_`; what would look like it, and `-`, gets a `-` before it; anything else is its number.

        identifier("valves/0")          # valves_0
        identifier("pump/rain_delay")   # pump_rain-_delay
    """
    out = ""
    for c in text:
        if c == "/":
            c = "_"
        elif c in "-_":
            c = "-" + c
        elif not ("0" <= c <= "9" or "a" <= c <= "z" or "A" <= c <= "Z"):
            c = "-%x-" % ord(c)
        out += c
    return out
