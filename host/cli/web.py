"""A device over its web server: the device API of plugins/http."""

import http.client
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

from .show import Fail
from .source import broken
from .values import matches

_TIMEOUT_S = 10
_NO_API = "no device API of modcore is there"


class _Missing(Fail):
    """The device has no such page."""


class Web:
    """A device at `url` ("http://garden.local"); token: of a user with the right to it, where it has users."""

    def __init__(self, url, token=None):
        self.url = url.rstrip("/")
        self._token = token
        try:
            good = urllib.parse.urlsplit(url).port is not False and urllib.parse.urlsplit(url).hostname
        except ValueError:
            good = None
        # The board of `modcore run` has a certificate of its own, for its name at home.
        local = good in ("127.0.0.1", "localhost", "::1")
        self._context = ssl._create_unverified_context() if local else None
        if not good:
            raise Fail("{!r} is not the URL of a device; takes http://host:port".format(url))

    def properties(self):
        """{topic: {"kind", "set", "value", …}} of all that the device has."""
        found = {}
        try:
            for id, module in self._ask("GET", "/api")["modules"].items():
                for name, entry in module["properties"].items():
                    found[id + "/" + name] = dict(entry)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Fail("{}/api: {}".format(self.url, _NO_API)) from None
        return found

    def about(self):
        """The device's name, id and versions."""
        found = self._ask("GET", "/api")
        return {key: found.get(key) for key in ("name", "id", "versions")}

    def get(self, topic):
        """The value of a property."""
        return self._ask("GET", "/api/" + urllib.parse.quote(topic))

    def set(self, topic, value):
        """Give a property a value; returns the one that it then has."""
        return self._ask("PUT", "/api/" + urllib.parse.quote(topic), value)

    def events(self, filters, silence_s=None):
        """Generator of (topic, value); the retained ones first. silence_s: end after so many seconds without any."""
        query = urllib.parse.urlencode([("filter", filter) for filter in filters])
        answer = self._open("GET", "/api/events?" + query, timeout=silence_s)
        topic = None
        try:
            if answer.headers.get_content_type() != "text/event-stream":
                raise Fail("{}/api/events: {}".format(self.url, _NO_API))
            for line in answer:
                line = line.decode("utf-8", "replace").rstrip("\r\n")
                if line.startswith("event: "):
                    topic = line[7:]
                elif line.startswith("data: ") and topic is not None:
                    value = json.loads(line[6:])
                    if any(matches(filter, topic) for filter in filters):
                        yield topic, value
                elif not line:
                    topic = None
            raise Fail("{}: the device has closed the connection".format(self.url))
        except (OSError, ValueError, http.client.HTTPException) as error:
            if silence_s is None or not isinstance(error, TimeoutError):
                raise Fail("{}: {}".format(self.url, broken(error))) from None
        finally:
            answer.close()

    def text(self, path, missing):
        """(text, headers) of a page; missing: what to say where there is none."""
        try:
            with self._open("GET", path) as answer:
                return answer.read().decode("utf-8", "replace"), answer.headers
        except _Missing:
            raise Fail("{}: {}".format(self.url, missing)) from None
        except (OSError, http.client.HTTPException) as error:
            raise Fail("{}: {}".format(self.url + path, broken(error))) from None

    def _ask(self, method, path, *body):
        try:
            with self._open(method, path, *body) as answer:
                return json.loads(answer.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            raise Fail("{}: {}".format(self.url + path, broken(error))) from None
        except (ValueError, RecursionError):
            raise Fail("{}: {}".format(self.url + path, _NO_API)) from None

    def _open(self, method, path, *body, timeout=_TIMEOUT_S):
        request = urllib.request.Request(self.url + path, method=method)
        if body:
            request.data = json.dumps(body[0]).encode()
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", "Bearer " + self._token)
        try:
            return urllib.request.urlopen(request, timeout=timeout, context=self._context)
        except urllib.error.HTTPError as error:
            raise (_Missing if error.code == 404 else Fail)(self._why(error, path)) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Fail("{} does not answer: {}".format(self.url, broken(error))) from None

    def _why(self, error, path):
        with error:
            text = error.read(2000).decode("utf-8", "replace")
        try:
            reason = json.loads(text)["error"]
        except (ValueError, KeyError, TypeError):
            reason = "{} answers {}; {}".format(self.url + path, error.code, _NO_API)
            if error.code >= 500:
                reason = "{}: it failed in the device ({}); its log tells more: modcore logs".format(
                    self.url + path, error.code
                )
        if error.code in (401, 403):
            reason += "; give a token with --token or MODCORE_TOKEN"
        return reason
