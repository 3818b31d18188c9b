"""Reads a registry as it comes, one entry at a time: the whole would not fit into a small heap."""

import json

from .installer import Scanner
from .rules import InstallError

RARE = True  # needed while a registry is read

_MAX_PIECE = 8192
_MAX_SCALAR = 256

# Depths of brackets: in the registry's object, in a list of it, in an entry of that, in a list of an entry.
_TOP, _LIST, _ENTRY, _ITEMS = 1, 2, 3, 4


def feed(scanner, data):
    """Take the next piece. InstallError: this is not a JSON object, or an entry is broken or too large."""
    data = bytes(data)
    i = start = 0
    end = len(data)
    while i < end:
        if scanner.string:
            i = _in_string(scanner, data, i, end)
            continue
        c = data[i]
        i += 1
        if c <= 32:
            continue
        if scanner.depth <= 0:
            _begin(scanner, data, c)
        elif c == 34:  # "
            scanner.string = True
            if scanner.depth in (_TOP, _ENTRY):
                scanner.word = bytearray()
        elif c == 123 or c == 91:  # { [
            start = _open(scanner, c, i, start)
        elif c == 125 or c == 93:  # } ]
            start = _close(scanner, c, data, i, start)
            if scanner.depth == _TOP:
                continue
        elif c == 58:  # :
            if scanner.depth == _TOP:
                scanner.key = str(scanner.word, "utf-8")
                scanner.value = bytearray()
                continue
            if scanner.depth == _ENTRY and scanner.entry is not None and not scanner.skipping:
                start = _colon(scanner, data, i, start)
        elif c == 44:  # ,
            if scanner.depth == _TOP:
                _end_value(scanner)
            elif scanner.depth == _ENTRY:
                if scanner.skipping:
                    scanner.skipping = False
                    start = i - 1
                elif scanner.last_key == "name":
                    scanner.name = str(scanner.word, "utf-8")
                    scanner.last_key = None
        if scanner.depth == _TOP and scanner.value is not None and c != 44:
            scanner.value.append(c)
    if scanner.item is not None:
        scanner.item = _append(scanner, scanner.item, data, start, end)
    elif scanner.entry is not None and not scanner.skipping:
        scanner.entry = _append(scanner, scanner.entry, data, start, end)


def end(scanner):
    """Say that this was all. InstallError: it was not, or what every registry has is missing."""
    if scanner.depth != -1:
        raise InstallError("is empty" if scanner.depth == 0 else "is truncated")
    if scanner.top.get("v") != 1:
        raise InstallError("has format %r, takes 1" % (scanner.top.get("v"),))
    if "plugins" not in scanner.lists:
        raise InstallError("misses 'plugins'")


def _begin(scanner, data, c):
    if scanner.depth < 0:
        raise InstallError("goes on after its end")
    if c != 123:
        text = "".join([chr(c) for c in data[:30] if 32 < c < 127])
        raise InstallError("is not a JSON object; begins with %s" % text)
    scanner.depth = _TOP


def _open(scanner, c, i, start):
    if scanner.depth == _TOP:
        scanner.value = None
        scanner.listing = c == 91
        if scanner.listing:
            scanner.lists.append(scanner.key)
    elif c == 123 and scanner.depth == _LIST and scanner.listing:
        scanner.entry = bytearray()
        scanner.name = scanner.last_key = None
        index = scanner.bytecode and scanner.top.get("layout") == "index"
        scanner.files_key = "mpy" if index else "files"
        start = i - 1
    elif scanner.depth == _ITEMS and scanner.taking and scanner.item is None:
        scanner.item = bytearray()
        start = i - 1
    scanner.depth += 1
    return start


def _close(scanner, c, data, i, start):
    scanner.depth -= 1
    if scanner.depth < _TOP:
        _end_value(scanner)
        scanner.depth = -1
    elif scanner.depth == _ITEMS and scanner.item is not None:
        text = _append(scanner, scanner.item, data, start, i)
        scanner.items.append(_parse(scanner, text, 93 if text[0] == 91 else 125, c))
        scanner.item = None
    elif scanner.depth == _LIST and scanner.entry is not None:
        if scanner.skipping:
            scanner.skipping = False
            start = i - 1
        text = _append(scanner, scanner.entry, data, start, i)
        scanner.entry = None
        entry = _parse(scanner, text, 125, c)
        text = None
        if scanner.items is not None:
            entry["files"] = scanner.items
            scanner.items = None
        scanner.found(scanner.key, entry)
    return start


def _colon(scanner, data, i, start):
    word = scanner.last_key = str(scanner.word, "utf-8")
    scanner.taking = False
    if word == scanner.files_key:
        if scanner.wanted and (scanner.name is None or scanner.wanted(scanner.name)):
            scanner.items = []
            scanner.taking = True
    elif word not in scanner.skip and word not in ("files", "mpy"):
        return start
    scanner.entry = _append(scanner, scanner.entry, data, start, i)
    scanner.entry += b"null"
    scanner.skipping = True
    return i


def _in_string(scanner, data, i, end):
    begin = i
    if scanner.escape:
        scanner.escape = False
        i += 1
    while True:
        quote = data.find(b'"', i)
        if quote < 0:
            quote = end
        back = data.find(b"\\", i, quote)
        if back < 0:
            break
        i = back + 2
        if i > end:
            scanner.escape = True
            i = quote = end
            break
    if scanner.depth in (_TOP, _ENTRY) and len(scanner.word) < 64:
        scanner.word += data[begin:quote]
    if scanner.depth == _TOP and scanner.value is not None:
        scanner.value += (b'"' if not scanner.value else b"") + data[begin : quote + 1]
        if len(scanner.value) > _MAX_SCALAR:
            scanner.value = None
    if quote < end:
        scanner.string = False
        return quote + 1
    return end


def _append(scanner, text, data, start, end):
    text += memoryview(data)[start:end]
    if len(text) > _MAX_PIECE:
        raise InstallError("has an entry of more than %d bytes" % _MAX_PIECE)
    return text


def _parse(scanner, text, bracket, c):
    try:
        if c != bracket:
            raise ValueError
        return json.loads(str(text, "utf-8"))
    except ValueError:
        raise InstallError("is not JSON: an entry of %r" % scanner.key)


def _end_value(scanner):
    if scanner.value:
        try:
            scanner.top[scanner.key] = json.loads(str(scanner.value, "utf-8"))
        except ValueError:
            raise InstallError("is not JSON: the value of %r" % scanner.key)
    scanner.value = None


def read(download, url, found, skip=(), wanted=None, bytecode=False):
    """Generator: read the registry at `url`, with `found(key, entry)` for each entry; see Scanner, its result.

    InstallError: it can't be had, or is none.
    """
    scanner = Scanner(found, skip, wanted, bytecode)
    try:
        yield from download.get(url, scanner.feed)
        scanner.end()
    except InstallError as error:
        text = str(error)
        raise InstallError(text if url in text else "the registry at %s %s" % (url, text))
    return scanner
