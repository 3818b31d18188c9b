"""Components of more than one value: lights with colour, covers, fans, climate; and those with words of their own.

The state is one JSON object (modcore/appliances.py), of which each template takes its part; a command is the object
with the part that is to change.
"""

from json import dumps

from modcore.appliances import FIELDS, fields_of

RARE = True  # as discovery.py


def describe(out, kind, meta):
    """Add to the configuration `out` what belongs to a property of `kind`, one of these."""
    _KINDS[kind](out, meta)


# Of a cover that tells where it is, and nothing else.
_KNOWN_POSITION = (
    "{{ 'None' if value_json is not mapping or value_json.position is not defined "
    "else 'closed' if value_json.position == 0 else 'open' }}"
)


def _field(name, otherwise="None"):
    # A part that is not there is a state that is not known; positions are left as they were by an empty text.
    text = "{{ value_json.%s if value_json is mapping and value_json.%s is defined else '%s' }}"
    return text % (name, name, otherwise)


def _command(name, text=False):
    return '{"%s": {{ value%s }}}' % (name, " | tojson" if text else "")


def _part(out, prefix, name, template="val_tpl", text=False):
    # A state and a command topic for one field.
    out[prefix + "stat_t"] = out["stat_t"]
    out[prefix + template] = _field(name)
    out[prefix + "cmd_t"] = out["cmd_t"]
    out[prefix + "cmd_tpl"] = _command(name, text)


def _light(out, meta):
    fields = fields_of("light", meta)
    out["schema"] = "template"
    # A part that is not there, or an empty message, is a state that is not known.
    known = "{{ %s if value_json is mapping and value_json.%s is defined else 'None' }}"
    on = '{"on": true'
    if "brightness" in fields:
        out["bri_tpl"] = (
            "{{ (value_json.brightness | float(0) * 2.55) | round | int if value_json is mapping else 0 }}"
        )
        on += (
            '{% if brightness is defined %}, "brightness": {{ (brightness / 2.55) | round | int }}{% endif %}'
        )
    if "color" in fields:
        for i, name in enumerate("rgb"):
            out[name + "_tpl"] = known % ("value_json.color[%d]" % i, "color")
        on += '{% if red is defined %}, "color": [{{ red }}, {{ green }}, {{ blue }}]{% endif %}'
    if "temperature" in fields:
        mireds = "(1000000 / value_json.temperature | float(4000)) | round | int"
        out["clr_temp_tpl"] = known % (mireds, "temperature")
        on += '{% if color_temp is defined %}, "temperature": {{ (1000000 / color_temp) | round | int }}{% endif %}'
    if "effect" in fields:
        out["fx_list"] = list(meta["effects"])
        out["fx_tpl"] = known % ("value_json.effect", "effect")
        on += '{% if effect is defined %}, "effect": {{ effect | tojson }}{% endif %}'
    out["cmd_on_tpl"] = on + "}"
    out["cmd_off_tpl"] = '{"on": false}'
    out["stat_tpl"] = known % ("('on' if value_json.on else 'off')", "on")


def _cover(out, meta):
    fields = fields_of("cover", meta)
    if "action" in fields:
        out["pl_open"], out["pl_cls"], out["pl_stop"] = "open", "close", "stop"
    if "state" in fields:
        out["val_tpl"] = _field("state")
    elif "position" in fields:
        out["val_tpl"] = _KNOWN_POSITION
    topic, command = "~/" + out["cmd_t"][2:-4], out["cmd_t"]
    if "position" in fields:
        out["pos_t"] = topic
        out["pos_tpl"] = _field("position", "")
        out["set_pos_t"] = command
        out["set_pos_tpl"] = '{"position": {{ position }}}'
    if "tilt" in fields:
        out["tilt_status_t"] = topic
        out["tilt_status_tpl"] = _field("tilt", "")
        out["tilt_cmd_t"] = command
        out["tilt_cmd_tpl"] = '{"tilt": {{ tilt_position }}}'


def _fan(out, meta):
    fields = fields_of("fan", meta)
    out["pl_on"], out["pl_off"] = "true", "false"
    out["stat_val_tpl"] = (
        "{{ value_json.on | tojson if value_json is mapping and value_json.on is defined else 'None' }}"
    )
    if "speed" in fields:
        _part(out, "pct_", "speed")
    if "preset" in fields:
        out["pr_modes"] = list(meta["presets"])
        _part(out, "pr_mode_", "preset", text=True)
    if "oscillating" in fields:
        _part(out, "osc_", "oscillating")
        out["pl_osc_on"], out["pl_osc_off"] = "true", "false"
        out["osc_val_tpl"] = (
            "{{ value_json.oscillating | tojson"
            " if value_json is mapping and value_json.oscillating is defined else 'None' }}"
        )
    if "direction" in fields:
        _part(out, "dir_", "direction", text=True)


def _climate(out, meta):
    fields = fields_of("climate", meta)
    for field, prefix, text in (
        ("mode", "mode_", True),
        ("target", "temp_", False),
        ("fan", "fan_mode_", True),
        ("preset", "pr_mode_", True),
    ):
        if field in fields:
            _part(out, prefix, field, "val_tpl" if field == "preset" else "stat_tpl", text)
    for field, topic, template in (
        ("action", "act_t", "act_tpl"),
        ("temperature", "curr_temp_t", "curr_temp_tpl"),
        ("humidity", "curr_hum_t", "curr_hum_tpl"),
    ):
        if field in fields:
            out[topic] = out["stat_t"]
            out[template] = _field(field)
    out.pop("stat_t")
    out.pop("cmd_t")
    if "mode" in fields:
        # It knows no others, and would keep the last one that it knows; by itself it takes not all of them.
        every = FIELDS["climate"]["mode"]
        out["modes"] = [mode for mode in meta.get("modes") or every if mode in every]
        known = "{{ value_json.mode if value_json is mapping and value_json.mode in %s else 'None' }}"
        out["mode_stat_tpl"] = known % dumps(out["modes"])
    if "fan" in fields:
        out["fan_modes"] = list(meta["fans"])
    if "preset" in fields:
        out["pr_modes"] = [preset for preset in meta["presets"] if preset != "none"]  # which it has anyway
    for key, name in (("min", "min_temp"), ("max", "max_temp"), ("step", "temp_step")):
        if key in meta:
            out[name] = meta[key]
    out["temp_unit"] = "F" if meta.get("unit") == "\u00b0F" else "C"


def _lock(out, meta):
    out["pl_lock"], out["pl_unlk"] = "lock", "unlock"
    out["stat_locked"], out["stat_unlocked"] = "locked", "unlocked"
    out["stat_locking"], out["stat_unlocking"] = "locking", "unlocking"
    out["stat_jammed"] = "jammed"
    out["val_tpl"] = "{{ value or 'None' }}"


def _alarm(out, meta):
    out["pl_disarm"], out["pl_arm_home"] = "disarm", "arm_home"
    out["pl_arm_away"], out["pl_arm_nite"] = "arm_away", "arm_night"
    out["cod_arm_req"] = out["cod_dis_req"] = False
    out["val_tpl"] = "{{ value or 'None' }}"


def _event(out, meta):
    out["evt_typ"] = list(meta["options"])
    out["val_tpl"] = "{{ {'event_type': value} | tojson }}"


_KINDS = {
    "light": _light,
    "cover": _cover,
    "fan": _fan,
    "climate": _climate,
    "lock": _lock,
    "alarm_control_panel": _alarm,
    "event": _event,
}
