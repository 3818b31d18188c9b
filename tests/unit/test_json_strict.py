"""JSON to the letter, on every runtime alike: what MicroPython's own reader lets through, too, is refused."""

from modcore.json_strict import check, loads, read
from support import raises

GOOD = (
    ("1", 1),
    ("-0", 0),
    ("-1.5e+10", -1.5e10),
    ("1E-2", 0.01),
    ('""', ""),
    (r'"\u00e4\n\/\"\\"', 'ä\n/"\\'),
    ("[]", []),
    ('[1,2,[3,{"a":null}]]', [1, 2, [3, {"a": None}]]),
    (' { "a" : [ true , false ] , "b":{} }\t\r\n', {"a": [True, False], "b": {}}),
    ('"Grüße"', "Grüße"),
    ('"\ud7ff\ue000ࠀ\U00010000\U0010ffff"', "\ud7ff\ue000ࠀ\U00010000\U0010ffff"),
    (r'"a\ud83d\ude00b\u00fc\\u"', "a😀bü\\u"),
    ('{"":0}', {"": 0}),
    ('"{[\\","', '{[",'),
)

# What MicroPython takes, what only looks like JSON, and what ends too early.
BAD = """08 -01 01.5 5. .5 +1 :5 5: 5, - 1e 2e- --1 1-2 1.2.3 1e5.5 0x10 1_000 NaN Infinity -Infinity tru nulll
truefalse [1_2] [1,] [,1] [1} {] {} [ { [1 {"a":1 {"a" {"a": {" {"a":1,} {,} {1:2} {"a"_1} {"a":1_"b":2}
{"a":1,"b"} {"a":1] [1]] {}} [[] "a "a"b" "\\q" "\\u12" "\\uZZZZ" "\\u-123" "\\" " "\\ "\\u
'' 'a' true_false /**/1""".split()
BAD = [text.replace("_", " ") for text in BAD if text != "{}"] + [
    "",
    " ",
    "\ufeff1",
    '"a\nb"',
    '"\x01"',
    "1\x00",
    "\x0b1",
    "1\x0c",
]


def test_what_is_json_is_read():
    for text, value in GOOD:
        assert loads(text.encode()) == value, text


def test_what_is_none_is_refused():
    for text in BAD:
        raises(ValueError, loads, text.encode())
    for octets in (b"\xff", b"\xc0\xaf", b"\xc1\x81", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf0\x80\x80\x80"):
        raises(ValueError, loads, b'"' + octets + b'"')
    raises(ValueError, loads, b'"\xf4\x90\x80\x80"')


def test_a_key_comes_once_where_that_is_asked_for():
    for text in ('{"a": 1, "a": 1}', '[{"b": {"a": 1, "c": 2, "a": 3}}]', '{"a": {"a": 1}, "a": 2}'):
        assert "twice" in str(raises(ValueError, loads, text.encode(), 16, True))
        loads(text.encode())
    assert loads(b'[{"a": {"a": 1}}, {"a": ":"}]', 16, True) == [{"a": {"a": 1}}, {"a": ":"}]


def test_the_place_is_said():
    assert "character 4" in str(raises(ValueError, check, b"[1 2]"))
    assert "too early" in str(raises(ValueError, check, b'{"a": [1'))


def test_what_no_reader_keeps_is_refused_with_a_reason():
    for text in ("1e400", '[1, {}, {"a": -1e999}]'):
        assert "without bound" in str(raises(OverflowError, loads, text.encode()))
    for text in (r'"\ud83d"', r'"\ude00\ud83d"', r'"\ud83d\u0041"', r'["\uD800x"]'):
        assert "half a character" in str(raises(OverflowError, loads, text.encode())), text


def test_depth_has_a_bound():
    assert loads(b"[" * 16 + b"]" * 16)
    assert "nested too deep" in str(raises(OverflowError, loads, b"[" * 17 + b"]" * 17))
    assert "nested too deep" in str(raises(OverflowError, loads, b'{"a":' * 5000))
    raises(OverflowError, loads, b"[[1]]", 1)
    assert loads(b'"' + b"[" * 99 + b'"') == "[" * 99


def test_a_number_of_thousands_of_digits_is_refused_before_it_is_made():
    assert loads(b"123456789012345678901234567890") == 123456789012345678901234567890
    for raw in (b"1" * 8000, b"[-" + b"9" * 8000 + b"]", b"0." + b"1" * 8000, b"1e" + b"0" * 8000):
        assert "characters" in str(raises(OverflowError, loads, raw))


def test_a_long_text_is_read_in_slices():
    def slices(raw):
        count = 0
        for _ in read(raw):
            count += 1
        return count

    for raw in (
        b"[" + b",".join([b"%d" % i for i in range(2000)]) + b"]",
        b'"' + b"\\n" * 4000 + b'"',
        b'"' + b"\\u00e4" * 2000 + b'"',
        b"[" + b",".join([b'{"a": "b"}'] * 500) + b"]",
    ):
        assert slices(raw) > 10
    assert "more than 60" in str(raises(OverflowError, loads, b"1" * 10000))
