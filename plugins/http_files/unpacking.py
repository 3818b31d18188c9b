"""Files that are stored only as .gz, unpacked on the way for who takes no gzip: RFC 1952."""

import gc

from plugins.http import HttpError

RARE = True  # browsers take gzip

_PIECE = 512  # bytes that are sent at once
_ROOM = 49152  # bytes of free memory, beside the window, without which nothing is unpacked
_WINDOW_BITS = 15  # 32 KB, the most that gzip looks back


def unpack(open_file):
    """Return the bytes that a gzip file has unpacked, by its last four, and a generator of its pieces.

    (None, None) where there is no memory for it: then it goes out as it is. RFC 9110 section 12.4.1 lets a server
    do so, and nearly everyone can read it. HttpError 406: it is not gzip. open_file: a function that opens it.
    """
    try:
        with open_file() as file:
            if file.read(3) != b"\x1f\x8b\x08":
                raise ValueError
            file.seek(-4, 2)
            size = int.from_bytes(file.read(4), "little")
        if hasattr(gc, "mem_free"):
            gc.collect()
            if gc.mem_free() < _ROOM + min(size, 1 << _WINDOW_BITS):
                return None, None
        file = open_file()
        read = _reader(file, size)
        return size, _pieces(
            file, read, read(_PIECE)
        )  # the memory for it is taken now, before anything is sent
    except (ImportError, MemoryError):
        return None, None
    except (OSError, ValueError, EOFError):
        raise HttpError(406, "there is the file in gzip only, and that is broken")


def _pieces(file, read, piece):
    with file:
        while piece:
            yield piece
            piece = read(_PIECE)


def _reader(file, size):
    try:
        import deflate
    except ImportError:  # CPython
        from gzip import GzipFile

        return GzipFile(fileobj=file).read
    bits = 8
    while bits < _WINDOW_BITS and 1 << bits < size:  # nothing looks back further than to its beginning
        bits += 1
    return deflate.DeflateIO(file, deflate.GZIP, bits).read
