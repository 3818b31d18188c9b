"""Sessions: random ids in safe cookies, a bound on their number, expiry renewed on use."""

from http_wire import Answer, Wire, ask, request, site_with

from plugins.http import Router
from plugins.http_auth import protect
from plugins.http_auth.sessions import Sessions


def shop():
    """A site that counts visits in the session, and its Sessions."""
    web = Router()

    @web.get("/count")
    def count(request):
        request.session["n"] = request.session.get("n", 0) + 1
        return {"n": request.session["n"]}

    @web.get("/look")
    def look(request):
        return {"n": request.session.get("n")}

    @web.get("/plain")
    def plain(request):
        return "no session"

    @web.post("/write")
    def write(request):
        return "written"

    @web.get("/token")
    def token(request):
        return request.session.token()

    @web.get("/bye")
    def bye(request):
        request.session.end()
        return "bye"

    site = site_with(web)
    site.sessions = Sessions(limit=3, idle_s=60)
    site.filters.append(site.sessions)
    return site


def cookie_of(answer):
    """The Cookie header that a browser would send after an answer."""
    return "Cookie: " + answer.headers["set-cookie"].split(";")[0]


def test_a_value_is_kept_from_request_to_request():
    site = shop()
    first = ask(site, "GET", "/count")
    cookie = cookie_of(first)
    assert ask(site, "GET", "/count", [cookie]).body == b'{"n": 2}'
    assert ask(site, "GET", "/look", [cookie]).body == b'{"n": 2}'
    assert ask(site, "GET", "/look").body == b'{"n": null}'


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites():
    text = ask(shop(), "GET", "/count").headers["set-cookie"]
    assert "; HttpOnly" in text and "; SameSite=Lax" in text and "; Path=/" in text
    assert "; Secure" not in text
    assert "; Secure" in ask(shop(), "GET", "/count", secure=True).headers["set-cookie"]


def test_the_cookie_is_sent_once_and_the_answer_is_not_cached():
    site = shop()
    first = ask(site, "GET", "/count")
    assert first.headers["cache-control"] == "no-store"
    assert "set-cookie" not in ask(site, "GET", "/count", [cookie_of(first)]).headers


def test_ids_are_random_and_long():
    site = shop()
    ids = set()
    for _ in range(20):
        ids.add(cookie_of(ask(site, "GET", "/count")))
    assert len(ids) == 20 and min([len(i) for i in ids]) == len("Cookie: sid=") + 32


def test_reading_alone_keeps_no_session():
    site = shop()
    for path in ("/look", "/plain"):
        assert "set-cookie" not in ask(site, "GET", path).headers
    assert len(site.sessions) == 0


def test_an_id_that_the_server_has_not_given_is_not_taken():
    site = shop()
    answer = ask(site, "GET", "/count", ["Cookie: sid=00112233445566778899aabbccddeeff"])
    assert "00112233" not in answer.headers["set-cookie"]


def test_the_one_that_was_idle_for_longest_goes_first():
    site = shop()
    clock = [0]
    site.sessions.now_s = lambda: clock[0]
    cookies = []
    for _ in range(3):
        cookies.append(cookie_of(ask(site, "GET", "/count")))
        clock[0] += 1
    ask(site, "GET", "/count", [cookies[0]])  # now the second one is the oldest
    clock[0] += 1
    ask(site, "GET", "/count")
    assert len(site.sessions) == 3
    assert ask(site, "GET", "/look", [cookies[1]]).body == b'{"n": null}'
    assert ask(site, "GET", "/look", [cookies[0]]).body == b'{"n": 2}'
    assert ask(site, "GET", "/look", [cookies[2]]).body == b'{"n": 1}'


def test_visitors_do_not_push_out_who_is_logged_in():
    site = shop()
    first = ask(site, "GET", "/count")
    for session in site.sessions._by_id.values():
        session.user = "anna"
    for _ in range(10):
        ask(site, "GET", "/count")
    assert ask(site, "GET", "/look", [cookie_of(first)]).body == b'{"n": 1}'


def test_a_session_expires_and_use_renews_it():
    site = shop()
    clock = [0]
    site.sessions.now_s = lambda: clock[0]
    cookie = cookie_of(ask(site, "GET", "/count"))
    for _ in range(3):
        clock[0] += 50
        assert ask(site, "GET", "/look", [cookie]).body == b'{"n": 1}'
    clock[0] += 61
    answer = ask(site, "GET", "/look", [cookie])
    assert answer.body == b'{"n": null}' and "Max-Age=0" in answer.headers["set-cookie"]
    assert len(site.sessions) == 0


