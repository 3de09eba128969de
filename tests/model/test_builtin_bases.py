"""Dataclasses that are something else besides: a dict, a string, an exception. What they are comes back, too."""

from dataclasses import dataclass

import pytest

from type_safe_convert import convert


@dataclass
class Record(dict):
    name: str
    size: int = 0


@dataclass(init=False)
class Link(str):
    url: str

    def __new__(cls, url):
        return str.__new__(cls, url)

    def __init__(self, url):
        self.url = url


@dataclass
class Refused(Exception):
    code: int
    reason: str = ""


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_a_dict_keeps_its_content(kind):
    record = Record("n", 2)
    record["more"] = [1, 2]
    for _ in range(3):
        back = convert(convert(record, kind), "dataclass")
        assert type(back) is Record
        assert (back.name, back.size, dict(back)) == ("n", 2, {"more": [1, 2]})
        assert back["more"] is not record["more"]


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_a_string_keeps_its_content(kind):
    for _ in range(3):
        back = convert(convert(Link("http://x.org"), kind), "dataclass")
        assert type(back) is Link
        assert str.__str__(back) == back.url == "http://x.org"


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_an_exception_keeps_its_arguments(kind):
    for _ in range(3):
        back = convert(convert(Refused(4, "no"), kind), "dataclass")
        assert type(back) is Refused
        assert (back.code, back.reason, back.args) == (4, "no", Refused(4, "no").args)


@dataclass
class Numbers(list):
    name: str


@dataclass
class Pair(tuple):
    name: str

    def __new__(cls, items, name):
        return tuple.__new__(cls, items)

    def __init__(self, items, name):
        self.name = name


@dataclass
class Names(set):
    name: str


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_collections_keep_their_content(kind):
    numbers, names = Numbers("n"), Names("s")
    numbers.extend([1, [2]])
    names.add("a")
    for source, plain in ((numbers, list), (names, set), (Pair((1, 2), "p"), tuple)):
        for _ in range(3):
            back = convert(convert(source, kind), "dataclass")
            assert type(back) is type(source)
            assert (back.name, plain(back)) == (source.name, plain(source))
