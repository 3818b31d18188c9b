"""An administrator of a test's device: a program that has logged in, with the Origin of the device's own page."""

import re

import requests

PASSWORD = "correct horse"


class Administrator:
    """Sets the first administrator's password with the code on the console, and asks.

    admin = Administrator(device)
    admin.get("/api/admin/modules").json()
    """

    def __init__(self, device, claim=True):
        self.device = device
        self.http = requests.Session()
        self.http.headers["Origin"] = device.url
        if claim:
            answer = self.post("/api/admin/claim", {"code": code_of(device), "password": PASSWORD})
            assert answer.status_code == 200, answer.text

    def login(self, name="admin", password=PASSWORD):
        """Log in; returns the answer."""
        return self.post("/api/admin/session", {"name": name, "password": password})

    def ask(self, method, path, **options):
        """Any request."""
        return self.http.request(method, self.device.url + path, timeout=30, **options)

    def get(self, path):
        """GET."""
        return self.ask("GET", path)

    def post(self, path, value):
        """POST of JSON."""
        return self.ask("POST", path, json=value)

    def put(self, path, value):
        """PUT of JSON."""
        return self.ask("PUT", path, json=value)

    def delete(self, path):
        """DELETE."""
        return self.ask("DELETE", path)


def code_of(device):
    """The code that the device printed last."""
    return re.findall(r"code for the first visit is (\S+)", device.board.text)[-1]
