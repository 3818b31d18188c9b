"""Why a broker does not let the device in."""

RARE = True  # only when it does not

# By the return code of CONNACK: MQTT 3.1.1 section 3.2.2.3.
_REASONS = (
    "protocol version not accepted",
    "client id rejected",
    "server unavailable",
    "bad user name or password",
    "not authorized",
)


def refuse(bridge, code):
    """Tell the bus, and raise OSError, with the reason that the code of CONNACK stands for."""
    reason = _REASONS[code - 1] if code <= len(_REASONS) else "reason %d" % code
    bridge.kernel.bus.publish("%s/refused" % bridge.id, {"code": code, "reason": reason}, False, bridge)
    raise OSError("refused: " + reason)
