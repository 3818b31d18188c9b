"""The exceptions of the HTTP core, a class for each cause."""


class HttpError(Exception):
    """Raised by a handler or filter: answer with a status.

    status: 400 to 599. text: what went wrong, for the client; a dict is sent as JSON. headers: pairs (name, value).

        raise HttpError(404, "no such valve")
    """

    def __init__(self, status, text: "str | dict" = "", headers=()):
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.headers = headers or ()


class TimedOut(Exception):
    """Thrown by a driver into the steps of a connection whose deadline (`conn.due`) has passed."""
