"""Reasons for which the board woke up, and what may wake it."""

RARE = True  # needed when the module starts, and before sleep

_NAMES = (
    ("TIMER_WAKE", "timer"),
    ("EXT0_WAKE", "pin"),
    ("EXT1_WAKE", "pin"),
    ("PIN_WAKE", "pin"),
    ("TOUCHPAD_WAKE", "touch"),
    ("ULP_WAKE", "ulp"),
)


def wake_reason():
    """timer, pin, touch, ulp or other; "none" when the board did not sleep."""
    try:
        import machine
    except ImportError:
        return "none"
    if machine.reset_cause() != getattr(machine, "DEEPSLEEP_RESET", None):
        return "none"
    if not hasattr(machine, "wake_reason"):
        return "timer"  # an ESP8266 has nothing else
    code = machine.wake_reason()
    for constant, name in _NAMES:
        if getattr(machine, constant, None) == code:
            return name
    return "other"


def check(pins):
    """Raise ValueError when one of `pins` can't be had."""
    if pins:
        from machine import Pin
    for pin in pins:
        try:
            Pin(pin)
        except (ValueError, TypeError) as error:
            raise ValueError("deepsleep: pins: pin %s: %s" % (pin, error))


def wake_on(pins, level):
    """Let any of `pins` (numbers) wake the board with `level`. ValueError: the pin can't."""
    import machine

    inputs = [machine.Pin(number, machine.Pin.IN) for number in pins]
    try:
        import esp32
    except ImportError:
        esp32 = None
    if len(inputs) == 1 and hasattr(esp32, "wake_on_ext0"):
        esp32.wake_on_ext0(inputs[0], level)
    elif hasattr(esp32, "wake_on_ext1"):
        esp32.wake_on_ext1(inputs, level)
    else:
        for pin in inputs:
            trigger = machine.Pin.IRQ_HIGH_LEVEL if level else machine.Pin.IRQ_LOW_LEVEL
            pin.irq(trigger=trigger, wake=machine.DEEPSLEEP)
