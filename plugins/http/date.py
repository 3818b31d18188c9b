"""HTTP's dates: RFC 9110 section 5.6.7."""

import time

RARE = True  # kept while requests come, which have it once a second

PLAUSIBLE_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400  # 2024: earlier the clock was not set

# Sent with every answer: no other site's page may frame this one, and no browser guesses types.
_SAFE = b"X-Content-Type-Options: nosniff\r\nContent-Security-Policy: frame-ancestors 'self'\r\n"


def http_date(seconds):
    """`time.time()` seconds as `Sun, 06 Nov 1994 08:49:37 GMT`."""
    t = time.gmtime(seconds)
    day = "MonTueWedThuFriSatSun"[t[6] * 3 : t[6] * 3 + 3]
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[t[1] * 3 - 3 : t[1] * 3]
    return "%s, %02d %s %04d %02d:%02d:%02d GMT" % (day, t[2], month, t[0], t[3], t[4], t[5])


def common(site, now):
    """The header lines of every answer at the second `now`, as bytes; no Date before 2024: the clock is not set."""
    lines = b"Date: %s\r\n" % http_date(now).encode() if now >= PLAUSIBLE_S else b""
    if site.server:
        lines += b"Server: %s\r\n" % site.server.encode()
    return lines + _SAFE
