"""Forms: urlencoded and multipart, in memory."""

from http_wire import ask, site_with

from plugins.http import Router
from plugins.http_forms import fields as all_fields
from plugins.http_forms.forms import parameter

URLENCODED = ["Content-Type: application/x-www-form-urlencoded"]
MULTIPART = ["Content-Type: multipart/form-data; boundary=XyZ"]


def echo():
    """A site that answers with the form as JSON."""
    web = Router()

    @web.post("/form")
    def form(request):
        fields = {}
        for name in request.form:
            value = request.form[name]
            if not isinstance(value, str):
                value = [value.filename, value.type, value.size, str(value.data, "utf-8")]
            fields[name] = value
        return {"fields": fields, "all": [value for name, value in all_fields(request) if name == "a"]}

    return site_with(web)


def post(headers, body):
    """Return what the site answers: status, and the JSON value."""
    import json

    answer = ask(echo(), "POST", "/form", headers, body)
    return answer.status, json.loads(answer.body) if answer.status == 200 else answer.body


def test_urlencoded():
    status, got = post(URLENCODED, b"a=1&b=x+y&c=%C3%A4%26&d=&e&a=2")
    assert status == 200
    assert got == {"fields": {"a": "2", "b": "x y", "c": "\u00e4&", "d": "", "e": ""}, "all": ["1", "2"]}


def test_a_parameter_of_the_type_does_not_matter():
    status, got = post(["Content-Type: Application/X-WWW-Form-Urlencoded; charset=UTF-8"], b"a=1")
    assert got == {"fields": {"a": "1"}, "all": ["1"]}


def test_another_type_is_an_empty_form():
    assert post(["Content-Type: text/plain"], b"a=1")[1] == {"fields": {}, "all": []}
    assert post([], b"a=1")[1] == {"fields": {}, "all": []}


def test_broken_escapes_and_broken_text_are_refused():
    assert post(URLENCODED, b"a=%zz")[0] == 400
    assert post(URLENCODED, b"a=%ff")[0] == 400


def test_multipart():
    body = (
        b'--XyZ\r\nContent-Disposition: form-data; name="a"\r\n\r\nfirst\r\n'
        b'--XyZ\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
        b'--XyZ\r\nContent-Disposition: form-data; name="f"; filename="C:\\pic 1.txt"\r\n'
        b"Content-Type: text/css\r\n\r\nline\r\n--Xy\r\n\r\n--XyZ--\r\n"
    )
    status, got = post(MULTIPART, body)
    assert status == 200
    assert got["all"] == ["first", ""]
    assert got["fields"]["f"] == ["C:\\pic 1.txt", "text/css", 12, "line\r\n--Xy\r\n"]


def test_broken_multipart_is_refused():
    head = b'--XyZ\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'
    for body in (
        head,
        head + b"\r\n--XyZ",
        head + b"\r\n--XyZ-",
        head + b"\r\n--XyZjunk\r\n",
        b"--XyZ\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XyZ--",
        b"--XyZ\r\nNo header\r\n\r\nx\r\n--XyZ--",
        b'--XyZ\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n--XyZ--',
        b'--XyZ\r\nContent-Disposition: form-data; name="a\r\n\r\nx\r\n--XyZ--',
        b'--XyZ\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--XyZ--',
        b"",
        b"no boundary at all",
    ):
        assert post(MULTIPART, body)[0] == 400, body
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=a{b",
    ):
        assert post(["Content-Type: " + kind], head)[0] == 400, kind


def test_parameters_of_a_header():
    header = 'form-data; name="a;b"; FileName = x.txt ;z=""'
    assert parameter(header, "name") == "a;b"
    assert parameter(header, "filename") == "x.txt"
    assert parameter(header, "z") == ""
    assert parameter(header, "q") is None
    assert parameter("form-data", "name") is None
