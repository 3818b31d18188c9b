"""The value of a long JSON text, made piece by piece: the runtime's own reader would hold everybody up.

It takes 6 to 180 ms for a list of 120 KB; here it gets some hundred bytes at a time, but for one long string.
"""

from json import loads

from modcore.ticks import const

RARE = True  # as large.py

_PIECE = const(512)  # bytes
_SLICE = const(7)  # pieces between two yields, a power of two less one
_LIST, _OBJECT = const(91), const(123)  # [ {


def assemble(raw):
    """Generator: return the value of the bytes `raw`, which are JSON; it yields now and then.

    ValueError: a number that the runtime can't hold.
    """
    around = []  # (holder, key) of the lists and objects in which `holder` stands
    holder, key = [], None
    at = pieces = 0
    while at < len(raw):
        octet = raw[at]
        if octet in b" \t\n\r,:":
            at += 1
            continue
        pieces += 1
        if pieces & _SLICE == 0:
            yield
        end = _take(raw, at, holder) if key is None and around else at
        if end > at:
            at = end
        elif octet in b"]}":
            holder, key = around.pop()
            at += 1
        else:
            end = at + 1
            if octet == _LIST or octet == _OBJECT:
                value = [] if octet == _LIST else {}
            else:
                end = _after_scalar(raw, at)
                value = loads(str(raw[at:end], "utf-8"))
            if isinstance(holder, list):
                holder.append(value)
            elif key is None:
                key = value
            else:
                holder[key] = value
                key = None
            if end == at + 1 and isinstance(value, (list, dict)):
                around.append((holder, key))
                holder, key = value, None
            at = end
    return holder[0]


def _take(raw, at, holder):
    # Have the runtime read all items up to some comma, and return where that is; `at` when there is none after whole
    # items. MicroPython's reader would take `[1`, too, so what opens and closes outside of strings is counted first.
    piece = raw[at : at + _PIECE]
    piece = piece[: max(0, piece.rfind(b","))]
    parts = piece.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
    bare = b"".join(parts[::2])
    whole = len(parts) & 1 and bare.count(b"[") == bare.count(b"]") and bare.count(b"{") == bare.count(b"}")
    if not whole:
        return at
    try:
        if isinstance(holder, list):
            holder.extend(loads("[%s]" % str(piece, "utf-8")))
        else:
            holder.update(loads("{%s}" % str(piece, "utf-8")))
    except ValueError:  # it ends what it stands in
        return at
    return at + len(piece)


def _after_scalar(raw, at):
    # The place after a string, a number or a word.
    if raw[at] != 34:  # "
        while at < len(raw) and raw[at] not in b" \t\n\r,:]}":
            at += 1
        return at
    at += 1
    while True:
        end = raw.find(b'"', at)
        escape = raw.find(b"\\", at, end)
        if escape < 0:
            return end + 1
        at = escape + 2
