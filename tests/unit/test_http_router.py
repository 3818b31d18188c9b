"""The router finds the handler for a path and a method, and names what else there is."""

import json

from http_wire import Answer, Wire, ask, request, site_with

from plugins.http import Router
from support import raises


def name(text):
    """A handler that tells its name and the parameters."""

    def handler(request):
        params = request.params or {}
        return {"name": text, "params": sorted([(str(key), params[key]) for key in params])}

    return handler


def found(router, path, method="GET"):
    """(status, name, params) for a request."""
    answer = ask(site_with(router), method, path, [], b"" if method in ("POST", "PUT") else None)
    if answer.status != 200:
        return answer.status
    body = json.loads(str(answer.body, "utf-8"))
    return (body["name"],) + tuple([tuple(pair) for pair in body["params"]])


def test_decorators_and_lists_make_the_same_routes():
    router = Router("/shop", [["/list", name("list"), "GET,POST"], ["/plain", name("plain")]])
    router.get("/one")(name("one"))
    router.post("/one")(name("post"))
    router.put("/two")(name("put"))
    router.delete("/two")(name("delete"))
    router.patch("/two")(name("patch"))
    router.route("/three", methods="GET,PUT")(name("three"))
    router.route("/four", methods=["get", "put"])(name("four"))
    assert found(router, "/shop/list") == found(router, "/shop/list", "POST") == ("list",)
    assert found(router, "/shop/plain") == ("plain",) and found(router, "/shop/plain", "POST") == 405
    assert found(router, "/shop/one") == ("one",) and found(router, "/shop/one", "POST") == ("post",)
    assert [found(router, "/shop/two", m) for m in ("PUT", "DELETE")] == [("put",), ("delete",)]
    assert found(router, "/shop/three", "PUT") == ("three",) and found(router, "/shop/four") == ("four",)
    assert ("/shop/one", "GET,POST") in router.routes()


def test_a_decorated_function_stays_what_it_is():
    router = Router()

    def handler(request):
        return "x"

    assert router.get("/")(handler) is handler


def test_parameters_come_by_name_and_stars_by_number():
    router = Router(
        "/u", [["/user/:user/id/:userid", name("user")], ["/led/*/*", name("led")], ["/:a/*", name("mix")]]
    )
    assert found(router, "/u/user/anna/id/7") == ("user", ("user", "anna"), ("userid", "7"))
    assert found(router, "/u/led/red/on") == ("led", ("0", "red"), ("1", "on"))
    assert found(router, "/u/x/y") == ("mix", ("0", "y"), ("a", "x"))
    assert found(router, "/u/led/red") == ("mix", ("0", "red"), ("a", "led"))
    assert found(router, "/u/led/red/on/off") == 404


def test_the_exact_path_goes_before_the_general_one():
    router = Router()
    for path in ("/*/*", "/:x/b", "/a/*", "/a/:x", "/a/b", "/*", "/c"):
        router.add(path, name(path))
    assert found(router, "/a/b") == ("/a/b",)
    assert found(router, "/a/z")[0] == "/a/:x"
    assert found(router, "/z/b")[0] == "/:x/b"
    assert found(router, "/z/z")[0] == "/*/*"
    assert found(router, "/c") == ("/c",) and found(router, "/d")[0] == "/*"


def test_a_method_that_only_the_general_path_has_goes_there():
    router = Router("", [["/a", name("exact"), "GET"], ["/:x", name("general"), "POST"]])
    assert found(router, "/a") == ("exact",) and found(router, "/a", "POST")[0] == "general"
    allow = ask(site_with(router), "DELETE", "/a").headers["allow"]
    assert allow == "GET, HEAD, OPTIONS, POST"


def test_a_slash_at_the_end_makes_no_difference():
    router = Router("/r/", [["/", name("root")], ["/a/", name("a")], ["/:x/b", name("b")]])
    for path in ("/r", "/r/"):
        assert found(router, path) == ("root",)
    for path in ("/r/a", "/r/a/"):
        assert found(router, path) == ("a",)
    assert found(router, "/r/1/b/")[0] == "b"


def test_slashes_in_a_row_are_joined():
    router = Router("/r", [["/a", name("a")], ["/:x/b", name("b")]])
    for path in ("/r//a", "//r/a", "///r//a//"):
        assert found(router, path) == ("a",), path
    assert found(router, "/r//1//b") == ("b", ("x", "1"))
    assert found(router, "/r//%31/%62") == ("b", ("x", "1"))


def test_several_routers_are_asked_in_turn():
    site = site_with(
        Router("/a", [["/x", name("first")]]),
        Router("/a", [["/x", name("second"), "PUT"], ["/y", name("y")]]),
    )
    assert b"first" in ask(site, "GET", "/a/x").body and b'"y"' in ask(site, "GET", "/a/y").body
    assert b"second" in ask(site, "PUT", "/a/x", [], b"").body
    assert ask(site, "DELETE", "/a/x").headers["allow"] == "GET, HEAD, OPTIONS, PUT"


def test_other_methods_are_405_with_what_is_allowed_and_other_paths_404():
    router = Router("", [["/x", name("x"), "GET,PUT"], ["/y", name("y"), "POST"]])
    answer = ask(site_with(router), "DELETE", "/x")
    assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert ask(site_with(router), "GET", "/y").headers["allow"] == "OPTIONS, POST"
    assert found(router, "/z") == found(router, "/X") == found(router, "/x/y") == 404


