"""Another protocol on the connection: what `upgrade` leads to. RFC 9110 section 7.8."""

from . import READ


class Takeover:
    """Lets an object whose `steps(conn)` is a generator own a connection."""

    def __init__(self, answer):
        self.answer = answer

    def steps(self, conn):
        """What runs on the connection; bytes that came early are the first that it reads."""
        return _steps(conn, self.answer.steps(conn))


def _steps(conn, steps):
    value = None
    conn.due = None
    try:
        while True:
            out = steps.send(value)
            if out is READ and conn.data:
                value = conn.data
                conn.data = b""
                continue
            if isinstance(out, (bytes, bytearray, memoryview)):
                conn.wait(conn.site.write_ms)
            value = yield out
    except StopIteration:
        pass
    finally:
        steps.close()
