"""Blocks: the body of a request in pieces of the sizes that are asked for."""


class Blocks:
    """Gives the bytes of a body in the numbers that are asked for."""

    def __init__(self, request):
        self._request = request
        self._data = b""

    def take(self, n):
        """At most `n` bytes, fewer only at the end; a generator."""
        while len(self._data) < n:
            piece = yield from self._request.read(1024)
            if not piece:
                break
            self._data += piece
        data = self._data[:n]
        self._data = self._data[n:]
        return data
