"""The numbers that `network` has on three families of boards, in the words that the radio here thinks in."""

# The states of a station; it has no address yet when it has only joined.
STATUS = {
    "esp32": {
        "idle": 1000,
        "connecting": 1001,
        "joined": 1001,
        "got_ip": 1010,
        "lost": 200,
        "no_ap": 201,
        "wrong_password": 202,
        "fail": 203,
    },
    "esp8266": {
        "idle": 0,
        "connecting": 1,
        "joined": 1,
        "wrong_password": 2,
        "no_ap": 3,
        "lost": 1,
        "fail": 4,
        "got_ip": 5,
    },
    "rp2": {
        "idle": 0,
        "connecting": 1,
        "joined": 2,
        "got_ip": 3,
        "lost": 0,
        "fail": -1,
        "no_ap": -2,
        "wrong_password": -3,
    },
}

_ESP = {
    "STAT_IDLE": "idle",
    "STAT_CONNECTING": "connecting",
    "STAT_GOT_IP": "got_ip",
    "STAT_NO_AP_FOUND": "no_ap",
    "STAT_WRONG_PASSWORD": "wrong_password",
}
_NAMES = {
    "esp32": {"STAT_ASSOC_FAIL": "fail", "STAT_BEACON_TIMEOUT": "lost"},
    "esp8266": {"STAT_CONNECT_FAIL": "fail"},
    "rp2": {"STAT_CONNECT_FAIL": "fail"},
}
_MORE = {
    "esp32": {
        "STAT_HANDSHAKE_TIMEOUT": 204,
        "AUTH_OPEN": 0,
        "AUTH_WEP": 1,
        "AUTH_WPA_PSK": 2,
        "AUTH_WPA2_PSK": 3,
        "AUTH_WPA_WPA2_PSK": 4,
        "AUTH_WPA3_PSK": 6,
        "AUTH_WPA2_WPA3_PSK": 7,
    },
    "esp8266": {
        "AUTH_OPEN": 0,
        "AUTH_WEP": 1,
        "AUTH_WPA_PSK": 2,
        "AUTH_WPA2_PSK": 3,
        "AUTH_WPA_WPA2_PSK": 4,
    },
    "rp2": {},
}


def constants(kind):
    """Return {name: number} of the constants that `network` has on a board of this kind."""
    found = dict(_MORE[kind])
    for names in (_ESP, _NAMES[kind]):
        for name in names:
            found[name] = STATUS[kind][names[name]]
    return found
