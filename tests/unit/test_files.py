"""Configuration files: merged, checked, and whole after a power cut."""

import json
import os

from modcore.config import check, merge
from modcore.json_files import load, parse, save
from support import new_folder, on_cpython, on_micropython, raises, read, remove, write


class Lines(list):
    def error(self, line):
        self.append(line)


def in_folder(test):
    folder = new_folder()
    try:
        test(folder)
    finally:
        remove(folder)


def test_what_was_saved_is_loaded():
    def test(folder):
        path = folder + "/config.json"
        config = {"name": "garden", "valves": {"pins": [4, 27], "names": ["Rasen", "Büsche"]}, "x": None}
        save(path, config)
        assert load(path) == config
        save(path, {"name": "other"})
        assert load(path) == {"name": "other"}
        assert os.listdir(folder) == ["config.json"]

    in_folder(test)


def test_what_is_saved_is_readable_with_its_keys_in_order():
    def test(folder):
        path = folder + "/config.json"
        save(
            path,
            {"wlan": {"networks": ["Home"], "country": "DE"}, "tz": {}, "plugins": ["wlan"], "name": "shed"},
        )
        assert read(path) == (
            '{\n  "name": "shed",\n  "plugins": ["wlan"],\n  "tz": {},\n  "wlan": {\n    "country": "DE",\n'
            '    "networks": ["Home"]\n  }\n}\n'
        )
        save(path, {})
        assert read(path) == "{}\n"

    in_folder(test)


def test_a_missing_file_is_no_error():
    def test(folder):
        log = Lines()
        assert load(folder + "/config.json", log) == {}
        assert log == []

    in_folder(test)


def test_a_broken_file_is_kept_named_and_replaced_by_defaults():
    def test(folder):
        path = folder + "/config.json"
        for text in (
            '{"name": "gar',
            '{"name": "x",',
            '{"a": {"b": 1}',
            "{}, {}",
            "{}]",
            "",
            "[1, 2]",
            "null",
            "hello",
            "{'a': 1}",
        ):
            write(path, text)
            log = Lines()
            assert load(path, log.error) == {}
            assert read(path + ".bad") == text
            assert len(log) == 1 and "config.json.bad" in log[0], log
            assert os.listdir(folder) == ["config.json.bad"]

    in_folder(test)


def test_a_file_of_bytes_that_are_no_text_is_broken_too():
    def test(folder):
        path = folder + "/config.json"
        with open(path, "wb") as f:
            f.write(b"\xff\xfe\x00{}")
        assert load(path, Lines()) == {}
        assert "config.json.bad" in os.listdir(folder)

    in_folder(test)


def test_the_copy_of_an_interrupted_save_counts_when_the_file_is_gone():
    def test(folder):
        path = folder + "/config.json"
        write(path + ".tmp", '{"name": "new"}')
        assert load(path) == {"name": "new"}
        write(path, '{"name": "old"}')
        assert load(path) == {"name": "old"}

    in_folder(test)


def test_a_save_that_fails_says_so_and_leaves_the_old_file():
    def test(folder):
        path = folder + "/config.json"
        save(path, {"name": "old"})
        raises(OSError, save, folder + "/no/config.json", {"name": "new"})
        assert load(path) == {"name": "old"}

    in_folder(test)


@on_cpython  # json of MicroPython writes anything
def test_what_json_can_not_say_leaves_the_old_file():
    def test(folder):
        path = folder + "/config.json"
        save(path, {"name": "old"})
        raises((TypeError, ValueError), save, path, {"name": object()})
        assert load(path) == {"name": "old"}

    in_folder(test)


class PowerCut(Exception):
    pass


