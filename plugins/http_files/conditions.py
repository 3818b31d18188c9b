"""Conditional requests and ranges: RFC 9110 sections 13 and 14."""

from plugins.http import HttpError

RARE = True  # only requests with If-… or Range


def check(request, modified, size, tag, date, headers):
    """Decide what of a file is sent: (status, first byte, bytes).

    modified: `os.stat` seconds. size: bytes, None where ranges are not served.
    tag, date: its ETag and Last-Modified, None when they are not known.
    Appends Content-Range to `headers`. HttpError 412, 416.
    """
    known = tag is not None
    if_match = request.header("if-match")
    if if_match is not None:
        if not _among(if_match, tag, False):
            raise HttpError(412)
    elif _later(modified, request.header("if-unmodified-since")):
        raise HttpError(412)
    if_none_match = request.header("if-none-match")
    if if_none_match is not None:
        if _among(if_none_match, tag, True):
            return 304, 0, 0
    elif known and _later(modified, request.header("if-modified-since")) is False:
        return 304, 0, 0
    wanted = request.header("range") if request.method == "GET" else None
    if wanted and size is not None:
        if_range = request.header("if-range")
        if if_range is None or if_range in (tag, date):
            part = _range(wanted, size)
            if part:
                start, stop = part
                if start >= stop:
                    headers = [("Content-Range", "bytes */%d" % size)]
                    raise HttpError(416, "", headers)
                headers.append(("Content-Range", "bytes %d-%d/%d" % (start, stop - 1, size)))
                return 206, start, stop - start
    return 200, 0, size


def _among(listed, tag, weak):
    """Tell whether a list of entity tags names `tag`; weak: W/ makes no difference."""
    if listed.strip() == "*":
        return True
    if tag is None:
        return False
    for item in listed.split(","):
        item = item.strip()
        if weak and item[:2] == "W/":
            item = item[2:]
        if item == tag:
            return True
    return False


def _later(modified, date):
    """Tell whether a file changed after `date`; None when there is no date or it can't be read."""
    then = parse_date(date) if date else None
    if then is None:
        return None
    import time

    return tuple(time.gmtime(modified)[:6]) > then


def _range(text, size):
    """(start, stop) of a Range with one part; None: to be ignored; start >= stop: can't be satisfied."""
    unit, _, part = text.partition("=")
    if unit.strip().lower() != "bytes" or "," in part:
        return None
    first, dash, last = part.strip().partition("-")
    if not dash or first and not first.isdigit() or last and not last.isdigit():
        return None
    if len(first) > 15 or len(last) > 15:
        return (size, size) if len(first) > 15 else None
    if not first:
        if not last:
            return None
        return max(0, size - int(last)), size
    start = int(first)
    if last and int(last) < start:
        return None
    return start, min(int(last) + 1, size) if last else size


def parse_date(text):
    """(year, month, day, hour, minute, second) of a date in any of HTTP's three forms, or None."""
    words = text.replace("-", " ").replace(",", " ").split()
    try:
        if len(words) == 5:  # Sun Nov  6 08:49:37 1994
            words = [words[0], words[2], words[1], words[4], words[3]]
        elif len(words) != 6 or words[5] != "GMT":
            return None
        year = int(words[3])
        if len(words[3]) == 2:  # Sunday, 06-Nov-94 08:49:37 GMT
            year += 1900 if year >= 70 else 2000
        hour, minute, second = [int(part) for part in words[4].split(":")]
        month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(words[2])
        if month < 0 or month % 3 or len(words[2]) != 3:
            return None
        return year, month // 3 + 1, int(words[1]), hour, minute, second
    except ValueError:
        return None
