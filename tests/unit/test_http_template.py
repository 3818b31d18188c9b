"""Templates: variables, conditions, loops, functions; escaped, streamed, with errors that name the line."""

from http_wire import ask, site_with

from plugins.http import Router
from plugins.http_template import Template, TemplateError, Templates
from support import new_folder, raises, remove


def render(text, **values):
    """The whole text."""
    return "".join(Template(text=text).render(**values))


def broken(text, **values):
    """Return what is said about a template that can't be rendered."""
    return str(raises(TemplateError, list, Template(text=text).render(**values)))


def test_text_without_tags_stays_as_it_is():
    for text in ("", "plain", "line\nline\r\n", "{ brace } { {", "function() { if (a) { b } }", "äöü€" * 200):
        assert render(text) == text


def test_variables():
    assert render("Hello {{ name }}!", name="Anna") == "Hello Anna!"
    assert render("{{a}}{{ b }}|{{ c }}|{{ d }}", a=1, b=2.5, c=None, d=True) == "12.5||True"
    assert render("{{ valve['name'] }} {{ valve.get('x', 'none') }}", valve={"name": "Lawn"}) == "Lawn none"


def test_values_are_escaped_unless_told_otherwise():
    text = "<b>\"Tom\" & 'Jerry'</b>"
    assert render("{{ t }}", t=text) == "&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;"
    assert render("{{! t }}", t=text) == text
    assert render("{{ t }}", t="{{ t }}") == "{{ t }}"


def test_conditions():
    text = "{% if n > 9 %}many{% elif n %}some{% else %}none{% end %}."
    assert [render(text, n=n) for n in (10, 1, 0)] == ["many.", "some.", "none."]
    assert render("{% if a and not b %}x{% end %}", a=1, b=0) == "x"
    assert render("{% if a %}x{% end %}", a=0) == ""


def test_loops():
    assert render("{% for v in list %}[{{ v }}]{% end %}", list=["a", "<"]) == "[a][&lt;]"
    assert render("{% for i, v in enumerate(list) %}{{ i }}{{ v }} {% end %}", list="xy") == "0x 1y "
    assert render("{% for v in [] %}x{% end %}|", v="outer") == "|"
    assert render("{% for v in [1] %}{{ v }}{% end %}{{ v }}", v="outer") == "1outer"


def test_blocks_nest():
    text = """{% for row in rows %}
{% for cell in row %}{% if cell %}{{ cell }}{% else %}-{% end %}{% end %}
{% end %}"""
    assert render(text, rows=[[1, 0], [0, 2]]).split() == ["1-", "-2"]


def test_functions():
    assert render("{{ upper(name) }} {{ len(name) }}", name="ab", upper=lambda s: s.upper()) == "AB 2"


def test_remarks_are_left_out():
    assert render("a{# {{ nothing }} #}b") == "ab"


def test_errors_name_the_line():
    assert "line 2: NameError" in broken("x\n{{ nothing }}")
    assert "line 1: ZeroDivisionError" in broken("{{ 1 / n }}", n=0)
    assert "line 3: '1 +' is not an expression" in broken("\n\n{{ 1 + }}")
    assert "line 1: }} missing" in broken("{{ name\n}}")
    assert "line 2: {% end %} missing" in broken("{% if 1 %}\nx")
    for tag in ("end", "else", "elif 1", "while 1"):
        assert "has no place here" in broken("{% " + tag + " %}")
    assert "has no place here" in broken("{% if 1 %}{% else %}{% else %}{% end %}")
    assert "has no place here" in broken("{% for a in [] %}{% else %}{% end %}")


def test_a_file_is_streamed_in_pieces():
    folder = new_folder()
    with open(folder + "/page.html", "wb") as file:
        for i in range(100):
            file.write(("Zeile %d äöü€ {{ n }}\n" % i).encode())
    page = Template(folder + "/page.html")
    for n in (7, "ß"):
        pieces = list(page.render(n=n))
        assert len(pieces) > 2 and max([len(p) for p in pieces]) < 1500
        assert "".join(pieces) == "".join(["Zeile %d äöü€ %s\n" % (i, n) for i in range(100)])
    remove(folder)


def test_a_handler_answers_with_a_template():
    web = Router()
    page = Template(text="<p>{{ name }}</p>")
    web.add("/hello/:name", lambda request: page.render(name=request.params["name"]))
    answer = ask(site_with(web), "GET", "/hello/%3Cx%3E")
    assert answer.status == 200 and b"<p>&lt;x&gt;</p>" in answer.body
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_filter_serves_the_templates_of_a_folder_and_nothing_else():
    folder = new_folder()
    with open(folder + "/index.html", "w") as file:
        file.write("home of {{ who }}")
    with open(folder + "/secret.txt", "w") as file:
        file.write("secret")
    site = site_with(Router())
    site.filters.append(Templates(folder, lambda request: {"who": request.query.get("who", "nobody")}))
    assert b"home of nobody" in ask(site, "GET", "/").body
    assert b"home of anna" in ask(site, "GET", "/index?who=anna").body
    for path in ("/none", "/secret", "/secret.txt", "/../index", "/index.html", "/%2e%2e/index", "/a//index"):
        assert ask(site, "GET", path).status in (400, 404), path
    assert ask(site, "POST", "/", [], b"").status in (404, 405)
    remove(folder)
