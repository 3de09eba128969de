"""What nests deep, and what several hold: past the recursion limit, and in time that grows with the objects alone."""

from dataclasses import dataclass, field
from typing import Any, Optional, TypedDict, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, field_validator

from type_safe_convert import ConversionError, NestingTooDeepError, convert, convert_class, converter

DEEP = 3000


@dataclass
class Link:
    value: int
    next: "Optional[Link]" = None


@dataclass
class Named_Link(Link):
    name: str = "n"


@dataclass
class Chain:
    head: Link
    rest: list[Link] = field(default_factory=list)


@dataclass
class Tree:
    value: int = 0
    children: "list[Tree]" = field(default_factory=list)
    named: "dict[str, Tree]" = field(default_factory=dict)
    anything: Any = None


@dataclass
class Twice:
    value: int
    one: "Twice | None" = None
    other: "Twice | None" = None


class Written(BaseModel):
    value: int
    next: "Written | None" = None

    @field_validator("value")
    @classmethod
    def not_negative(cls, value: int) -> int:
        assert value >= 0, "negative"
        return value


class Linked(Type_Safe):
    value: int
    next: "Linked" = None  # type: ignore[assignment]


def links(count: int, cls: type = Link, end: Any = None) -> Any:
    for value in range(count):
        end = cls(value=value, next=end)
    return end


def classes_of(link: Any) -> list[type]:
    found = []
    while link is not None:
        found.append(type(link))
        link = link.next
    return found


@pytest.mark.parametrize("validate", [True, False])
def test_each_class_of_a_chain_is_told_by_its_object(validate: bool) -> None:
    @dataclass
    class Own(Link):
        pass

    chain = links(10, end=links(DEEP, Own, links(10, Named_Link)))
    arrived = convert(chain, "type_safe", validate=validate)
    expected = [convert_class(cls, "type_safe") for cls in classes_of(chain)]
    assert classes_of(arrived) == expected
    assert classes_of(convert(arrived, "dataclass", validate=validate)) == classes_of(chain)


def test_type_safe_chains() -> None:
    chain = links(DEEP, Linked)
    back = convert(convert(chain, "basemodel"), "type_safe")
    assert classes_of(back) == [Linked] * DEEP


def test_chains_inside_of_what_cannot_refer_to_itself() -> None:
    arrived = convert(Chain(links(DEEP), [links(DEEP), links(3)]), "basemodel")
    assert [len(classes_of(link)) for link in (arrived.head, *arrived.rest)] == [DEEP, DEEP, 3]


def test_through_lists_dicts_and_fields_of_anything() -> None:
    tree = Tree(-1)
    for value in range(DEEP):
        inner = tree
        tree = Tree(value)
        if value % 3 == 0:
            tree.children = [Tree(), inner, inner]
        elif value % 3 == 1:
            tree.named["inner"] = inner
        else:
            tree.anything = [inner]
    back = convert(convert(tree, "type_safe"), "dataclass")
    values = []
    while back.value != -1:
        values.append(back.value)
        if back.children:
            assert back.children[1] is back.children[2]
        back = back.children[1] if back.children else back.named["inner"] if back.named else back.anything[0]
    assert values == list(range(DEEP - 1, -1, -1))


def test_into_written_classes_with_their_validators() -> None:
    assert classes_of(converter(Named_Link, Written)(links(DEEP, Named_Link))) == [Written] * DEEP
    with pytest.raises(ConversionError, match="negative") as caught:
        convert(links(DEEP, end=Link(-1)), Written)
    assert caught.value.path == ("next",) * DEEP + ("value",)
    assert len(str(caught.value)) < 500


def test_an_error_deep_inside_has_its_path() -> None:
    with pytest.raises(ConversionError, match="expected int, found 'x'") as caught:
        convert(Chain(links(DEEP, end=Link("x")), [Link("y")]), "basemodel")  # type: ignore[arg-type]
    assert caught.value.path == ("head", *["next"] * DEEP, "value")
    assert [error.path for error in caught.value.errors[1:]] == [("rest", 0, "value")]


