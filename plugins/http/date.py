"""HTTP's dates: RFC 9110 section 5.6.7."""

import time

PLAUSIBLE_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400  # 2024


def http_date(seconds):
    """`time.time()` seconds as `Sun, 06 Nov 1994 08:49:37 GMT`."""
    t = time.gmtime(seconds)
    day = "MonTueWedThuFriSatSun"[t[6] * 3 : t[6] * 3 + 3]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[t[1] * 3 - 3 : t[1] * 3]
    return "%s, %02d %s %04d %02d:%02d:%02d GMT" % (day, t[2], month, t[0], t[3], t[4], t[5])
