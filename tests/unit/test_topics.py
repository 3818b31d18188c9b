"""Topics and filters against MQTT 3.1.1 section 4.7."""

# heap: 1M (one test makes topics of 64 KB)

from modcore.topics import check, matches
from support import raises

MATCHES = (
    # section 4.7.1.2, the multi-level wildcard
    ("sport/tennis/player1/#", "sport/tennis/player1"),
    ("sport/tennis/player1/#", "sport/tennis/player1/ranking"),
    ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"),
    ("sport/#", "sport"),
    ("#", "sport/tennis"),
    ("#", "/"),
    # section 4.7.1.3, the single-level wildcard
    ("sport/tennis/+", "sport/tennis/player1"),
    ("sport/tennis/+", "sport/tennis/player2"),
    ("sport/+", "sport/"),
    ("+/+", "/finance"),
    ("/+", "/finance"),
    ("+", "finance"),
    ("+/tennis/#", "sport/tennis/x/y"),
    ("sport/+/player1", "sport/tennis/player1"),
    # section 4.7.2, topics that begin with $
    ("$SYS/#", "$SYS/x"),
    ("$SYS/monitor/+", "$SYS/monitor/Clients"),
    # section 4.7.3, semantics
    ("ACCOUNTS", "ACCOUNTS"),
    ("Accounts payable", "Accounts payable"),
    ("a//b", "a//b"),
    ("a/+/b", "a//b"),
    ("+/+/+", "//"),
    ("grün/+", "grün/ä"),
)

MISSES = (
    ("sport/tennis/+", "sport/tennis/player1/ranking"),
    ("sport/+", "sport"),
    ("+", "/finance"),
    ("+", "a/b"),
    ("#", "$SYS/x"),
    ("+/monitor/Clients", "$SYS/monitor/Clients"),
    ("+/#", "$SYS"),
    ("ACCOUNTS", "Accounts"),
    ("/finance", "finance"),
    ("a/b", "a/b/"),
    ("a/b/#", "a/bc"),
    ("a/+/c", "a/b/c/d"),
    ("a/b/c/#", "a/b"),
)


def test_a_filter_matches_what_the_standard_says_it_matches():
    for filter, topic in MATCHES:
        check(filter, True)
        assert matches(filter, topic), (filter, topic)


def test_a_filter_misses_what_the_standard_says_it_misses():
    for filter, topic in MISSES:
        check(filter, True)
        assert not matches(filter, topic), (filter, topic)


def test_wildcards_stand_for_whole_levels_only():
    for filter in (
        "sport/tennis#",
        "sport/tennis/#/ranking",
        "sport+",
        "#/a",
        "a/#/b",
        "+a",
        "a/b+/c",
        "##",
        "++",
    ):
        raises(ValueError, check, filter, True)
    for filter in ("+", "#", "+/tennis/#", "sport/+/player1", "/", "a/+/+/#"):
        check(filter, True)


def test_a_topic_to_publish_has_no_wildcard_no_nul_and_is_not_empty():
    for topic in ("", "a/+", "#", "a+b", "a\0b"):
        raises(ValueError, check, topic)
    for topic in (None, 3, b"a"):
        raises(TypeError, check, topic)
    for topic in ("/", "a//b", " ", "$state/x", "grün"):
        check(topic)


def test_a_topic_has_at_most_65535_bytes():
    check("a" * 65535)
    raises(ValueError, check, "a" * 65536)
    raises(ValueError, check, "ä" * 32768)
    raises(ValueError, check, "a/" * 32768 + "#", True)


def test_controls_and_what_is_no_character_are_refused():
    for text in (
        "a\x1fb",
        "a\x7fb",
        "\x80",
        "a\x9f",
        "\ufdd0",
        "\ufdef",
        "\ufffe",
        "a\uffff",
        "\U0001fffe",
        "\U0010ffff",
    ):
        raises(ValueError, check, "x/" + text)
    for text in (" ", "~", "\xa0", "\xe9", "\ufdcf", "\ufdf0", "\ufffd", "\U0001f600", "\U0001fffd"):
        check("x/" + text)


def test_a_topic_has_so_many_levels_and_no_more():
    check("/".join(["a"] * 100))
    assert "more than 100 levels" in str(raises(ValueError, check, "/".join(["a"] * 101)))
    assert "more than 100 levels" in str(raises(ValueError, check, "\xe4/" + "/".join(["a"] * 100)))
    check("\xe4/" + "/".join(["a"] * 99))
