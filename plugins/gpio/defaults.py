"""The keys of a pin in the configuration, by its mode, and what holds when they are not there."""

RARE = True  # needed when the module starts

_OUT = {
    "kind": "switch",  # or light, valve
    "value": False,  # at the start
    "invert": False,  # on means low
    "open_drain": False,
    "safe": False,  # when the module stops; null leaves the pin as it is
    "max_on_ms": 0,  # switches itself off after so long
}

_IN = {
    "pull": "",  # up or down
    "invert": False,  # pressed means low
    "debounce_ms": 20,  # a level counts when it has lasted so long
    "long_ms": 800,
    "double_ms": 300,  # from one release to the next press
    "on_press": None,
    "on_release": None,
    "on_click": None,  # short, and no second one came
    "on_double": None,
    "on_long": None,
    "on_change": None,  # with the new value
}

_PWM = {
    "kind": "number",  # or light
    "hz": 1000,
    "value": 0,  # per cent at the start
    "invert": False,
    "safe": 0,  # when the module stops; null leaves the pin as it is
}

_ADC = {
    "interval_ms": 10000,
    "samples": 16,  # of which the lowest and the highest quarter do not count
    "atten": 11,  # dB, where the converter has it: 0, 2.5, 6 or 11
    "vref": 3.3,  # volts at full scale, where the converter does not tell microvolts
    "factor": 1,  # value = volts * factor + offset
    "offset": 0,
    "digits": 2,
    "change": 0,  # smaller ones are not published
    "min": None,
    "max": None,
    "hysteresis": 0,
    "on_low": None,
    "on_high": None,
    "on_normal": None,
    "on_value": None,
}

_COUNTER = {
    "pull": "",
    "edge": "rising",  # falling, both
    "dead_ms": 0,  # edges so soon after a pulse are its bounces
    "period_ms": 1000,  # how often the rate is worked out
    "factor": 1,  # units a pulse
    "rate_s": 1,  # the rate is in units per so many seconds: 60 for a minute
    "digits": 3,
    "min": None,  # bounds of the rate
    "max": None,
    "hysteresis": 0,
    "max_total": None,
    "on_low": None,
    "on_high": None,
    "on_normal": None,
    "on_total": None,  # the total has reached max_total; again when it was set back
}

DEFAULTS = {"out": _OUT, "in": _IN, "pwm": _PWM, "adc": _ADC, "counter": _COUNTER}
