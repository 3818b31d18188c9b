"""Origins: the device that is asked, the page that asks, and what every answer tells a browser."""

from http_wire import Answer, Wire, ask, request, site_with

from plugins.http import HttpError, Response, Router, redirect


def garden():
    """A site that is called garden; /write takes anything."""
    web = Router(
        "", [["/", lambda request: "read"], ["/write", lambda request: "written", "POST,PUT,DELETE,PATCH"]]
    )
    site = site_with(web)
    site.hosts = ["garden", "garden.local"]
    return site


def host(site, name, path="/"):
    """The status of a request for the name."""
    wire = Wire(site)
    answer = wire(("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, name)).encode())
    wire.close()
    return Answer(answer).status


def test_only_names_and_addresses_of_the_device_are_served():
    site = garden()
    for name in (
        "garden",
        "GARDEN",
        "garden:80",
        "garden.local:8080",
        "garden.",
        "localhost",
        "localhost:99",
    ):
        assert host(site, name) == 200, name
    for name in ("192.168.1.9", "10.0.0.1:80", "[fe80::1]", "[::1]:8080"):
        assert host(site, name) == 200, name
    for name in (
        "evil.example",
        "garden.evil.example",
        "evilgarden",
        "1.2.3.4.evil.example",
        "x",
    ):
        assert host(site, name) == 421, name
        assert host(site, name, "http://garden/") == 200  # an absolute URL says who is asked,
        assert host(site, "garden", "http://%s/" % name) == 421  # and the Host header does not count then
    assert host(site, "garden") == 200


def test_a_content_may_take_requests_for_other_names():
    class Portal:
        def misdirected(self, request):
            return redirect("http://192.168.4.1/setup") if request.path != "/refused" else None

        def find(self, request):
            return None

    site = garden()
    site.contents.append(Portal())
    assert host(site, "captive.apple.com") == 302 and host(site, "captive.apple.com", "/refused") == 421


def test_names_may_be_a_function():
    site = garden()
    names = ["first"]
    site.hosts = lambda: names
    assert host(site, "first") == 200 and host(site, "second") == 421
    names.append("second")
    assert host(site, "second") == 200


def test_a_write_of_another_sites_page_is_refused_whoever_is_logged_in():
    site = garden()
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        for origin in (
            "http://evil.example",
            "https://garden",
            "http://garden:81",
            "null",
            "",
            "http://garden.evil",
        ):
            answer = ask(site, method, "/write", ["Origin: " + origin], b"x")
            assert answer.status == 403, (method, origin)
        for origin in ("http://garden", "http://garden:80", "HTTP://GARDEN"):
            assert ask(site, method, "/write", ["Origin: " + origin], b"x").status == 200, origin
        assert ask(site, method, "/write", [], b"x").status == 200  # no browser
    assert ask(site, "GET", "/", ["Origin: http://evil.example"]).status == 200  # which that page can't read
    site.origins = ["https://panel.example"]
    assert ask(site, "PUT", "/write", ["Origin: https://panel.example"], b"x").status == 200


def test_a_refused_write_is_not_read():
    site = garden()
    wire = Wire(site)
    head = b"POST /write HTTP/1.1\r\nHost: garden\r\nOrigin: http://evil\r\nContent-Length: 100000\r\n\r\n"
    assert Answer(wire(head)).status == 403


def test_an_upgrade_to_what_the_site_does_not_have_is_an_ordinary_request():
    seen = []
    site = site_with(Router("", [["/", lambda request: seen.append(request.upgrades)]]))
    for upgrade, taken in (
        ("h2c", False),
        ("TLS/1.3, h2c", False),
        ("websocket", True),
        ("h2c, WebSocket", True),
    ):
        ask(site, "GET", "/", ["Connection: Upgrade, HTTP2-Settings", "Upgrade: " + upgrade])
        assert seen.pop() is taken, upgrade
    ask(site, "GET", "/", ["Upgrade: websocket"])  # without Connection: Upgrade it asks for nothing
    assert seen.pop() is False


def test_every_answer_tells_the_browser_to_be_careful():
    def stream(request):
        yield "x"

    def fail(request):
        raise HttpError(418)

    web = Router("", [["/", lambda request: "x"], ["/stream", stream], ["/fail", fail]])
    web.add("/full", lambda request: Response("x", 201))
    web.add("/away", lambda request: redirect("/"))
    site = site_with(web)
    for path in ("/", "/stream", "/fail", "/full", "/away", "/none"):
        headers = ask(site, "GET", path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["content-security-policy"] == "frame-ancestors 'self'", path
        assert "server" not in headers
    site.server = "modcore"
    site._second = None
    assert ask(site, "GET", "/").headers["server"] == "modcore"
    out = Wire(site)(b"BROKEN\r\n\r\n")
    assert b"nosniff" in out and b" 400 " in out


def test_a_site_that_is_shut_answers_nothing_but_503():
    site = garden()
    site.shut = "users without http_auth"
    for method, path in (("GET", "/"), ("PUT", "/write"), ("GET", "/api"), ("OPTIONS", "*")):
        answer = ask(site, method, path, [], b"" if method == "PUT" else None)
        assert answer.status == 503 and b"http_auth" not in answer.body and "retry-after" in answer.headers


def test_what_takes_another_plugin_says_so():
    from plugins.http import Site

    site = Site()
    site.contents.append(Router("", [["/", lambda request: request.session]]))
    answer = ask(site, "GET", "/")
    assert answer.status == 501 and b"http_auth" in answer.body
    assert ask(site, "GET", "/").status == 501
    wire = Wire(site)
    wire(request("GET", "/"))
    assert not wire.closed
