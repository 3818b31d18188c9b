"""Meaning of the numbers of `WLAN.status()` on ESP32, ESP8266 and RP2, in one set of words.

idle connecting joined up; absent, wrong password, refused, lost: it has failed.
"""


def meanings(network):
    """A function from code to word for a board, told by its module `network`.

    meanings(network)(wlan.status())
    """
    # The value of STAT_GOT_IP tells the family: the same number means another thing elsewhere.
    up = getattr(network, "STAT_GOT_IP", None)
    if up == 1010:  # ESP32
        # It passes on the reason of ESP-IDF (wifi_err_reason_t) for which the station was cut off. A wrong
        # password shows as 15 and 204 (handshake not finished), 202 and 205; 8: the station has left by itself;
        # 210 and 211: there is one of that name, with other security; 212: it is too weak.
        table = {0: "idle", 8: "idle", 1000: "idle", 1001: "connecting", 1010: "up"}
        for code in (15, 202, 204, 205, 210, 211):
            table[code] = "wrong password"
        table[201] = table[212] = "absent"
        table[200] = "lost"
    elif up == 5:  # ESP8266
        table = {
            0: "idle",
            1: "connecting",
            2: "wrong password",
            3: "absent",
            4: "refused",
            5: "up",
            255: "idle",
        }
    elif up == 3:  # CYW43: RP2, and other ports with that chip; 2: joined, no address yet
        table = {
            0: "idle",
            1: "connecting",
            2: "joined",
            3: "up",
            -1: "refused",
            -2: "absent",
            -3: "wrong password",
        }
    else:  # nobody knows: isconnected() and patience decide
        return lambda code: "connecting"
    # A code that is not in the table is a refusal, for codes tell reasons.
    return lambda code: "connecting" if code is None else table.get(code, "refused")
