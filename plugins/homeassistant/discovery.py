"""What Home Assistant wants to know of a property. Loaded as long as there are some to announce."""

import modcore

_LARGE = 1000000
_TEXT = 255
_LEAST_STEP = 0.001

# Kinds that can't be set, and what they are then.
_READ_ONLY = {
    "switch": "binary_sensor",
    "valve": "binary_sensor",
    "light": "binary_sensor",
    "number": "sensor",
    "select": "sensor",
    "text": "sensor",
    "button": None,
}


def announce(module, bridge, topic):
    """Queue the discovery message of the property `topic`, and take back one under another component."""
    meta = module.kernel.bus.get("$describe/" + topic)
    if meta is None:
        return
    component = component_of(meta)
    before = module.known.get(topic)
    if before and before != component:
        bridge.send(config_topic(module, bridge, before, topic), b"", True)
    module.known[topic] = component
    if component:
        bridge.send(config_topic(module, bridge, component, topic), config(module, bridge, topic, meta), True)


def component_of(meta):
    """The component for a property with this metadata; None when there is none."""
    kind = meta["kind"]
    if meta["set"]:
        return kind
    if kind == "light" and "max" in meta:
        return "sensor"
    return _READ_ONLY.get(kind, kind)


def config_topic(module, bridge, component, topic):
    """`homeassistant/valve/modcore_garden/valves_0/config`."""
    node = identifier(bridge.base[:-1])
    return "%s/%s/%s/%s/config" % (module.config["prefix"], component, node, identifier(topic))


def identifier(text):
    """`text` with the characters that may stand in an id: letters, digits, _ and -."""
    out = ""
    for c in text:
        if c == "/":
            c = "_"
        elif not (c in "-_" or "0" <= c <= "9" or "a" <= c.lower() <= "z"):
            c = "_%x" % ord(c)  # two names must not become one
        out += c
    return out


def config(module, bridge, topic, meta):
    """The discovery message, a dict."""
    base = bridge.base
    node = identifier(base[:-1])
    out = {
        "name": meta.get("name") or topic.replace("/", " "),
        "unique_id": "%s_%s" % (node, identifier(topic)),
        "availability_topic": base + "status",
        "device": {
            "identifiers": [node],
            "name": module.kernel.name,
            "manufacturer": "modcore",
            "sw_version": modcore.__version__,
        },
        "origin": {"name": "modcore", "sw_version": modcore.__version__},
    }
    address = module.kernel.bus.get("wlan/ip")
    if address and ("http_async" in module.kernel.modules or "http_windup" in module.kernel.modules):
        out["device"]["configuration_url"] = "http://%s/" % address
    kind = meta["kind"]
    if kind != "button":
        out["state_topic"] = base + topic
    if meta["set"]:
        out["command_topic"] = "%s%s/set" % (base, topic)
    for key in ("device_class", "state_class", "entity_category"):
        if key in meta:
            out[key] = meta[key]
    if ":" in str(meta.get("icon")):
        out["icon"] = meta["icon"]
    _PAYLOADS[kind](out, meta)
    if not meta["set"]:
        _read_only(out, kind, component_of(meta))
    elif kind == "number" and "step" not in meta:
        # Left to itself it takes whole numbers only.
        for number in (out["min"], out["max"], module.kernel.bus.get(topic)):
            if isinstance(number, float):
                out["step"] = 0.1
    return out


def _read_only(out, kind, component):
    # A value that is not known any more is an empty message, which it would pass over.
    out["value_template"] = "{{ value or 'None' }}"
    # It refuses an entity altogether whose class or category the component does not have.
    if component != kind and component == "binary_sensor":
        out.pop("device_class", None)
    if out.get("entity_category") == "config":
        out["entity_category"] = "diagnostic"


def _on_off(out, meta):
    out["payload_on"] = "true"
    out["payload_off"] = "false"


def _valve(out, meta):
    if not meta["set"]:
        return _on_off(out, meta)
    out["payload_open"] = out["state_open"] = "true"
    out["payload_close"] = out["state_closed"] = "false"


def _light(out, meta):
    if "max" not in meta:
        return _on_off(out, meta)
    if not meta["set"]:
        return _sensor(out, meta)
    # A number: 0 is off, any other the brightness.
    out["brightness_state_topic"] = out["state_topic"]
    out["brightness_command_topic"] = out["command_topic"]
    out["brightness_scale"] = max(1, int(meta["max"]))
    out["on_command_type"] = "brightness"
    out["state_value_template"] = "{{ 'on' if value | float(0) > 0 else '0' }}"
    out["payload_on"] = "on"
    out["payload_off"] = "0"


def _button(out, meta):
    out["payload_press"] = "true"


def _sensor(out, meta):
    if "unit" in meta:
        out["unit_of_measurement"] = meta["unit"]


def _number(out, meta):
    _sensor(out, meta)
    if meta["set"]:
        out["min"] = meta.get("min", -_LARGE)
        out["max"] = meta.get("max", _LARGE)
        if "step" in meta:
            out["step"] = max(meta["step"], _LEAST_STEP)
        out["mode"] = "box" if "max" not in meta else "auto"


def _select(out, meta):
    if meta["set"]:
        out["options"] = list(meta["options"])
        out["command_template"] = "{{ value | tojson }}"


def _text(out, meta):
    if meta["set"]:
        out["min"] = meta.get("min", 0)
        out["max"] = min(meta.get("max", _TEXT), _TEXT)
        # As JSON: a text may be "true" or "5".
        out["command_template"] = "{{ value | tojson }}"


_PAYLOADS = {
    "switch": _on_off,
    "binary_sensor": _on_off,
    "valve": _valve,
    "light": _light,
    "button": _button,
    "sensor": _sensor,
    "number": _number,
    "select": _select,
    "text": _text,
}
