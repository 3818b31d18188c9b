"""REST: the history as comma-separated values, RFC 4180."""

from modcore.ticks import const
from plugins.http import Response

from .files import list_of
from .rest_common import ask

RARE = True  # called for a request below /watering

_AT_ONCE = const(40)  # lines in a piece


def csv(kernel, request):
    """The runs from `from` (s since 1970) on, the oldest first."""
    start = request.query.get("from", "0")
    if not start.isdigit() or len(start) > 10:
        raise ValueError("from takes seconds since 1970")
    return _lines(ask(kernel, "history/since", int(start)), kernel)


def _lines(records, kernel):
    from .records import NOBODY

    bus = kernel.bus
    names = {id: bus.get("$describe/valves/" + id, {}).get("name", id) for id in bus.get("$valves/ids", ())}
    programs = {program["id"]: program["name"] for program in list_of(kernel, "programs")}
    yield Response(b"", 200, [("Cache-Control", "no-store")], "text/csv; charset=utf-8; header=present")
    lines = ["start,valve,name,program,program name,by,seconds,left,litres,ended\r\n"]
    for at, valve, why, program, by, seconds, left, litres in records:
        shown = "" if valve == NOBODY else str(valve)
        row = (
            at or "",
            shown,
            quoted(names.get(shown, "")),
            program or "",
            quoted(programs.get(program, "")),
            by,
        )
        lines.append("%s,%s,%s,%s,%s,%s" % row + ",%d,%d,%.1f,%s\r\n" % (seconds, left, litres, why))
        if len(lines) >= _AT_ONCE:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def quoted(text):
    """A cell of the table, RFC 4180 section 2; one that a spreadsheet would work out as a formula begins with an '."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        text = "'" + text
    return '"%s"' % text.replace('"', '""') if [c for c in ',"\r\n' if c in text] else text
