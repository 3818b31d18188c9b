"""Sessions and lockouts expire in time, whatever the ticks do; what is kept is made."""

from http_wire import ask, site_with

import plugins.http_auth.seconds as file
from modcore.ticks import ticks_add
from plugins.http import Router
from plugins.http_api.settings import purge_sessions
from plugins.http_auth import protect
from plugins.http_auth.hashpw import password, token
from plugins.http_auth.password import is_hash
from plugins.http_auth.sessions import Session

DAY_MS = 86400000


def test_seconds_go_on_over_the_wrap_of_the_ticks():
    real = file.ticks_ms
    tick = [(1 << 30) - 1500]  # shortly before the wrap of a 32-bit device
    file.ticks_ms = lambda: tick[0]

    def wait(ms):
        tick[0] = ticks_add(tick[0], ms)

    try:
        now = file.Seconds().now
        assert now() == 0
        for ms, seconds in ((999, 0), (1, 1), (2500, 3), (500, 4), (5 * DAY_MS, 4 + 5 * 86400)):
            wait(ms)
            assert now() == seconds
        wait(4 * DAY_MS)
        wait(4 * DAY_MS)
        assert now() >= 4 + 11 * 86400
    finally:
        file.ticks_ms = real


def test_a_hash_and_a_token_made_for_the_configuration_are_taken():
    kept = password("tomato", 10)
    text, digest = token()
    assert is_hash(kept) and "tomato" not in kept and len(text) == 32 and text not in digest
    site = site_with(Router())
    protect(
        site,
        {
            "users": {"anna": {"password": kept}},
            "tokens": {"probe": {"token": digest}},
            "access": {"/": "users"},
        },
    )
    assert ask(site, "GET", "/x", ["Authorization: Bearer " + text]).status == 404
    assert ask(site, "GET", "/x", ["Authorization: Bearer " + text[1:]]).status == 401
    body = b'{"name": "anna", "password": "tomato"}'
    assert ask(site, "POST", "/login", ["Content-Type: application/json"], body).status == 200


def test_a_running_module_purges_sessions_by_itself_and_by_event():
    class Module:
        id = "web"

        def every(self, ms, handler):
            self.timer = ms, handler

        def listen(self, filter, handler):
            self.listener = filter, handler

    module = Module()
    site = site_with(Router())
    protect(site, {"sessions": {"limit": 4, "idle_s": 60}})
    purge_sessions(site, module)
    clock = [0]
    site.sessions.now_s = lambda: clock[0]
    ms, purge = module.timer
    filter, on_event = module.listener
    assert ms <= DAY_MS and filter == "web/purge"
    for act in (purge, lambda: on_event(filter, None)):
        site.sessions.add(Session(site.sessions))
        clock[0] += 61
        act()
        assert len(site.sessions) == 0
