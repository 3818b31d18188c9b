"""Users and groups: login by form and JSON, lockout, tokens, access rules by path."""

from http_wire import ask, site_with

from plugins.http import HttpError, Router
from plugins.http_auth import needs, protect
from plugins.http_auth.users import Users
from support import raises

FORM = ["Content-Type: application/x-www-form-urlencoded"]
JSON = ["Content-Type: application/json"]
# "pump" and "tap" under 5 rounds: a test need not take long.
ANNA = "pbkdf2-sha256:5:00:6b11d97aa28e2ec35187e3f2f5b70c4a6f6b0e6f6cb8bd8e8ff1bd1d4d3ff0f2"


def garden(**config):
    """A site with users anna (admin) and bob (no group), password as the name."""
    web = Router()

    @web.get("/who")
    def who(request):
        return {"user": request.user and request.user.name}

    @web.route("/api/valve", "GET,PUT")
    def valve(request):
        return {"valve": True}

    @web.get("/secret")
    def secret(request):
        return "secret"

    @web.get("/pump")
    @needs("admin")
    def pump(request):
        return "pump"

    site = site_with(web)
    config.setdefault(
        "users", {"anna": {"password": "anna", "groups": ["admin"]}, "bob": {"password": "bob"}}
    )
    config.setdefault("login", {"hash_ms": 1})
    protect(site, config)
    return site


def log_in(site, name, password, *headers):
    """The answer to a login by form."""
    body = ("name=%s&password=%s" % (name, password)).encode()
    return ask(site, "POST", "/login", FORM + list(headers), body)


def cookie_of(answer):
    """The Cookie header that a browser would send after an answer."""
    return "Cookie: " + answer.headers["set-cookie"].split(";")[0]


def test_login_by_form_makes_a_session_and_goes_on():
    site = garden()
    answer = log_in(site, "anna", "anna")
    assert answer.status == 303 and answer.headers["location"] == "/"
    assert ask(site, "GET", "/who", [cookie_of(answer)]).body == b'{"user": "anna"}'
    assert ask(site, "GET", "/who").body == b'{"user": null}'


def test_login_by_json_answers_with_json():
    site = garden()
    answer = ask(site, "POST", "/login", JSON, b'{"name": "anna", "password": "anna"}')
    assert answer.status == 200 and b'"admin"' in answer.body
    assert ask(site, "GET", "/who", [cookie_of(answer)]).body == b'{"user": "anna"}'
    assert ask(site, "POST", "/login", JSON, b'{"name": "anna", "password": "x"}').status == 401


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer():
    site = garden()
    wrong = log_in(site, "anna", "bob")
    unknown = log_in(site, "nobody", "bob")
    assert wrong.status == unknown.status == 401
    assert wrong.body == unknown.body and b"wrong" in wrong.body
    assert "set-cookie" not in wrong.headers


def test_a_login_without_name_or_password_is_a_bad_request():
    site = garden()
    assert ask(site, "POST", "/login", FORM, b"name=anna").status == 400
    assert ask(site, "POST", "/login", JSON, b'["anna"]').status == 400
    assert ask(site, "POST", "/login", JSON, b'{"name": 1, "password": "x"}').status == 400


