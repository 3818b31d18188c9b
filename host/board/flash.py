"""The board's flash: how much its files may hold."""


class Flash:
    """The room for files in `folder`; without a limit it is that of the PC."""

    def __init__(self, folder):
        self._folder = folder
        self._limit = None

    def leave(self, size):
        """Let `size` more bytes fit, and what is deleted meanwhile; None: as many as there are."""
        self._limit = None if size is None else self._used() + size

    def _used(self):
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    # asked by the interpreter

    def on_room(self):
        """Return the bytes that are left, or None where there is no limit."""
        return None if self._limit is None else max(0, self._limit - self._used())
