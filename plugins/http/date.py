"""HTTP's dates: RFC 9110 section 5.6.7."""

import time

RARE = True  # once a day, and for files

PLAUSIBLE_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400  # 2024: earlier the clock was not set


def http_date(seconds):
    """`time.time()` seconds as `Sun, 06 Nov 1994 08:49:37 GMT`."""
    t = time.gmtime(seconds)
    day = "MonTueWedThuFriSatSun"[t[6] * 3 : t[6] * 3 + 3]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[t[1] * 3 - 3 : t[1] * 3]
    return "%s, %02d %s %04d %02d:%02d:%02d GMT" % (day, t[2], month, t[0], t[3], t[4], t[5])


def date_line(now):
    """The Date header up to the day, or b"" before 2024: then the clock is not set."""
    if now < PLAUSIBLE_S:
        return b""
    return b"Date: " + http_date(now)[:16].encode()