def test_containers_in_containers_are_too_deep() -> None:
    nested: list[Any] = []
    for _ in range(50_000):
        nested = [nested]
    with pytest.raises(NestingTooDeepError, match="recursion limit") as caught:
        convert(Tree(anything=nested), "basemodel")
    assert isinstance(caught.value, ValueError)


@dataclass
class Word(str):
    inner: "Optional[Word]" = None

    def __new__(cls, *args: Any, **kwargs: Any) -> "Word":
        return super().__new__(cls)


@pytest.mark.parametrize("validate", [True, False])
def test_models_that_are_text_are_too_deep_on_the_way_back(validate: bool) -> None:
    """They cannot be allocated before their content is known."""
    word = None
    for _ in range(DEEP):
        word = Word(inner=word)
    for _ in range(3):
        made = convert(word, "type_safe", validate=validate)
        with pytest.raises(NestingTooDeepError):
            convert(made, "dataclass", validate=validate)


@pytest.mark.parametrize("target", ["basemodel", "type_safe"])
def test_what_is_wrong_in_what_several_hold_is_looked_at_once(target: str) -> None:
    """There are 2 ** 60 paths to it."""
    tree = link = None
    for level in range(60):
        tree = Tree("bad") if tree is None else Tree(children=[tree, tree], named={"a": tree})  # type: ignore[arg-type]
        link = Twice("bad") if link is None else Twice(level, link, link)  # type: ignore[arg-type]
    for _ in range(3):
        for shared, path in ((tree, ("children", 0)), (link, ("one",))):
            with pytest.raises(ConversionError) as caught:
                convert(shared, target)
            assert caught.value.path == path * 59 + ("value",)
            assert 60 <= len(caught.value.errors) <= 200


def test_what_failed_as_one_member_of_a_union_is_not_there_half_built_for_another() -> None:
    @dataclass
    class Holder:
        value: int
        inner: "Union[Holder, Any]" = None

    Holder.__annotations__["inner"] = Union[Holder, Any]
    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(Holder(1, Holder("x")), "type_safe")  # type: ignore[arg-type]
        assert caught.value.path == ("inner", "value")


class Mixed(TypedDict):
    value: int
    inside: "list[Mixed | dict[str, Mixed] | str]"


class Tupled(TypedDict):
    value: int
    inside: "tuple[Tupled, ...]"


@pytest.mark.parametrize("kind", ["dataclass", "type_safe", "typeddict"])
def test_a_deep_chain_of_dicts_in_unions_and_tuples(kind: str) -> None:
    mixed, tupled = {"value": 0, "inside": []}, {"value": 0, "inside": ()}
    for number in range(1, DEEP):
        mixed = {"value": number, "inside": [{"key": mixed}, "text"]}
        tupled = {"value": number, "inside": (tupled,)}
    for cls, source in ((Mixed, mixed), (Tupled, tupled)):
        back: Any = converter(convert_class(cls, kind), cls)(converter(cls, kind)(source))
        for _ in range(DEEP):
            assert (back["value"], len(back["inside"])) == (source["value"], len(source["inside"]))
            if source["inside"]:
                back, source = back["inside"][0], source["inside"][0]
                back, source = (back["key"], source["key"]) if cls is Mixed else (back, source)


def test_what_is_wrong_deep_in_a_dict_of_a_union_has_its_place() -> None:
    source: Any = {"value": "x", "inside": []}
    for number in range(DEEP):
        source = {"value": number, "inside": [{"key": source}]}
    with pytest.raises(ConversionError) as caught:
        converter(Mixed, "dataclass")(source)
    assert caught.value.path[:4] == ("inside", 0, "key", "inside")
    assert caught.value.path[-1] == "value"
