"""Reads a registry as it comes, one entry at a time: the whole would not fit into a small heap."""

import json

from .rules import InstallError

_MAX_PIECE = 8192
_MAX_SCALAR = 256

# Depths of brackets: in the registry's object, in a list of it, in an entry of that, in a list of an entry.
_TOP, _LIST, _ENTRY, _ITEMS = 1, 2, 3, 4


class Scanner:
    """Finds the objects in the lists of a JSON object, fed with pieces of its text.

    found(key, entry): called with the list's key and the object, a dict, as soon as it is whole. skip: keys
    of entries whose values are passed over and become None. wanted(name): whether the files of an entry are
    of use; those of others are passed over, too. bytecode: take the files under "mpy" from a registry that has
    them; they are in `entry["files"]` in any case. A list of files is taken apart as it comes: it needs no
    large piece of memory. What else the object has is in `top`, the keys of its lists in `lists`.

        scanner = Scanner(lambda key, entry: print(entry["name"]))
        scanner.feed(b'{"v": 1, "plugins": [{"name": "mqtt", "files": [')
    """

    def __init__(self, found, skip=(), wanted=None, bytecode=False):
        self.top = {}
        self.lists = []
        self._found = found
        self._skip = skip
        self._wanted = wanted
        self._bytecode = bytecode
        self._files_key = "files"
        self._last_key = self._name = None  # in the entry at hand
        self._depth = 0
        self._string = self._escape = self._listing = False
        self._word = bytearray()  # the last string, where it can be a key
        self._key = ""  # of the registry's object
        self._value = None  # its value, where that is no list
        self._entry = None
        self._skipping = False
        self._taking = False  # what is skipped is taken apart
        self._items = None  # the list that is taken apart
        self._item = None  # the text of one of its elements

    def feed(self, data):
        """Take the next piece. InstallError: this is no JSON object, or an entry is broken or too large."""
        data = bytes(data)
        i = start = 0
        end = len(data)
        while i < end:
            if self._string:
                i = self._in_string(data, i, end)
                continue
            c = data[i]
            i += 1
            if c <= 32:
                continue
            if self._depth <= 0:
                self._begin(data, c)
            elif c == 34:  # "
                self._string = True
                if self._depth in (_TOP, _ENTRY):
                    self._word = bytearray()
            elif c == 123 or c == 91:  # { [
                start = self._open(c, i, start)
            elif c == 125 or c == 93:  # } ]
                start = self._close(c, data, i, start)
                if self._depth == _TOP:
                    continue
            elif c == 58:  # :
                if self._depth == _TOP:
                    self._key = str(self._word, "utf-8")
                    self._value = bytearray()
                    continue
                if self._depth == _ENTRY and self._entry is not None and not self._skipping:
                    start = self._colon(data, i, start)
            elif c == 44:  # ,
                if self._depth == _TOP:
                    self._end_value()
                elif self._depth == _ENTRY:
                    if self._skipping:
                        self._skipping = False
                        start = i - 1
                    elif self._last_key == "name":
                        self._name = str(self._word, "utf-8")
                        self._last_key = None
            if self._depth == _TOP and self._value is not None and c != 44:
                self._value.append(c)
        if self._item is not None:
            self._item = self._append(self._item, data, start, end)
        elif self._entry is not None and not self._skipping:
            self._entry = self._append(self._entry, data, start, end)

    def end(self):
        """Say that this was all. InstallError: it was not, or what every registry has is missing."""
        if self._depth != -1:
            raise InstallError("is empty" if self._depth == 0 else "is truncated")
        if self.top.get("v") != 1:
            raise InstallError("has format %r, takes 1" % (self.top.get("v"),))
        if "plugins" not in self.lists:
            raise InstallError("misses 'plugins'")

    def _begin(self, data, c):
        if self._depth < 0:
            raise InstallError("goes on behind its end")
        if c != 123:
            text = "".join([chr(c) for c in data[:30] if 32 < c < 127])
            raise InstallError("is no JSON object; begins with %s" % text)
        self._depth = _TOP

    def _open(self, c, i, start):
        if self._depth == _TOP:
            self._value = None
            self._listing = c == 91
            if self._listing:
                self.lists.append(self._key)
        elif c == 123 and self._depth == _LIST and self._listing:
            self._entry = bytearray()
            self._name = self._last_key = None
            index = self._bytecode and self.top.get("layout") == "index"
            self._files_key = "mpy" if index else "files"
            start = i - 1
        elif self._depth == _ITEMS and self._taking and self._item is None:
            self._item = bytearray()
            start = i - 1
        self._depth += 1
        return start

    def _close(self, c, data, i, start):
        self._depth -= 1
        if self._depth < _TOP:
            self._end_value()
            self._depth = -1
        elif self._depth == _ITEMS and self._item is not None:
            text = self._append(self._item, data, start, i)
            self._items.append(self._parse(text, 93 if text[0] == 91 else 125, c))
            self._item = None
        elif self._depth == _LIST and self._entry is not None:
            if self._skipping:
                self._skipping = False
                start = i - 1
            text = self._append(self._entry, data, start, i)
            self._entry = None
            entry = self._parse(text, 125, c)
            text = None
            if self._items is not None:
                entry["files"] = self._items
                self._items = None
            self._found(self._key, entry)
        return start

    def _colon(self, data, i, start):
        word = self._last_key = str(self._word, "utf-8")
        self._taking = False
        if word == self._files_key:
            if self._wanted and (self._name is None or self._wanted(self._name)):
                self._items = []
                self._taking = True
        elif word not in self._skip and word not in ("files", "mpy"):
            return start
        self._entry = self._append(self._entry, data, start, i)
        self._entry += b"null"
        self._skipping = True
        return i

    def _in_string(self, data, i, end):
        begin = i
        if self._escape:
            self._escape = False
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
                self._escape = True
                i = quote = end
                break
        if self._depth in (_TOP, _ENTRY) and len(self._word) < 64:
            self._word += data[begin:quote]
        if self._depth == _TOP and self._value is not None:
            self._value += (b'"' if not self._value else b"") + data[begin : quote + 1]
            if len(self._value) > _MAX_SCALAR:
                self._value = None
        if quote < end:
            self._string = False
            return quote + 1
        return end

    def _append(self, text, data, start, end):
        text += memoryview(data)[start:end]
        if len(text) > _MAX_PIECE:
            raise InstallError("has an entry of more than %d bytes" % _MAX_PIECE)
        return text

    def _parse(self, text, bracket, c):
        try:
            if c != bracket:
                raise ValueError
            return json.loads(str(text, "utf-8"))
        except ValueError:
            raise InstallError("is no JSON: an entry of %r" % self._key)

    def _end_value(self):
        if self._value:
            try:
                self.top[self._key] = json.loads(str(self._value, "utf-8"))
            except ValueError:
                raise InstallError("is no JSON: the value of %r" % self._key)
        self._value = None


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
