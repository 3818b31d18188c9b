"""One rule by path for pages, API, events and WebSockets; needs() for a single handler."""

from http_wire import ask
from test_http_users import cookie_of, garden, log_in

from plugins.http_auth.access import Access
from support import raises

ANNA = ["Authorization: Bearer admin"]
BOB = ["Authorization: Bearer guest"]
TOKENS = {"anna": {"token": "admin", "groups": ["admin"]}, "bob": {"token": "guest"}}


def statuses(access, method, path, *more):
    """The statuses for nobody, bob (no group) and anna (admin)."""
    site = garden(tokens=TOKENS, access=access)
    body = b"" if method == "PUT" else None
    return [ask(site, method, path, who + list(more), body).status for who in ([], BOB, ANNA)]


def test_closed_to_all():
    assert statuses({"/api": "none"}, "GET", "/api/valve") == [401, 403, 403]
    assert statuses({"/api": "none"}, "GET", "/who") == [200, 200, 200]


def test_closed_to_writing():
    for rule in ("read", {"write": "none"}):
        assert statuses({"/api": rule}, "GET", "/api/valve") == [200, 200, 200]
        assert statuses({"/api": rule}, "PUT", "/api/valve") == [401, 403, 403]


def test_closed_to_groups():
    assert statuses({"/api": ["admin"]}, "GET", "/api/valve") == [401, 403, 200]
    rule = {"read": "all", "write": ["staff", "admin"]}
    assert statuses({"/api": rule}, "GET", "/api/valve") == [200, 200, 200]
    assert statuses({"/api": rule}, "PUT", "/api/valve") == [401, 403, 200]


def test_open_to_whoever_is_logged_in():
    assert statuses({"/": "users"}, "GET", "/who") == [401, 200, 200]


def test_the_longest_path_counts():
    access = {"/": "users", "/api": ["admin"], "/api/valve": "all"}
    assert statuses(access, "PUT", "/api/valve") == [200, 200, 200]
    assert statuses(access, "GET", "/api/other") == [401, 403, 404]
    assert statuses(access, "GET", "/apiary") == [401, 404, 404]


def test_a_rule_can_not_be_got_round_by_writing_the_path_otherwise():
    for path in (
        "/secret",
        "/SECRET",
        "//secret",
        "/%73ecret",
        "/secret/",
        "/secret//",
        "/secret?x",
        "/%2Fsecret",
    ):
        assert statuses({"/secret": "none"}, "GET", path)[0] == 401, path


def test_what_does_not_exist_is_refused_like_what_does():
    assert statuses({"/api": "none"}, "GET", "/api/nothing") == [401, 403, 403]


def test_opening_a_websocket_counts_as_writing():
    upgrade = ("Connection: Upgrade", "Upgrade: websocket")
    assert statuses({"/who": "read"}, "GET", "/who", *upgrade) == [401, 403, 403]


def test_options_and_head_are_reading():
    assert statuses({"/api": "read"}, "HEAD", "/api/valve") == [200, 200, 200]
    assert statuses({"/api": "read"}, "OPTIONS", "/api/valve") == [204, 204, 204]


def test_a_browser_is_sent_to_the_login_page_and_back():
    site = garden(access={"/": "users"})
    html = ["Accept: text/html,application/xhtml+xml"]
    answer = ask(site, "GET", "/who?a=1&b=2", html)
    assert answer.status == 303
    assert answer.headers["location"] == "/login?next=/who?a=1%26b=2"
    page = ask(site, "GET", answer.headers["location"], html)
    assert page.status == 200 and b'value="/who?a=1&amp;b=2"' in page.body
    answer = log_in(site, "bob", "bob&next=/who?a=1%26b=2")
    assert answer.headers["location"] == "/who?a=1&b=2"
    assert ask(site, "GET", "/who", html + [cookie_of(answer)]).status == 200


def test_a_program_gets_401_and_what_it_takes():
    answer = ask(garden(access={"/": "users"}), "GET", "/who")
    assert answer.status == 401 and answer.headers["www-authenticate"].startswith("Bearer")


def test_needs_guards_one_handler():
    site = garden(tokens=TOKENS)
    assert [ask(site, "GET", "/pump", who).status for who in ([], BOB, ANNA)] == [401, 403, 200]
    assert ask(site, "GET", "/pump", ["Accept: text/html"]).headers["location"] == "/login?next=/pump"


def test_broken_rules_are_named():
    assert "'everybody'; takes all, users, none" in str(raises(ValueError, Access, {"/api": "everybody"}))
    assert "begins with /" in str(raises(ValueError, Access, {"api": "all"}))


def test_a_slip_in_a_rule_opens_nothing():
    for who in (
        {},
        {"read": "all", "wirte": ["family"]},
        {"Read": "all"},
        {"read": None},
        None,
        5,
        [5],
        "everybody",
        "",
    ):
        assert "/api" in str(raises(ValueError, Access, {"/api": who}))
