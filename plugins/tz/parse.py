"""The grammar of POSIX TZ strings. In memory only while one is read."""

_TIME = "h[:mm[:ss]]"


def parse(text):
    """((standard, daylight) names, offsets in s east, (start, end) rules or None) of a TZ string.

    A rule is (kind, month, week, day, second of the day), kind "M", "J" or "".
    ValueError: it is none, and why. Source: POSIX.1-2017 section 8.3; RFC 8536 section 3.3.1.
    """
    return _Parser(text).zone()


class _Parser:
    def __init__(self, text):
        if not isinstance(text, str):
            raise ValueError("zone: takes a TZ string like UTC0 or CET-1CEST,M3.5.0,M10.5.0/3")
        self.text = text
        self.at = 0

    def zone(self):
        standard = self.name()
        east = -self.time(24, "offset")
        if not self.peek():
            return (standard, None), (east, None), None
        daylight = self.name()
        east_dst = east + 3600
        if self.peek() and self.peek() != ",":
            east_dst = -self.time(24, "offset")
        if not self.peek():
            # No rule: what C libraries take, that of the United States.
            rules = (("M", 3, 2, 0, 7200), ("M", 11, 1, 0, 7200))
        else:
            rules = (self.rule(), self.rule())
        if self.peek():
            self.wrong("the end")
        return (standard, daylight), (east, east_dst), rules

    def peek(self):
        return self.text[self.at : self.at + 1]

    def wrong(self, wanted):
        text = "zone %r: at %d expected %s" % (self.text, self.at, wanted)
        if "/" in self.text and not any([c in self.text for c in "0123456789,"]):
            text += "; for the name of a zone take the last line of /usr/share/zoneinfo/" + self.text
        raise ValueError(text)

    def take(self, characters):
        found = self.peek()
        if not found or found not in characters:
            return ""
        self.at += 1
        return found

    def name(self):
        start = self.at
        quoted = self.take("<")
        while True:
            c = self.peek()
            if not ("a" <= c <= "z" or "A" <= c <= "Z" or quoted and c and c in "0123456789+-"):
                break
            self.at += 1
        found = self.text[start + len(quoted) : self.at]
        if len(found) < 3:
            self.wrong("a name of 3 or more letters, or <%s>" % "name")
        if quoted and not self.take(">"):
            self.wrong(">")
        return found

    def number(self, low, high, what):
        start = self.at
        while self.take("0123456789"):
            pass
        digits = self.text[start : self.at]
        if not digits or len(digits) > 3 or not low <= int(digits) <= high:
            self.at = start
            self.wrong("%s from %d to %d" % (what, low, high))
        return int(digits)

    def time(self, hours, what):
        sign = -1 if self.take("+-") == "-" else 1
        found = self.number(0, hours, "%s: %s, hours" % (what, _TIME)) * 3600
        if self.take(":"):
            found += self.number(0, 59, "minutes") * 60
            if self.take(":"):
                found += self.number(0, 59, "seconds")
        return sign * found

    def rule(self):
        if not self.take(","):
            self.wrong(", and a rule")
        month = week = 0
        kind = self.take("MJ")
        if kind == "M":
            month = self.number(1, 12, "month")
            self.take(".") or self.wrong(".")
            week = self.number(1, 5, "week")
            self.take(".") or self.wrong(".")
            day = self.number(0, 6, "weekday")
        elif kind == "J":
            day = self.number(1, 365, "day")
        else:
            day = self.number(0, 365, "Mm.w.d, Jn or day")
        second = self.time(167, "time") if self.take("/") else 7200
        return kind, month, week, day, second
