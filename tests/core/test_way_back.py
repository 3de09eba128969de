"""An instance that was not changed comes back exactly as it was; what was changed is judged by its class again."""

import copy
import functools
import itertools
import pickle
import time
from dataclasses import dataclass, field
from typing import Annotated, Any, Dict, List, Literal

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    field_validator,
    model_validator,
)

from benchmarks.equality import facts
from type_safe_convert import ConversionError, convert, convert_class, kind_of
from type_safe_convert.testing.equality import differences

KINDS = ("type_safe", "basemodel", "dataclass")


def routes(instance):
    """Every way from an instance through the other kinds and back to its own."""
    own = kind_of(instance)
    first, second = (kind for kind in KINDS if kind != own)
    return [(first,), (second,), (first, second), (second, first), (first, second, first)]


def there(instance, route):
    for kind in route:
        instance = convert(instance, kind)
    return instance


def back(instance, route):
    own = kind_of(instance)
    return convert(there(instance, route), own)


# constructors that rewire what is nested


class Part(Type_Safe):
    data: Dict[str, int]


class Index(Type_Safe):
    data: Dict[str, int]
    part: Part

    def __init__(self, **values):
        super().__init__(**values)
        self.part.data = self.data


@dataclass
class Leaf:
    label: str = ""


@dataclass
class Branch:
    label: str
    leaves: list[Leaf] = field(default_factory=list)

    def __post_init__(self):
        if not self.label:
            raise ValueError("no label")
        for leaf in self.leaves:
            leaf.label = self.label


@pydantic.dataclasses.dataclass
class CheckedBranch:
    label: str
    leaves: list[Leaf] = field(default_factory=list)

    def __post_init__(self):
        if not self.label:
            raise ValueError("no label")
        for leaf in self.leaves:
            leaf.label = self.label


@dataclass(frozen=True, slots=True)
class FrozenBranch:
    label: str
    leaves: list[Leaf] = field(default_factory=list)

    def __post_init__(self):
        if not self.label:
            raise ValueError("no label")
        for leaf in self.leaves:
            leaf.label = self.label


class LeafModel(BaseModel):
    label: str = ""


class BranchModel(BaseModel):
    label: str
    leaves: list[LeafModel] = []

    def model_post_init(self, context: Any) -> None:
        for leaf in self.leaves:
            leaf.label = self.label

    @field_validator("label")
    @classmethod
    def has_label(cls, value: str) -> str:
        if not value:
            raise ValueError("no label")
        return value


class BranchTyped(Type_Safe):
    label: str
    leaves: List[Part]

    def __init__(self, **values):
        super().__init__(**values)
        if not self.label:
            raise ValueError("no label")
        for leaf in self.leaves:
            leaf.data = {self.label: 1}


def branches():
    made = [
        Branch("a", [Leaf()]),
        CheckedBranch("a", [Leaf()]),
        FrozenBranch("a", [Leaf()]),
        BranchModel(label="a", leaves=[LeafModel()]),
    ]
    for branch in made:
        branch.leaves[0].label = "changed since"
    typed = BranchTyped(label="a", leaves=[Part()])
    typed.leaves[0].data = {"changed since": 2}
    return [*made, typed]


@pytest.mark.parametrize("number", range(5))
def test_a_constructor_rewires_nothing_in_what_was_not_changed(number):
    branch = branches()[number]
    for route in routes(branch):
        assert differences(branch, back(branch, route)) == []


def test_parts_that_were_made_to_differ_come_back_different():
    index = Index(data={"a": 1})
    index.part.data = {"b": 2}
    for route in routes(index):
        made = back(index, route)
        assert (dict(made.data), dict(made.part.data)) == ({"a": 1}, {"b": 2})


@pytest.mark.parametrize("number", range(5))
def test_changed_values_are_judged_by_the_constructor(number):
    branch = branches()[number]
    for route in routes(branch):
        counterpart = there(branch, route)
        object.__setattr__(counterpart, "label", "")
        with pytest.raises(ConversionError, match="no label"):
            convert(counterpart, kind_of(branch))


@pytest.mark.parametrize("number", [0, 1, 2, 4])
def test_a_changed_value_leaves_the_rest_as_it_was(number):
    branch = branches()[number]
    for route in routes(branch):
        counterpart = there(branch, route)
        object.__setattr__(counterpart, "label", "b")
        made = convert(counterpart, kind_of(branch))
        assert made.label == "b"
        assert differences(branch.leaves, made.leaves) == []


@dataclass
class Nested:
    branch: Any
    branches: list[Branch] = field(default_factory=list)
    by_name: dict[str, Branch] = field(default_factory=dict)