class RamFlash:
    """A block device in memory whose power goes at the write number `cut`; half of that block gets through."""

    SIZE = 256

    def __init__(self, data, cut=-1, half=False):
        self.data = data
        self.cut = cut
        self.half = half
        self.writes = 0
        self.dead = False

    def readblocks(self, block, buffer, offset=0):
        start = block * self.SIZE + offset
        buffer[:] = self.data[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        if self.dead:
            raise OSError(5)
        size = len(buffer)
        if self.writes == self.cut:
            self.dead = True
            size = size // 2 if self.half else 0
        self.writes += 1
        start = block * self.SIZE + offset
        self.data[start : start + size] = memoryview(buffer)[:size]
        if self.dead:
            raise OSError(5)

    def ioctl(self, op, arg):
        if op == 4:
            return len(self.data) // self.SIZE
        if op == 5:
            return self.SIZE
        if op == 6:  # erase: NOR flash becomes ones
            if self.dead:
                raise OSError(5)
            start = arg * self.SIZE
            for i in range(start, start + self.SIZE):
                self.data[i] = 0xFF
        return 0


def _mounted(flash, action):
    import vfs

    vfs.mount(vfs.VfsLfs2(flash), "/power")
    try:
        return action()
    finally:
        vfs.umount("/power")


@on_micropython  # which has VfsLfs2
def test_power_lost_at_any_block_write_leaves_the_old_or_the_new_file_whole():
    import vfs

    old = {"name": "old", "list": list(range(60))}
    new = {"name": "new", "list": list(range(200, 290))}
    path = "/power/config.json"
    data = bytearray(32 * RamFlash.SIZE)
    vfs.VfsLfs2.mkfs(RamFlash(data))
    _mounted(RamFlash(data), lambda: save(path, old))
    flash = RamFlash(bytearray(data))
    _mounted(flash, lambda: save(path, new))
    writes = flash.writes
    assert writes > 4
    seen = []
    for half in (False, True):
        for cut in range(writes):
            image = bytearray(data)
            try:
                _mounted(RamFlash(image, cut, half), lambda: save(path, new))
            except OSError:
                pass
            log = Lines()
            found = _mounted(RamFlash(image), lambda log=log: load(path, log.error))
            assert found in (old, new), (cut, found)
            assert not log, log
            seen.append(found["name"])
            _mounted(RamFlash(image), lambda: save(path, new))  # and the next save works
            assert _mounted(RamFlash(image), lambda: load(path)) == new
    assert "old" in seen


@on_micropython
def test_a_full_disk_leaves_the_old_file():
    import vfs

    path = "/power/config.json"
    data = bytearray(16 * RamFlash.SIZE)
    vfs.VfsLfs2.mkfs(RamFlash(data))

    def fill():
        save(path, {"name": "old"})
        raises(OSError, save, path, {"name": "x" * 16 * RamFlash.SIZE})
        assert load(path) == {"name": "old"}
        save(path, {"name": "new"})
        assert load(path) == {"name": "new"}

    _mounted(RamFlash(data), fill)


def test_merge_goes_into_objects_and_replaces_the_rest():
    base = {"a": 1, "b": {"x": 1, "y": 2}, "c": [1, 2]}
    assert merge(base, {"b": {"y": 3}, "c": [9], "d": 4}) == {"a": 1, "b": {"x": 1, "y": 3}, "c": [9], "d": 4}
    assert base == {"a": 1, "b": {"x": 1, "y": 2}, "c": [1, 2]}


def test_check_names_what_is_wrong_and_what_is_unknown():
    defaults = {"port": 80, "host": "", "tls": None}
    assert check("web", defaults, {"port": 81, "tls": {"cert": "x"}, "prot": 1}) == ["prot"]
    assert 'web: port takes a number, not "x"' in str(
        raises(ValueError, check, "web", defaults, {"port": "x"})
    )
    assert "web takes an object" in str(raises(ValueError, check, "web", defaults, [1]))
    assert json.dumps(defaults)


def test_the_copy_of_an_interrupted_save_is_the_file_from_then_on():
    def check(folder):
        path = folder + "/config.json"
        write(path + ".tmp", '{"name": "garden"}')
        assert load(path) == {"name": "garden"}
        write(path + ".tmp", '{"na')  # the next save, cut short
        assert load(path) == {"name": "garden"}

    in_folder(check)


def test_what_people_write_on_a_pc_is_read():
    def test(folder):
        path = folder + "/config.json"
        wanted = {"name": "Gärtchen", "pins": [4, 5], "url": "http://x//y", "quote": 'a "#" b'}
        plain = '{"name": "Gärtchen", "pins": [4, 5], "url": "http://x//y", "quote": "a \\"#\\" b"}'
        commented = plain.replace("{", "{ // the garden\n# and more\n/* , ] */").replace(
            "5]", "5 , /* last */ ]"
        )
        commented = commented.replace('b"}', 'b",\r\n}')
        for text in (plain, plain.replace(",", ",\r\n"), commented):
            for raw in (
                text.encode(),
                b"\xef\xbb\xbf" + text.encode(),
                b"\xff\xfe" + utf16(text, False),
                b"\xfe\xff" + utf16(text, True),
                utf16(text, False),
                utf16(text, True),
            ):
                with open(path, "wb") as f:
                    f.write(raw)
                told = []
                assert load(path, told.append) == wanted, (raw, told)
                assert told == [] and os.listdir(folder) == ["config.json"]

    in_folder(test)


def utf16(text, big):
    raw = bytearray()
    for c in text:
        pair = [ord(c) >> 8, ord(c) & 255]
        raw.extend(bytes(pair if big else pair[::-1]))
    return bytes(raw)


def test_utf16_holds_every_character_and_no_half_of_one():
    def test(folder):
        path = folder + "/config.json"
        euro, smile, first = (0x20, 0xAC), (0xD8, 0x3D, 0xDE, 0x00), (0xD8, 0x00, 0xDC, 0x00)

        def save(*octets):
            raw = b"".join([bytes((0, ord(c))) for c in '{"name": "'])
            raw += bytes(octets) + bytes((0, ord('"'), 0, ord("}")))
            for big in (True, False):
                with open(path, "wb") as f:
                    if not big:
                        raw = bytes([raw[i ^ 1] for i in range(len(raw))])
                    f.write((b"\xfe\xff" if big else b"\xff\xfe") + raw)
                yield load(path)

        for found in save(*(euro + smile + first + (0xD7, 0xFF, 0xE0, 0x00, 0xDB, 0xFF, 0xDF, 0xFF))):
            assert found == {"name": "\u20ac\U0001f600\U00010000\ud7ff\ue000\U0010ffff"}, found
        for half in (smile[:2], smile[2:], smile[:2] + smile, smile + smile[2:], smile[2:] + smile[:2]):
            for found in save(*half):
                assert found == {}, (half, found)

    in_folder(test)


def test_what_is_not_clear_is_broken():
    def test(folder):
        path = folder + "/config.json"
        for text in (
            '{"a": 1 /* no end',
            '{"a": "no end}',
            '{"a": [1,}',
            '{"a": [,]}',
            "{,}",
            '{"a":,}',
            '{"a": /*/ 1}',
        ):
            write(path, text)
            told = []
            assert load(path, told.append) == {} and len(told) == 1, (text, told)

    in_folder(test)


def test_a_broken_file_is_told_with_its_place_and_kept_instead_of_the_one_before():
    def test(folder):
        path = folder + "/config.json"
        for text, place in (
            ("{x}", "no JSON in line 1, column 2"),
            ('{\n  "a": 1,\n  b: 2\n}', "no JSON in line 3, column 3"),
            ('{\n/* one\ntwo */ "a": ?}', "no JSON in line 3, column 13"),
            ('{"a": 1,\n"b": [', "ends too early, in line 2"),
            ("", "ends too early, in line 1"),
        ):
            write(path, text)
            told = []
            assert load(path, told.append) == {}
            assert place in told[0], told
            assert read(path + ".bad") == text

    in_folder(test)


def test_what_one_reader_takes_every_reader_takes():
    """MicroPython's own passes over commas and colons."""
    for text in (
        '{"a" 1}',
        '{"a": 1 "b": 2}',
        '{"a": [1 2]}',
        '{"a": 1,, "b": 2}',
        '{"a": "\\q"}',
        '{"a": 1e999}',
        '{"a": 08}',
        '{"a": .5}',
        '{"a": "b\nc"}',
        '{"a": "\\u12x4"}',
        "\x0b1",
        '{"a": 1, "a": 2}',
        "[1 2]",
        '{"a": "b" , "c"}',
    ):
        raises(ValueError, parse, text)
    for text in (
        '{"a": "1, 2: 3", "b": [], "c": {}, "d": [[1, 2], {"e": null}]}',
        '{"a": "a \\"quoted\\", word \\\\", "b": "\\u00e4\\\\"}',
        '"a: b, c"',
        '{"\\\\": ","}',
        " [ 1 , 2.5e3 , true ] ",
    ):
        assert parse(text) == json.loads(text), text


def test_a_broken_file_gives_way_to_the_last_good_copy():
    def test(folder):
        path = folder + "/config.json"
        write(path, '{"name": "one"}')
        assert load(path, None, True) == {"name": "one"}
        write(path, '{"name": "tw')
        told = []
        assert load(path, told.append, True) == {"name": "one"}
        assert "last good copy" in told[0] and read(path + ".bad") == '{"name": "tw'
        assert read(path) == '{"name": "one"}'  # it is back in its place

    in_folder(test)


def test_a_saved_file_can_be_read_and_keeps_the_order_of_its_keys():
    def test(folder):
        path = folder + "/config.json"
        write(
            path,
            '{"zebra": 1, "name": "x", "mqtt": {"port": 1883, "host": "h"}, "list": [3, 2], "objects": [{"b": 1}]}',
        )
        config = load(path)
        config["zebra"] = 2
        config["mqtt"]["client"] = "c"
        config["added"] = "new"
        save(path, config)
        wanted = """{
  "zebra": 2,
  "name": "x",
  "mqtt": {
    "port": 1883,
    "host": "h",
    "client": "c"
  },
  "list": [3, 2],
  "objects": [
    {
      "b": 1
    }
  ],
  "added": "new"
}
"""
        assert read(path) == wanted, read(path)
        assert load(path) == config

    in_folder(test)


def test_saving_what_is_there_already_writes_nothing():
    def test(folder):
        path = folder + "/config.json"
        write(path, '{"b":1,   "a": [1,2]}')
        save(path, {"a": [1, 2], "b": 1})
        assert read(path) == '{"b":1,   "a": [1,2]}'
        save(path, {"a": [1, 2], "b": 2})
        assert load(path) == {"a": [1, 2], "b": 2}

    in_folder(test)