def test_purge_forgets_what_has_expired():
    site = shop()
    clock = [0]
    site.sessions.now_s = lambda: clock[0]
    ask(site, "GET", "/count")
    clock[0] = 40
    ask(site, "GET", "/count")
    clock[0] = 70
    site.sessions.purge()
    assert len(site.sessions) == 1


def test_end_forgets_the_session_and_takes_the_cookie_back():
    site = shop()
    cookie = cookie_of(ask(site, "GET", "/count"))
    answer = ask(site, "GET", "/bye", [cookie])
    assert "sid=;" in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]
    assert ask(site, "GET", "/look", [cookie]).body == b'{"n": null}'


def test_a_write_with_a_session_takes_the_same_origin():
    site = shop()
    cookie = cookie_of(ask(site, "GET", "/count"))

    def write(*headers):
        return ask(site, "POST", "/write", [cookie] + list(headers), b"").status

    assert write("Origin: http://garden") == 200
    assert write("Origin: http://garden:80") == 200
    assert write() == 403
    for other in (
        "http://evil.example",
        "https://garden",
        "http://garden:8080",
        "null",
        "http://garden.evil.example",
        "",
    ):
        assert write("Origin: " + other) == 403, other
    assert ask(site, "POST", "/write", ["Origin: http://evil.example"], b"").status == 403
    assert ask(site, "POST", "/write", [], b"").status == 200  # no browser, and no session
    assert ask(site, "GET", "/look", [cookie, "Origin: http://evil.example"]).status == 200


def test_a_write_with_the_sessions_token_needs_no_origin():
    site = shop()
    answer = ask(site, "GET", "/token")
    cookie = cookie_of(answer)
    token = str(answer.body, "ascii")
    form = ["Content-Type: application/x-www-form-urlencoded"]
    assert ask(site, "POST", "/write", [cookie, "X-CSRF-Token: " + token], b"").status == 200
    assert ask(site, "POST", "/write", [cookie] + form, b"a=1&csrf_token=" + answer.body).status == 200
    assert ask(site, "POST", "/write", [cookie, "X-CSRF-Token: " + token[:-1] + "x"], b"").status == 403
    assert ask(site, "POST", "/write", [cookie] + form, b"a=1&csrf_token=").status == 403


def test_other_origins_can_be_allowed():
    site = shop()
    site.origins = ["https://garden.example"]
    cookie = cookie_of(ask(site, "GET", "/count"))
    assert ask(site, "POST", "/write", [cookie, "Origin: https://garden.example"], b"").status == 200


def test_a_request_that_is_refused_leaves_the_connection_usable():
    site = shop()
    cookie = cookie_of(ask(site, "GET", "/count"))
    wire = Wire(site)
    assert Answer(wire(request("POST", "/write", [cookie], b"x"))).status == 403
    assert Answer(wire(request("GET", "/plain"))).status == 200


def test_a_full_store_of_users_keeps_them_all():
    site = shop()
    cookies = []
    for _ in range(3):
        cookies.append(cookie_of(ask(site, "GET", "/count")))
    for session in site.sessions.all():
        session.user = "anna"
    for _ in range(5):
        answer = ask(site, "GET", "/count")
        assert (
            answer.status == 200 and "set-cookie" not in answer.headers
        )  # a guest is served, and not remembered
    for cookie in cookies:
        assert ask(site, "GET", "/look", [cookie]).body == b'{"n": 1}'


def test_in_the_same_second_the_oldest_goes_first():
    site = shop()
    site.sessions.now_s = lambda: 5
    cookies = [cookie_of(ask(site, "GET", "/count")) for _ in range(5)]
    kept = [ask(site, "GET", "/look", [cookie]).body == b'{"n": 1}' for cookie in cookies]
    assert kept == [False, False, True, True, True]


def test_sessions_go_on_when_the_configuration_changes():
    site = shop()
    cookie = cookie_of(ask(site, "GET", "/count"))
    protect(site, {"sessions": {"limit": 3, "idle_s": 600}})
    assert ask(site, "GET", "/look", [cookie]).body == b'{"n": 1}'
    assert len([each for each in site.filters if isinstance(each, Sessions)]) == 1


def test_a_body_that_cannot_be_read_is_the_clients_mistake_with_sessions_too():
    site = shop()
    router = Router()

    @router.post("/json")
    def read(request):
        return request.json

    site.contents.append(router)
    assert ask(site, "POST", "/json", ["Content-Type: application/json"], b"{").status == 400
