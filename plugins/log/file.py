"""File: the log in a file of limited size, whose former ones are kept as `.1`, `.2` …"""

import os

from .ring import Reader


class File:
    """Writes what the ring has got since the last `flush`.

    limit: bytes after which a new file is begun. files: how many there are in all.
    """

    def __init__(self, ring, path, limit, files):
        self._reader = Reader(ring)
        self._path = path
        self._limit = limit
        self._files = max(1, files)
        self._torn = False  # the last line may be cut short
        self.told = None  # the trouble that was reported

    def flush(self):
        """Write all new lines; returns None, or what the trouble is: they are tried again with the next call."""
        for _ in range(self._files):
            try:
                self._write()
                self.told = None
                return None
            except OSError as error:
                self._torn = True
                full = error.args[0] == 28  # ENOSPC, for which MicroPython has no word
                trouble = "%s: %s" % (self._path, "the disk is full" if full else error)
                if not full or not self._make_room():
                    break
        return trouble

    def _write(self):
        reader = self._reader
        record = reader.peek()
        file = None
        try:
            while record is not None:
                if file is None:
                    file = open(self._path, "ab")
                    size = _size(self._path)
                    if self._torn:
                        size += file.write(b"\n")
                        self._torn = False
                    if reader.lost:
                        size += file.write(b"(%d lines lost)\n" % reader.lost)
                        reader.lost = 0
                size += file.write(record) + file.write(b"\n")
                # MicroPython's files have no buffer of their own: what was taken is written.
                if size >= self._limit:
                    file.close()
                    file = None
                    self._rotate()
                reader.skip()
                record = reader.peek()
        finally:
            if file:
                file.close()

    def _rotate(self):
        for number in range(self._files - 1, 0, -1):
            newer = self._name(number - 1)
            older = self._name(number)
            if _size(newer) is not None:
                if _size(older) is not None:
                    os.remove(older)  # FAT does not rename over a file
                os.rename(newer, older)
        if self._files == 1:
            os.remove(self._path)

    def _make_room(self):
        for number in range(self._files - 1, 0, -1):
            if _size(self._name(number)) is not None:
                try:
                    os.remove(self._name(number))
                    return True
                except OSError:
                    return False
        return False

    def _name(self, number):
        return "%s.%d" % (self._path, number) if number else self._path


def _size(path):
    try:
        return os.stat(path)[6]
    except OSError:
        return None
