"""A socket of CPython with the methods of one of MicroPython. Loaded on CPython only."""

# errno of SSLWantReadError and SSLWantWriteError.
_TLS_WAITS = (2, 3)


class Stream:
    """Non-blocking `readinto` and `write` that return None where they would wait."""

    def __init__(self, sock):
        self._sock = sock
        self.fileno = sock.fileno
        self.close = sock.close

    def readinto(self, buffer):
        """Read into `buffer`; the count of bytes, 0 at the end, None when there are none yet."""
        return self._try(self._sock.recv_into, buffer)

    def write(self, data):
        """Send of `data` what there is room for; the count of bytes, None when there is none."""
        return self._try(self._sock.send, data)

    def _try(self, method, data):
        try:
            return method(data)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno in _TLS_WAITS:
                return None
            raise