def test_next_leads_back_to_a_page_of_this_server_only():
    site = garden()
    for next, goal in (
        ("/who", "/who"),
        ("/a%3Fb=1", "/a?b=1"),
        ("//evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("http://evil.example", "/"),
        ("/%0d%0aX: y", "/"),
        ("/%7f", "/"),
        ("", "/"),
    ):
        answer = log_in(site, "anna", "anna&next=" + next)
        assert answer.headers["location"] == goal, next


def test_login_gives_a_fresh_id_to_a_session_that_was_there():
    site = garden()
    first = log_in(site, "bob", "bob")
    second = log_in(site, "anna", "anna", cookie_of(first), "Origin: http://garden")
    assert cookie_of(first) != cookie_of(second)
    assert ask(site, "GET", "/who", [cookie_of(first)]).body == b'{"user": null}'


def test_another_sites_page_can_not_log_in():
    assert log_in(garden(), "anna", "anna", "Origin: http://evil.example").status == 403


def test_logout_takes_a_post_and_ends_the_session():
    site = garden()
    cookie = cookie_of(log_in(site, "anna", "anna"))
    page = ask(site, "GET", "/logout", [cookie])
    assert b"<button>Log out" in page.body and b"anna" in page.body
    assert ask(site, "GET", "/who", [cookie]).body == b'{"user": "anna"}'
    answer = ask(site, "POST", "/logout", [cookie, "Origin: http://garden"], b"")
    assert answer.status == 303 and "Max-Age=0" in answer.headers["set-cookie"]
    assert ask(site, "GET", "/who", [cookie]).body == b'{"user": null}'


def test_a_user_who_is_removed_is_nobody_at_once():
    site = garden()
    cookie = cookie_of(log_in(site, "anna", "anna"))
    site.users.remove("anna")
    assert ask(site, "GET", "/who", [cookie]).body == b'{"user": null}'


def test_the_name_on_a_page_is_escaped():
    site = garden(users={"<b>": {"password": "x"}})
    cookie = cookie_of(log_in(site, "%3Cb%3E", "x"))
    assert b"&lt;b&gt;" in ask(site, "GET", "/logout", [cookie]).body
    assert b'value="/&quot;&gt;"' in ask(site, "GET", "/login?next=/%22%3E").body


def test_repeated_failures_lock_a_name_whether_it_exists_or_not():
    site = garden(login={"hash_ms": 1, "attempts": 3, "lock_s": 60})
    clock = [0]
    site.users._now_s = lambda: clock[0]
    for name in ("anna", "nobody"):
        for _ in range(3):
            assert log_in(site, name, "guess").status == 401
        locked = log_in(site, name, "guess")
        assert locked.status == 429 and locked.headers["retry-after"] == "60"
    assert log_in(site, "anna", "anna").status == 429
    assert log_in(site, "bob", "bob").status == 303
    clock[0] = 61
    assert log_in(site, "anna", "guess").status == 401
    assert log_in(site, "anna", "anna").headers["retry-after"] == "120"
    clock[0] = 200
    assert log_in(site, "anna", "anna").status == 303
    assert log_in(site, "anna", "guess").status == 401


def test_names_that_do_not_exist_are_not_remembered_without_end():
    site = garden()
    for i in range(40):
        log_in(site, "x%d" % i, "guess")
    assert len(site.users._failures) <= 17


def test_passwords_in_clear_text_are_hashed_with_the_first_login():
    site = garden()
    log_in(site, "bob", "bob")
    for entry in site.users._users.values():
        assert entry[0].startswith("pbkdf2-sha256:")


def test_bearer_tokens_stand_for_a_user_of_their_own():
    from binascii import hexlify
    from hashlib import sha256

    digest = "sha256:" + str(hexlify(sha256(b"s3same").digest()), "ascii")
    site = garden(tokens={"grafana": {"token": digest, "groups": ["admin"]}, "probe": {"token": "clear"}})
    assert ask(site, "GET", "/who", ["Authorization: Bearer s3same"]).body == b'{"user": "grafana"}'
    assert ask(site, "GET", "/who", ["authorization: bearer  clear "]).body == b'{"user": "probe"}'
    for wrong in ("Bearer s3sama", "Bearer ", "Bearer", "Basic s3same", "Bearer " + digest):
        assert ask(site, "GET", "/who", ["Authorization: " + wrong]).body == b'{"user": null}', wrong
    assert ask(site, "GET", "/pump", ["Authorization: Bearer s3same"]).status == 200
    assert ask(site, "GET", "/pump", ["Authorization: Bearer clear"]).status == 403


def test_a_stranger_does_not_lock_out_who_has_logged_in_before():
    users = Users({"anna": {"password": "right"}}, attempts=3, hash_ms=1)

    def attempt(password, address):
        steps = users.verify("anna", password, address)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            except HttpError as error:
                return error.status

    assert attempt("right", "192.168.1.9").name == "anna"
    assert [attempt("wrong", "192.168.1.66") for _ in range(5)] == [None] * 3 + [429] * 2
    assert attempt("right", "192.168.1.66") == 429
    assert attempt("right", "192.168.1.9").name == "anna"
    assert [attempt("wrong", "192.168.1.9") for _ in range(4)] == [None] * 3 + [
        429
    ]  # nor is that place without limit


def test_a_user_or_token_without_a_secret_is_refused():
    for users, tokens in (
        ({"anna": "x"}, None),
        ({"anna": {}}, None),
        ({"anna": {"password": ""}}, None),
        ({"anna": {"password": None}}, None),
        ({"anna": {"password": "x", "groups": "admin"}}, None),
        (None, {"robot": {"token": ""}}),
        (None, {"robot": {"groups": ["admin"]}}),
        (None, {"robot": "x"}),
    ):
        assert "takes" in str(raises(ValueError, Users, users, tokens))