def test_nested_instances_are_judged_each_by_itself():
    first, second = branches()[0], branches()[0]
    for route in routes(Nested(None)):
        holder = Nested(None, [first, second], {"a": first})
        counterpart = there(holder, route)
        counterpart.branches[1].label = "b"
        made = convert(counterpart, "dataclass")
        assert [branch.label for branch in made.branches] == ["a", "b"]
        assert {leaf.label for branch in made.branches for leaf in branch.leaves} == {"changed since"}
        counterpart.branches[1].label = ""
        with pytest.raises(ConversionError, match="no label") as caught:
            convert(counterpart, "dataclass")
        assert caught.value.path == ("branches", 1)


@dataclass
class Chain:
    number: int
    following: "Chain | None" = None
    items: list["Chain"] = field(default_factory=list)
    calls: Any = 0

    def __post_init__(self):
        self.calls = self.calls + 1


def test_a_recursive_class_comes_back_without_its_constructor():
    chain = None
    for number in range(50):
        chain = Chain(number, chain, [chain] if chain else [])
    for route in routes(chain):
        made = back(chain, route)
        assert made.number == 49
        assert made.following.calls == 1
        assert made.items[0] is made.following
    ring = Chain(1)
    ring.following = Chain(2, ring)
    for route in routes(ring):
        made = back(ring, route)
        assert made.following.following is made
        assert (made.calls, made.following.calls) == (1, 1)
        counterpart = there(ring, route)
        counterpart.following.number = 7
        assert convert(counterpart, "dataclass").following.number == 7


class Shouting(BaseModel):
    word: Annotated[str, AfterValidator(lambda word: word + "!")]
    total: int = 0
    calls: list[int] = []

    @model_validator(mode="after")
    def count(self):
        self.calls.append(1)
        return self


def test_validators_change_changed_values_only():
    model = Shouting(word="a")
    for route in routes(model):
        assert differences(model, back(model, route)) == []
        counterpart = there(model, route)
        counterpart.word = "b"
        assert convert(counterpart, "basemodel").word == "b!"


# constructors that do not take the fields


class Service(Type_Safe):
    name: str
    port: int

    def __init__(self, **options):
        if options:
            raise ValueError(f"no such options: {options}")
        super().__init__()


class Application(Type_Safe):
    service: Service
    services: List[Service]


def test_a_constructor_that_refuses_the_fields_is_not_needed_to_come_back():
    service = Service()
    service.name, service.port = "a", 80
    other = Service()
    other.name = "b"
    application = Application(service=service, services=[other])
    for route in routes(service):
        assert facts(back(service, route)) == facts(service)
        assert facts(back(application, route)) == facts(application)
        counterpart = there(service, route)
        counterpart.port = 81
        assert convert(counterpart, "type_safe").port == 81


def test_only_an_instance_that_was_there_comes_back_without_its_constructor():
    with pytest.raises(ConversionError, match="no such options"):
        convert(convert_class(Service, "basemodel")(name="a"), "type_safe")


def test_a_counterpart_that_travelled_by_pickle_comes_back_as_well():
    for instance in (branches()[0], branches()[3], Index(data={"a": 1})):
        for route in routes(instance):
            counterpart = pickle.loads(pickle.dumps(there(instance, route)))
            assert facts(convert(counterpart, kind_of(instance))) == facts(instance)
            assert facts(convert(copy.deepcopy(counterpart), kind_of(instance))) == facts(instance)


# private attributes


class Rooted(RootModel[list[int]]):
    _note: str = PrivateAttr("")

    def __init__(self, *numbers, note=""):
        super().__init__([*numbers])
        self._note = note


class PlainRooted(RootModel[int]):
    _note: dict = PrivateAttr(default_factory=dict)


class Noted(BaseModel):
    number: int
    _note: str = PrivateAttr("")

    def __init__(self, number, /, *, note=""):
        super().__init__(number=number)
        self._note = note


def test_private_attributes_come_back_whatever_the_constructor_takes():
    plain = PlainRooted(3)
    plain._note["a"] = 1
    for model in (Rooted(1, 2, note="here"), Noted(3, note="here"), plain):
        for route in routes(model):
            made = back(model, route)
            assert made._note == model._note
            assert made == model


# which fields were set


class Event(BaseModel):
    name: str
    created: float = Field(default_factory=time.time)
    number: int = Field(default_factory=itertools.count().__next__)
    seconds: int = Field(default_factory=lambda: int(time.time() * 1000))
    tags: list[str] = []
    notes: dict[str, int] = Field(default_factory=dict)
    previous: "Event | None" = None
    checked: int = Field("5", validate_default=True)
    later: int = Field(default_factory=lambda data: len(data["name"]))


class ValidatedEvent(Event):
    @field_validator("name")
    @classmethod
    def strip(cls, value: str) -> str:
        return value.strip()


