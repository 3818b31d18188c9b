"""Files that are stored only as .gz, unpacked on the way for who takes no gzip: RFC 1952."""

RARE = True  # browsers take gzip

_PIECE = 512  # bytes that are sent at once
_WINDOW_BITS = 15  # 32 KB, the most that gzip looks back


def unpacked_size(open_file):
    """Bytes that a gzip file has unpacked, by its last four; None: not a gzip file, or no memory to unpack it.

    open_file: a function that opens the file anew.
    """
    try:
        with open_file() as file:
            if file.read(3) != b"\x1f\x8b\x08":
                return None
            file.seek(-4, 2)
            size = int.from_bytes(file.read(4), "little")
        with open_file() as file:  # before anything is sent: is there room for the window?
            _reader(file, size)(1)
    except (OSError, ValueError, EOFError, ImportError, MemoryError):
        return None
    return size


def unpack(open_file, size):
    """Yield the `size` bytes that a gzip file has unpacked, piece by piece; the memory is that of its window."""
    with open_file() as file:
        read = _reader(file, size)
        while True:
            piece = read(_PIECE)
            if not piece:
                return
            yield piece


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
