"""Another protocol on the connection: what `upgrade` leads to. RFC 9110 section 7.8."""

from .connection import READ
from .request import HttpError
from .response import Response


def upgrade(request, answer):
    """The Response 101 for an object that a handler returned and that takes the connection over.

    answer: has `upgrade(request)`, the headers of the 101, `steps(conn)`, a generator that owns the connection, and
    may have `origins`, of pages that may open it besides the device's own ("*": all).
    """
    headers = answer.upgrade(request)
    origins = getattr(answer, "origins", ())
    if origins != "*":
        from .origin import check_origin

        check_origin(request, origins)
    if (
        not request.upgrades
    ):  # what opens one counts as a write, for Access and Origin: it has to be seen before
        raise HttpError(426, "WebSocket only", (("Upgrade", "websocket"), ("Connection", "Upgrade")))
    response = Response(b"", 200, headers)
    response.status = 101
    response.takeover = Takeover(answer)
    return response


class Takeover:
    """Lets an object whose `steps(conn)` is a generator own a connection."""

    def __init__(self, answer):
        self.answer = answer

    def steps(self, conn):
        """Run the object's steps; bytes that came early are the first that it reads."""
        steps = self.answer.steps(conn)
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
