"""Clients that have a device's page open: event streams, and browsers that click."""

import contextlib
import http.client
import socket
import threading
import time


class Stream:
    """An open event stream of the device API; cookie: as the device has given it to who logged in."""

    def __init__(self, port, cookie=""):
        self.failures = 0
        self.events = bytearray()  # what has come
        self._closed = False
        self._sock = socket.create_connection(("127.0.0.1", port), 10)
        head = "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\n\r\n"
        self._sock.sendall(head.format(cookie).encode())
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        self._sock.settimeout(None)
        with contextlib.suppress(OSError):
            while True:
                data = self._sock.recv(4096)
                if not data:
                    break
                self.events += data
        if not self._closed:
            self.failures += 1

    def close(self):
        """Hang up."""
        self._closed = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()


class Browser(Stream):
    """Has the page open: an event stream, and a kept connection for what is clicked."""

    def __init__(self, port):
        super().__init__(port)
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def use(self, number):
        """Load the page and all that it shows, turn the valve `number`; return the number of requests."""
        topic = "valves/{}".format(number)
        seen = len(self.events)
        for method, path, body in (
            ("GET", "/", None),
            ("GET", "/api", None),
            ("PUT", "/api/" + topic, "true"),
            ("PUT", "/api/" + topic, "false"),
        ):
            try:
                self._http.request(method, path, body)
                answer = self._http.getresponse()
                answer.read()
                self.failures += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.failures += 1
                self._http.close()
        end = time.monotonic() + 2
        while b"event: " + topic.encode() not in self.events[seen:]:
            if time.monotonic() > end:
                self.failures += 1
                break
            time.sleep(0.01)
        return 4

    def close(self):
        """Close the page."""
        super().close()
        self._http.close()


def crowd(port, streams, browsers, seconds, watch=lambda: None):
    """Have `streams` event streams and `browsers` browsers at once for some seconds: (requests, failures).

    watch: called now and then.
    """
    lurkers = [Stream(port) for _ in range(streams)]
    users = [Browser(port) for _ in range(browsers)]
    end = time.monotonic() + seconds
    requests = 0
    while time.monotonic() < end:
        for number, user in enumerate(users):
            requests += user.use(number)
        watch()
    failures = sum(one.failures for one in lurkers + users)
    for one in lurkers + users:
        one.close()
    return requests, failures
