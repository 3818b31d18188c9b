"""JSON as it is saved: readable, in the order that people gave it, whole on every file system."""

import json
import os

import modcore.json_write as json_write
from modcore.json_files import load, save
from support import new_folder, raises, read, remove, write


def saved(config, before=None):
    """The text of `config`, saved over the text `before`."""
    folder = new_folder()
    try:
        path = folder + "/config.json"
        if before is not None:
            write(path, before)
        save(path, config)
        assert os.listdir(folder) == ["config.json"] and load(path) == config
        return read(path)
    finally:
        remove(folder)


def test_a_word_that_is_a_value_before_it_is_a_key_keeps_its_place_as_a_key():
    text = '{"z": "name", "list": ["name", "z"], "name"\n :"z", "a" \t\r\n: 1}'
    found = saved({"z": "name", "list": ["name", "z"], "name": "other", "a": 1}, text)
    places = [found.index('\n  "%s":' % key) for key in ("z", "list", "name", "a")]
    assert places == sorted(places), found


def test_new_keys_come_last_in_the_order_of_the_alphabet():
    found = saved({"b": 1, "new": 2, "a": 3, "more": 4}, '{"b": 0, "a": 0}')
    assert found == '{\n  "b": 1,\n  "a": 3,\n  "more": 4,\n  "new": 2\n}\n'


def test_a_list_stands_on_one_line_up_to_sixty_characters_unless_there_are_objects_in_it():
    short, long = ["x" * 18] * 2 + ["x" * 12], ["x" * 18] * 2 + ["x" * 13]
    assert len(json.dumps(short)) == 60 and len(json.dumps(long)) == 61
    assert saved({"list": short}) == '{\n  "list": %s\n}\n' % json.dumps(short)
    assert saved({"list": long}).count("\n") == 7
    assert saved({"list": [1, [2]]}) == '{\n  "list": [\n    1,\n    [2]\n  ]\n}\n'
    assert saved({"list": [{}], "of": {}}) == '{\n  "list": [\n    {}\n  ],\n  "of": {}\n}\n'


class Full:
    """A file on a disk that refuses with the error `number`, or does not."""

    def __init__(self, f, number):
        self.f = f
        self.number = number

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.f.close()

    def write(self, text):
        if self.number:
            raise OSError(self.number)
        return self.f.write(text)


def test_what_can_not_be_written_leaves_no_half_and_says_why():
    folder = new_folder()
    path = folder + "/config.json"
    write(path, '{"name": "old"}')

    def failing(number):
        json_write.open = lambda path, mode="r": Full(open(path, mode), number) if mode == "w" else open(path)
        try:
            return raises(OSError, save, path, {"name": "new"})
        finally:
            del json_write.open

    assert "no room for " + path in str(failing(28))
    assert failing(5).args[0] == 5 and "no room" not in str(failing(5))
    assert os.listdir(folder) == ["config.json"] and read(path) == '{"name": "old"}'
    remove(folder)


class Fat:
    """Stands in for `os` with a file system that does not rename over a file, as FAT."""

    def __init__(self):
        self.remove = os.remove

    def rename(self, old, new):
        try:
            os.stat(new)
        except OSError:
            os.rename(old, new)
            return
        raise OSError(17)


def test_a_file_system_that_does_not_rename_over_a_file_has_the_new_one_all_the_same():
    folder = new_folder()
    path = folder + "/config.json"
    json_write.os = Fat()
    try:
        for name in ("one", "two"):
            save(path, {"name": name})
            assert load(path) == {"name": name} and os.listdir(folder) == ["config.json"]
    finally:
        json_write.os = os
    remove(folder)