@pytest.mark.parametrize("cls", [Event, ValidatedEvent])
def test_an_unset_field_is_unset_on_the_way_back_whatever_its_default_would_be_now(cls):
    event = cls(name="a", previous=cls(name="b"))
    time.sleep(0.005)
    for route in routes(event):
        made = back(event, route)
        assert made == event
        assert made.model_fields_set == {"name", "previous"}
        assert made.previous.model_fields_set == {"name"}


@pytest.mark.parametrize("cls", [Event, ValidatedEvent])
@pytest.mark.parametrize(
    ("name", "value"),
    [("created", 1.5), ("number", -1), ("tags", ["a"]), ("notes", {"a": 1}), ("checked", 6), ("later", 9)],
)
def test_a_field_counts_as_set_once_its_value_is_another(cls, name, value):
    event = cls(name="a")
    for route in routes(event):
        counterpart = there(event, route)
        setattr(counterpart, name, value)
        assert convert(counterpart, "basemodel").model_fields_set == {"name", name}


class Plain(BaseModel):
    """With defaults that every instance has alike."""

    kind: Literal["plain"] = "plain"
    name: str
    number: int = 1
    size: int | None = None
    tags: list[str] = []
    flag: bool = True


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", 2), ("size", 1), ("tags", ["a"]), ("flag", False), ("kind", "plain"), ("number", True)],
)
def test_the_usual_defaults_are_unset_until_they_are_changed(name, value):
    """Compiled too: each route is taken several times."""
    plain = Plain(name="a")
    for route in routes(plain) * 3:
        assert back(plain, route).model_fields_set == {"name"}
        assert back(Plain(kind="plain", name="a", size=None), route).model_fields_set == {"kind", "name", "size"}
        counterpart = there(plain, route)
        vars(counterpart)[name] = value
        changed = convert(counterpart, "basemodel", validate=False)
        assert changed.model_fields_set == ({"name"} if name == "kind" else {"name", name})


def test_what_is_changed_in_place_counts_as_set():
    class Lists(BaseModel):
        empty: list[int] = []
        full: list[int] = [1]
        made: list[int] = Field(default_factory=lambda: [1, 2])
        inner: Event = Field(default_factory=lambda: Event(name="x"))

    for route in routes(Lists()):
        assert back(Lists(), route).model_fields_set == set()
        counterpart = there(Lists(), route)
        counterpart.empty.append(1)
        counterpart.full.append(1)
        counterpart.made.append(1)
        counterpart.inner.name = "y"
        assert convert(counterpart, "basemodel").model_fields_set == {"empty", "full", "made", "inner"}


# extra values


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = 1


@pytest.mark.parametrize("name", ["__type_safe_convert_memory__", "__type_safe_convert__", "before", "fields_set"])
def test_an_extra_value_may_have_any_name(name):
    model = Open(**{name: [5]})
    for route in routes(model):
        assert back(model, route).model_extra == {name: [5]}

    class Other(BaseModel):
        model_config = ConfigDict(extra="allow")

    assert convert(model, Other).model_extra == {"a": 1, name: [5]}


# order of attributes


class First(Type_Safe):
    p: int
    q: str = "a"


class Second(First):
    s: int
    t: str = "b"
    q: str


def test_json_has_the_order_of_the_class_on_the_way_back():
    for instance in (First(p=1), Second(s=2)):
        for route in routes(instance):
            assert list(back(instance, route).json()) == list(instance.json())
            assert list(vars(back(instance, route))) == list(vars(instance))


# what is computed


@dataclass
class Doubled:
    a: int

    @functools.cached_property
    def double(self):
        return self.a * 2


class DoubledModel(BaseModel):
    a: int

    @functools.cached_property
    def double(self):
        return self.a * 2


@pydantic.dataclasses.dataclass
class DoubledChecked:
    a: int

    @functools.cached_property
    def double(self):
        return self.a * 2


@pytest.mark.parametrize("cls", [Doubled, DoubledModel, DoubledChecked])
def test_a_cached_property_is_computed_from_what_came_back(cls):
    instance = cls(a=1)
    assert instance.double == 2
    for route in routes(instance):
        counterpart = there(instance, route)
        counterpart.a = 50
        assert convert(counterpart, kind_of(instance)).double == 100


@dataclass
class Hidden:
    __slots__ = ("__secret", "number")
    number: int

    def __post_init__(self) -> None:
        self.__secret = [1]

    def secret(self) -> list[int]:
        return self.__secret


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_a_private_slot_beside_the_fields_comes_back(kind: str) -> None:
    instance = Hidden(1)
    instance.secret().append(2)
    for _ in range(3):
        assert convert(convert(instance, kind), "dataclass").secret() == [1, 2]
