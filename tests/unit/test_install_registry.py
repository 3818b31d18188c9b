"""A registry is read piece by piece, however it is written and cut."""

import json

from plugins.packages.installer import Scanner
from plugins.packages.rules import InstallError
from support import raises

TEXT = """ { "v" : 1 , "note": "a \\"quoted\\\\ } ] word", "nested": {"a": [{"b": 1}], "c": {"d": 2}},
  "plugins": [ {"name": "a", "files": [["x{[\\\\", 1], {"y": "]}"}], "n": -1.5e3} , [ {"name": "no"} ], 7, "s",
  {"name":"b\\"}","files":null,"deep":{"files":[1],"e":{}},"files2":[]},{}], "libraries":[{"name": "c"}],
  "end": true}
"""


def scan(text, size, skip=(), wanted=lambda name: True, bytecode=False):
    """The entries and the rest of `text`, fed in pieces of `size` bytes."""
    found = []
    scanner = Scanner(lambda key, entry: found.append((key, entry)), skip, wanted, bytecode)
    data = text.encode()
    for i in range(0, len(data), size):
        scanner.feed(memoryview(data)[i : i + size])
    scanner.end()
    return found, scanner


def test_entries_come_whole_however_the_text_is_cut():
    whole = json.loads(TEXT)
    whole["plugins"][4]["files"] = []  # that is not a list of files
    for size in (1, 2, 3, 5, 16, 1000):
        found, scanner = scan(TEXT, size)
        assert found == [
            ("plugins", whole["plugins"][0]),
            ("plugins", whole["plugins"][4]),
            ("plugins", {}),
            ("libraries", {"name": "c"}),
        ]
        assert scanner.top == {"v": 1, "note": whole["note"], "end": True}
        assert scanner.lists == ["plugins", "libraries"]


def test_keys_that_are_skipped_cost_nothing_and_are_none():
    for size in (1, 3, 1000):
        found, _ = scan(TEXT, size, ("n",), None)
        assert found[0][1] == {"name": "a", "files": None, "n": None}
        assert found[1][1] == {"name": 'b"}', "files": None, "deep": {"files": [1], "e": {}}, "files2": []}


def test_a_long_list_is_taken_apart_as_it_comes():
    text = '{"v": 1, "plugins": [{"name": "a", "files": [["x\\"],[", 1], {"y": ["z"]}, []], "b": 2}, '
    text += '{"files": [], "name": "c"}, {"name": "d"}, {"files": 7, "name": "e"}]}'
    whole = json.loads(text)["plugins"]
    whole[3]["files"] = []
    for size in (1, 2, 3, 7, 1000):
        entries = [entry for _, entry in scan(text, size)[0]]
        assert entries == whole


def test_what_is_no_registry_says_so():
    for text, words in (
        ("", "is empty"),
        ("  ", "is empty"),
        ("null", "is not a JSON object"),
        ('{"v": 1', "is truncated"),
        ('{"v": 1, "plugins": [', "is truncated"),
        ('{"v": 1, "plugins": []}}', "goes on after its end"),
        ('{"v": 1, "plugins": [{"a": b}]}', "is not JSON"),
        ('{"v": 1, "plugins": [{]}]}', "is not JSON"),
        ('{"v": x1, "plugins": []}', "is not JSON: the value of 'v'"),
    ):
        for size in (1, 1000):
            assert words in str(raises(InstallError, scan, text, size)), text


def test_an_entry_without_end_does_not_fill_the_memory():
    scanner = Scanner(lambda key, entry: None)
    scanner.feed(b'{"v": 1, "plugins": [{"name": "')

    def flood():
        for _ in range(1000):
            scanner.feed(b"x" * 500)

    assert "has an entry of more than" in str(raises(InstallError, flood))


def test_a_value_without_end_does_not_fill_the_memory():
    found = []
    scanner = Scanner(lambda key, entry: found.append(entry))
    scanner.feed(b'{"v": 1, "note": "')
    for _ in range(1000):
        scanner.feed(b"x" * 500)
    scanner.feed(b'", "plugins": [{"name": "a"}]}')
    scanner.end()
    assert found == [{"name": "a"}]
