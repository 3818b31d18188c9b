"""The board's flash: how much its files may hold, how long they take, and which were read."""


class Flash:
    """The room for files in `folder`; without a limit it is that of the PC."""

    def __init__(self, folder):
        self._folder = folder
        self._limit = None
        self.opens = {}  # path -> how often the program has opened it for reading
        self.ms = 0  # that it takes to find a file, and again for each further 4 KB of it

    def leave(self, size):
        """Let `size` more bytes fit, and what is deleted meanwhile; None: as many as there are."""
        self._limit = None if size is None else self._used() + size

    def _used(self):
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    # asked by the interpreter

    def on_open(self, path):
        """The program opens a file for reading: return the ms that this takes."""
        path = "/" + path.lstrip("/")
        self.opens[path] = self.opens.get(path, 0) + 1
        if not self.ms:
            return 0
        try:
            size = (self._folder / path[1:]).stat().st_size
        except OSError:
            size = 0
        return int(self.ms * (1 + size // 4096))

    def on_room(self):
        """Return the bytes that are left, or None where there is no limit."""
        return None if self._limit is None else max(0, self._limit - self._used())