def test_options_tell_what_is_allowed():
    site = site_with(Router("", [["/x", name("x"), "GET,PUT"]]))
    answer = ask(site, "OPTIONS", "/x")
    assert (
        answer.status == 204 and answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT" and answer.body == b""
    )
    assert ask(site, "OPTIONS", "/nothing").status == 404
    for target in (b"*", b"http://x"):
        answer = Answer(Wire(site)(b"OPTIONS " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n"))
        assert answer.status == 204 and "DELETE" in answer.headers["allow"]


def test_a_route_may_answer_options_and_methods_of_its_own():
    site = site_with(Router("", [["/x", name("mine"), "OPTIONS,PROPFIND"]]))
    assert b"mine" in ask(site, "OPTIONS", "/x").body and b"mine" in ask(site, "PROPFIND", "/x").body
    assert ask(site, "MKCOL", "/x").status == 501


def test_head_is_get_without_a_body():
    router = Router("", [["/x", name("x")], ["/y", lambda request: ("own", 200, {"X-Own": "1"}), "HEAD"]])
    wire = Wire(site_with(router))
    get, head = wire(request("GET", "/x")), wire(request("HEAD", "/x"))
    assert head.endswith(b"\r\n\r\n") and head.split(b"\r\n\r\n")[0] == get.split(b"\r\n\r\n")[0]
    assert Answer(wire(request("HEAD", "/y"))).headers["x-own"] == "1"
    assert Answer(wire(request("HEAD", "/y"))).body == b""
    assert ask(site_with(router), "HEAD", "/z").body == b""


def test_bad_routes_are_refused_when_they_are_made():
    router = Router("/r")
    assert "begins with /" in str(raises(ValueError, router.add, "x", name("x")))
    router.add("/x", name("x"))
    assert "there already" in str(raises(ValueError, router.add, "/x/", name("x")))
    raises(AttributeError, lambda: router.nothing)
    for path in ("/px*", "/**/a", "/a/*b", "/a/:", "/:a-b/c", "/:a/:a", "/a//b", "/a?b=1"):
        assert path in str(raises(ValueError, router.add, path, name("x"))), path
    assert "GTE" in str(raises(ValueError, router.route("/y", "GTE"), name("y")))
    assert "GET" in str(raises(ValueError, router.route("/y", ""), name("y")))
    for handler in ("hello", None, {"a": 1}):
        raises(TypeError, router.add, "/z", handler)


def test_a_route_may_take_any_method():
    router = Router("", [["/x", name("any"), "*"], ["/x", name("get"), "GET"]])
    assert found(router, "/x") == ("get",)
    for method in ("POST", "PUT", "DELETE", "PATCH", "PROPFIND", "MADEUP"):
        assert found(router, "/x", method) == ("any",), method
    assert "PUT" in ask(site_with(Router("", [["/y", name("y"), "*"]])), "OPTIONS", "/z").headers.get(
        "allow", "PUT"
    )


def test_the_route_that_fits_is_at_hand():
    seen = []

    def handler(request):
        seen.append(request.route)

    router = Router("/u", [["/:id/x", handler], ["/plain", handler]])
    for path in ("/u/7/x", "/u/plain/", "/u//plain"):
        ask(site_with(router), "GET", path)
    assert seen == ["/u/:id/x", "/u/plain", "/u/plain"]


def test_all_values_of_a_repeated_name_are_at_hand():
    def handler(request):
        return {"last": request.query["a"], "all": request.values("a"), "none": request.values("x")}

    site = site_with(Router("", [["/q", handler]]))
    got = json.loads(str(ask(site, "GET", "/q?a=5&b=6&a=7%20&a=").body, "utf-8"))
    assert got == {"last": "", "all": ["5", "7 ", ""], "none": []}


def test_routers_come_and_go():
    site = site_with(Router("", [["/a", name("a")]]))
    site.mount("m", Router("", [["/b", name("b")]]))
    assert ask(site, "GET", "/b").status == 200
    site.mount("m", Router("", [["/c", name("c")]]))
    assert ask(site, "GET", "/b").status == 404 and ask(site, "GET", "/c").status == 200
    site.mount("m", None)
    site.mount("m", None)
    assert ask(site, "GET", "/c").status == 404 and ask(site, "GET", "/a").status == 200


def test_contents_of_ones_own_take_part():
    class Clock:
        def find(self, request):
            if request.path == "/direct":
                return {"time": 1}
            if request.path == "/later":
                return self.handle

        def handle(self, request):
            return "handled"

    site = site_with(Clock(), Router("", [["/a", name("a")]]))
    assert (
        ask(site, "GET", "/direct").body == b'{"time": 1}' and ask(site, "GET", "/later").body == b"handled"
    )
    assert ask(site, "GET", "/a").status == 200 and ask(site, "GET", "/b").status == 404


def test_a_root_that_no_path_begins_with_is_refused():
    for root in ("api", "/:id", "/a/*"):
        raises(ValueError, Router(root).add, "/x", lambda request: "")


def test_what_answers_no_requests_is_not_mounted():
    from plugins.http import Site

    site = Site()
    for content in ("boom", b"boom", bytearray(2), 5, [], {}):
        raises(TypeError, site.mount, "x", content)
    assert not site.contents


def test_what_a_module_offers_wrongly_is_told_and_stops_no_server():
    from plugins.http import Site
    from plugins.http_api.settings import change

    class Server:
        added = {}
        log = None
        site = Site()
        told = []

        def error(self, text):
            self.told.append(str(text))

    server = Server()
    server.log = server
    for topic, value in (
        ("$http/routes/a", "boom"),
        ("$http/filters/b", "boom"),
        ("$http/filters/c", 5),
        ("$http/filters/d", [5]),
        ("$http/pages/e", 5),
        ("$http/pages/f", [404]),
    ):
        change(server, topic, value)
        change(server, topic, None)
        assert "takes" in server.told.pop() and not server.told, topic
    assert not server.site.contents and not server.site.filters and not server.site.pages
