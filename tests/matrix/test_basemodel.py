"""What a pydantic model can say, in every direction."""

import copy
import datetime
import decimal
import enum
import pathlib
import re
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypeVar, Union

import annotated_types
import pytest
from pydantic import (
    UUID4,
    AfterValidator,
    AliasChoices,
    AliasPath,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    Base64Str,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Discriminator,
    EmailStr,
    Field,
    FilePath,
    ImportString,
    IPvAnyAddress,
    Json,
    PastDate,
    PlainValidator,
    PrivateAttr,
    RootModel,
    SecretStr,
    Tag,
    ValidationError,
    WrapValidator,
    computed_field,
    conint,
    constr,
    create_model,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypeAliasType, TypedDict

from tests.matrix.way import UNCHECKED, Way, feature
from type_safe_convert import ConversionError, convert, convert_class

SECTION = "BaseModel"


def refused_in(way: Way, cls: type, field: str, good: Any, bad: Any) -> None:
    """A value outside the constraints of a field is refused by a conversion, and by a generated class that checks."""
    broken = cls.model_construct(**{field: bad})
    with pytest.raises(ConversionError) as caught:
        convert(convert(broken, way.source, validate=False), way.target)
    assert caught.value.path == (field,)
    made = convert_class(cls, way.target)
    if way.target not in UNCHECKED:
        with pytest.raises(ValueError, match=field):
            made(**{field: bad})
    if way.target == "type_safe":
        instance = made(**{field: good})
        with pytest.raises(ValueError, match=field):
            setattr(instance, field, bad)
        assert getattr(instance, field) == good


@feature(SECTION, "`gt`, `ge`, `lt`, `le`")
def test_bounds_are_enforced(way):
    class Model(BaseModel):
        x: int = Field(1, gt=0, le=10)

    way.keeps(Model(x=10))
    refused_in(way, Model, "x", 5, 11)
    refused_in(way, Model, "x", 5, 0)


@feature(SECTION, "`multiple_of`")
def test_multiple_of_is_enforced(way):
    class Model(BaseModel):
        x: int = Field(0, multiple_of=5)

    way.keeps(Model(x=15))
    refused_in(way, Model, "x", 5, 7)


@feature(SECTION, "`min_length`, `max_length`")
def test_lengths_are_enforced(way):
    class Model(BaseModel):
        x: str = Field("aa", min_length=2, max_length=3)
        y: list[int] = Field([], max_length=1)

    way.keeps(Model(x="abc", y=[1]))
    refused_in(way, Model, "x", "ab", "abcd")
    refused_in(way, Model, "y", [3], [1, 2])


@feature(SECTION, "`pattern`")
def test_patterns_are_enforced(way):
    class Model(BaseModel):
        x: str = Field("a1", pattern=r"^[a-z]\d$")

    way.keeps(Model(x="b2"))
    refused_in(way, Model, "x", "c3", "33")


@feature(SECTION, "`max_digits`, `decimal_places`")
def test_decimal_places_are_enforced(way):
    class Model(BaseModel):
        x: decimal.Decimal = Field(decimal.Decimal("1.5"), max_digits=4, decimal_places=2)

    way.keeps(Model(x=decimal.Decimal("12.34")))
    refused_in(way, Model, "x", decimal.Decimal("1.25"), decimal.Decimal("1.234"))


@feature(SECTION, "`strict`")
def test_strict_fields(way):
    class Model(BaseModel):
        x: int = Field(0, strict=True)

    way.keeps(Model(x=1))
    made = convert_class(Model, "basemodel")
    with pytest.raises(ValidationError):
        made(x="1")


@feature(SECTION, "`annotated_types`: `Predicate`, `Len`, `Interval`")
def test_annotated_types_are_enforced(way):
    class Model(BaseModel):
        x: Annotated[int, annotated_types.Interval(gt=0, lt=10)] = 1
        y: Annotated[str, annotated_types.Len(1, 3)] = "a"
        z: Annotated[int, annotated_types.Predicate(lambda value: value % 2 == 0)] = 0

    way.keeps(Model(x=2, y="ab", z=4))
    refused_in(way, Model, "x", 3, 10)
    refused_in(way, Model, "y", "a", "abcd")
    refused_in(way, Model, "z", 2, 3)


def shout(value: str) -> str:
    return value.upper()


def not_bad(value: str) -> str:
    if value == "bad":
        raise ValueError("it is bad")
    return value


@feature(SECTION, "`Annotated` validators: after, before, wrap, plain")
def test_annotated_validators(way):
    class Model(BaseModel):
        after: Annotated[str, AfterValidator(not_bad)] = "a"
        before: Annotated[str, BeforeValidator(shout)] = "B"
        wrap: Annotated[str, WrapValidator(lambda value, handler: handler(value).strip())] = "w"
        plain: Annotated[int, PlainValidator(lambda value: value)] = 1

    way.keeps(Model(after="x", before="y", wrap=" z ", plain=3))
    if way.target == "basemodel":
        with pytest.raises(ValidationError, match="it is bad"):
            convert_class(Model, "basemodel")(after="bad")


@feature(SECTION, "`alias`, `validation_alias`, `serialization_alias`")
def test_aliases(way):
    class Model(BaseModel):
        a: int = Field(alias="A")
        b: int = Field(validation_alias=AliasChoices("B", AliasPath("deep", 0)))
        c: int = Field(serialization_alias="C")

    source = Model.model_validate({"A": 1, "deep": [2], "c": 3})
    arrived = way.keeps(source)
    home = convert(arrived, "basemodel")
    assert home.model_dump(by_alias=True) == {"A": 1, "b": 2, "C": 3}
    if way.target != "basemodel":
        assert (arrived.a, arrived.b, arrived.c) == (1, 2, 3)


@feature(SECTION, "alias generators")
def test_alias_generators(way):
    class Model(BaseModel):
        model_config = ConfigDict(alias_generator=to_camel)
        first_name: str

    home = convert(way.keeps(Model(firstName="Ada")), "basemodel")
    assert home.model_dump(by_alias=True) == {"firstName": "Ada"}


@feature(SECTION, "`field_validator` in every mode")
def test_field_validators(way):
    class Model(BaseModel):
        after: str
        before: str
        wrap: str
        plain: int

        @field_validator("after")
        @classmethod
        def check_after(cls, value):
            return not_bad(value).upper()

        @field_validator("before", mode="before")
        @classmethod
        def check_before(cls, value):
            return str(value)

        @field_validator("wrap", mode="wrap")
        @classmethod
        def check_wrap(cls, value, handler):
            return handler(value).strip()

        @field_validator("plain", mode="plain")
        @classmethod
        def check_plain(cls, value):
            return int(value)

    way.keeps(Model(after="a", before=5, wrap=" w ", plain="7"))
    if way.target == "basemodel":
        changed = convert(Model(after="a", before=5, wrap="", plain=1), way.source)
        changed.after = "bad"
        with pytest.raises(ConversionError, match="it is bad") as caught:
            convert(changed, "basemodel")
        assert caught.value.path == ("after",)


@feature(SECTION, "`model_validator` in every mode")
def test_model_validators(way):
    class Model(BaseModel):
        low: int
        high: int

        @model_validator(mode="before")
        @classmethod
        def swap(cls, data):
            return dict(data)

        @model_validator(mode="after")
        def check(self):
            if self.low > self.high:
                raise ValueError("low is above high")
            return self

        @model_validator(mode="wrap")
        @classmethod
        def around(cls, data, handler):
            return handler(data)

    way.keeps(Model(low=1, high=2))
    if way.target == "basemodel":
        changed = convert(Model(low=1, high=2), way.source)
        changed.low = 3
        with pytest.raises(ConversionError, match="low is above high"):
            convert(changed, "basemodel")


@feature(SECTION, "`computed_field`")
def test_computed_fields(way):
    class Model(BaseModel):
        width: int

        @computed_field
        @property
        def area(self) -> int:
            return self.width**2

    home = convert(way.keeps(Model(width=3)), "basemodel")
    assert home.model_dump() == {"width": 3, "area": 9}


@feature(SECTION, "private attributes")
def test_private_attributes(way):
    class Model(BaseModel):
        x: int
        _secret: list[int] = PrivateAttr(default_factory=list)
        _count: int = 0

    source = Model(x=1)
    source._secret.append(7)
    source._count = 3
    home = convert(way.keeps(source), "basemodel")
    assert (home._secret, home._count) == ([7], 3)
    assert home._secret is not source._secret


@feature(SECTION, "`model_post_init`")
def test_model_post_init(way):
    class Model(BaseModel):
        x: int
        doubled: int = 0
        _seen: int = 0

        def model_post_init(self, context: Any) -> None:
            self.doubled = self.x * 2
            self._seen += 1

    source = Model(x=2)
    way.keeps(source)
    changed = Model(x=2)
    changed.doubled = 9
    home = convert(way.keeps(changed), "basemodel")
    assert home.doubled == 9


@feature(SECTION, "`frozen`")
def test_frozen_models_refuse_assignment(way):
    class Model(BaseModel, frozen=True):
        x: int

    arrived = way.keeps(Model(x=1))
    with pytest.raises((ValidationError, AttributeError)):
        arrived.x = 2
    assert arrived.x == 1


@feature(SECTION, "fields that are frozen by themselves")
def test_frozen_fields_refuse_assignment(way):
    class Model(BaseModel):
        x: int = Field(1, frozen=True)
        y: int = 2

    arrived = way.keeps(Model(x=3))
    with pytest.raises((ValidationError, AttributeError)):
        arrived.x = 2
    arrived.y = 4
    assert (arrived.x, arrived.y) == (3, 4)
    assert convert_class(Model, way.target)(x=5).x == 5


@feature(SECTION, "`extra='allow'`")
def test_extra_values_survive(way):
    class Model(BaseModel):
        model_config = ConfigDict(extra="allow")
        x: int

    home = convert(way.keeps(Model(x=1, more=[2], other="o")), "basemodel")
    assert home.model_extra == {"more": [2], "other": "o"}
    assert home.model_dump() == {"x": 1, "more": [2], "other": "o"}

    class Aliased(BaseModel):
        model_config = ConfigDict(extra="allow")
        x: int = Field(alias="y")

    class Checked(Aliased):
        @field_validator("x")
        @classmethod
        def check(cls, value):
            return value

    for model in (Aliased, Checked):
        home = convert(way.keeps(model.model_validate({"y": 1, "x": 2})), "basemodel")
        assert (home.x, home.model_extra) == (1, {"x": 2})


@feature(SECTION, "typed extras: `__pydantic_extra__: dict[str, int]`")
def test_typed_extra_values_survive(way):
    class Model(BaseModel):
        __pydantic_extra__: dict[str, int]
        model_config = ConfigDict(extra="allow")
        x: int

    assert convert(way.keeps(Model(x=1, more=2)), "basemodel").model_extra == {"more": 2}


@feature(SECTION, "`extra='forbid'`")
def test_forbidden_extras(way):
    class Model(BaseModel):
        model_config = ConfigDict(extra="forbid")
        x: int

    way.keeps(Model(x=1))
    with pytest.raises((ValueError, TypeError)):
        convert_class(Model, way.target)(x=1, y=2)


@feature(SECTION, "`model_fields_set`, and dumps with `exclude_unset`")
def test_fields_set_survive(way):
    class Model(BaseModel):
        x: int = 1
        y: int = 2
        z: list[int] = []
        w: list[int] = [1]

    in_place, emptied = Model(), Model()
    in_place.z.append(3)  # which does not count as setting it
    emptied.w.clear()
    for source in (emptied, Model(), Model(y=5), Model(x=1), Model(z=[]), Model(x=1, y=2, z=[3]), in_place):
        home = convert(way.keeps(source), "basemodel")
        assert home.model_fields_set == source.model_fields_set
        assert home.model_dump(exclude_unset=True) == source.model_dump(exclude_unset=True)


@feature(SECTION, "fields that its own validators change without marking them as set")
def test_fields_changed_but_not_set(way):
    class Model(BaseModel):
        x: int = 1
        y: int = 2

        @model_validator(mode="after")
        def double(self):
            self.__dict__["y"] = self.x * 2
            return self

    source = Model(x=5)
    assert source.model_fields_set == {"x"}
    home = convert(way.keeps(source), "basemodel")
    assert home.model_fields_set == {"x"}
    if way.source == "basemodel":
        made = convert(Model(x=5), way.target)
        made.x = 7
        assert convert(made, "basemodel").model_fields_set == {"x"}


@feature(SECTION, "`repr=False`")
def test_fields_left_out_of_the_repr(way):
    class Model(BaseModel):
        x: int = 1
        secret: str = Field("hush", repr=False)

    arrived = way.keeps(Model(secret="quiet"))  # no secret of anybody
    if way.target != "type_safe":
        assert "quiet" not in repr(arrived)


@feature(SECTION, "`RootModel`")
def test_root_models(way):
    class Names(RootModel[list[str]]):
        pass

    class Model(BaseModel):
        names: Names
        number: RootModel[int]

    home = convert(way.keeps(Model(names=Names(["a", "b"]), number=RootModel[int](3))), "basemodel")
    assert home.model_dump() == {"names": ["a", "b"], "number": 3}
    way.keeps(Names(["c"]))
    if way.target == "basemodel" and way.source != "basemodel":
        assert convert(convert(Names(["c"]), way.source), "basemodel").root == ["c"]

    class Checked(RootModel[list[str]]):
        root: list[str] = Field(default_factory=list)

        @field_validator("root")
        @classmethod
        def check_root(cls, value):
            return [not_bad(item) for item in value]

    class Holder(BaseModel):
        names: Checked = Checked()

    way.keeps(Checked(["a"]))
    way.keeps(Holder(names=Checked(["b"])))
    assert convert(convert(Checked(), way.target), "basemodel").model_fields_set == set()
    if way.target == "basemodel":
        changed = convert(Holder(names=Checked(["a"])), way.source)
        changed.names.root = ["a", "bad"]
        with pytest.raises(ConversionError, match="it is bad") as caught:
            convert(changed, "basemodel")
        assert caught.value.path == ("names", "root")

    class Mails(RootModel[dict[str, EmailStr]]):
        @model_validator(mode="before")
        @classmethod
        def of_pairs(cls, data):
            return data if isinstance(data, dict) else dict(data)

    class WithDefault(RootModel[Any]):
        root: Any = "d"

        @model_validator(mode="after")
        def same(self):
            return self

    mails = Mails({"root": "a@example.com"})
    arrived = way.keeps(mails)
    assert convert(arrived, "basemodel").root == {"root": "a@example.com"}
    for source in (WithDefault("d"), WithDefault({"root": 1})):
        way.keeps(source)
    assert convert(convert(WithDefault(), way.target), "basemodel").model_fields_set == set()
    if way.target == "dataclass":
        arrived.root["b"] = "nobody"
        with pytest.raises(ConversionError) as caught:
            convert(arrived, "basemodel")
        assert caught.value.path == ("root", "b")


T = TypeVar("T")
U = TypeVar("U")


class Box(BaseModel, Generic[T]):
    content: T
    more: list[T] = []


class Two(BaseModel, Generic[T, U]):
    left: Box[T]
    right: U


@feature(SECTION, "generic models, parametrised and nested")
def test_generic_models(way):
    class Model(BaseModel):
        box: Box[int]
        boxes: list[Box[str]]
        two: Two[int, Box[str]]

    way.keeps(Box[int](content=1, more=[2]))
    way.keeps(Box(content="anything"))
    way.keeps(Two[int, str](left=Box[int](content=1), right="r"))
    way.keeps(
        Model(
            box=Box[int](content=1),
            boxes=[Box[str](content="s", more=["t"])],
            two=Two[int, Box[str]](left=Box[int](content=2), right=Box[str](content="x")),
        )
    )


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    lives: int = 1


class Lizard(BaseModel):
    kind: Literal["lizard", "reptile"] = "lizard"


@feature(SECTION, "discriminated unions by field, also nested")
def test_discriminated_unions(way):
    Furry = Annotated[Union[Cat, Dog], Field(discriminator="kind")]

    class Model(BaseModel):
        pet: Furry
        pets: list[Annotated[Union[Furry, Lizard], Field(discriminator="kind")]]

    way.keeps(Model(pet=Dog(lives=3), pets=[Cat(), Lizard(kind="reptile"), Dog()]))
    if way.target == "basemodel" and way.source != "basemodel":
        made = convert_class(Model, "basemodel")
        assert type(made.model_validate({"pet": {"kind": "dog"}, "pets": [{"kind": "lizard"}]}).pet) is Dog


@feature(SECTION, "discriminated unions by function")
def test_callable_discriminators(way):
    class Apple(BaseModel):
        seeds: int = 5

    class Pear(BaseModel):
        seeds: int = 3

    def which(value: Any) -> str:
        if isinstance(value, dict):
            return value.get("fruit", "apple")
        return "pear" if type(value).__name__.startswith("Pear") else "apple"

    class Model(BaseModel):
        fruit: Annotated[Union[Annotated[Apple, Tag("apple")], Annotated[Pear, Tag("pear")]], Discriminator(which)]

    way.keeps(Model(fruit=Pear()))
    way.keeps(Model(fruit=Apple(seeds=1)))


@feature(SECTION, "plain unions: the member that the value had")
def test_unions_keep_the_member(way):
    class Left(BaseModel):
        x: int = 1

    class Right(BaseModel):
        x: int = 1

    class Model(BaseModel):
        model: Union[Left, Right]
        number: Union[float, int, bool, str]
        many: list[Union[int, str, Left, list[Right]]]
        maybe: Optional[Union[Left, list[Left], dict[str, Right]]] = None

    for number in (1, 1.0, True, "1"):
        home = convert(
            way.keeps(
                Model(model=Right(), number=number, many=[1, "1", Left(x=3), [Right(x=4)]], maybe={"a": Right(x=5)})
            ),
            "basemodel",
        )
        assert type(home.model) is Right
        assert type(home.number) is type(number)
    way.keeps(Model(model=Left(), number=1, many=[], maybe=[Left()]))


@feature(SECTION, "`SecretStr`")
def test_secrets(way):
    class Model(BaseModel):
        x: SecretStr
        y: dict[str, SecretStr] = {}

    arrived = way.keeps(Model(x="hush", y={"a": SecretStr("b")}))
    assert "hush" not in repr(arrived)
    home = convert(arrived, "basemodel")
    assert home.x.get_secret_value() == "hush"
    assert home.y["a"].get_secret_value() == "b"


@feature(SECTION, "`EmailStr`, `AnyUrl`")
def test_emails_and_urls(way):
    class Model(BaseModel):
        mail: EmailStr
        url: AnyUrl
        mails: list[EmailStr] = []

    way.keeps(Model(mail="a@example.com", url="https://example.com/x", mails=["b@example.com"]))
    if way.target == "type_safe":
        made = convert_class(Model, "type_safe")(mail="a@example.com")
        for field, bad in (("mail", "nope"), ("mail", 5), ("mails", ["nope"])):
            with pytest.raises(ConversionError):
                convert_class(Model, "type_safe")(**{field: bad})
            with pytest.raises(ConversionError):
                setattr(made, field, bad)


@feature(SECTION, "`AwareDatetime`, `PastDate`, `UUID4`, `IPvAnyAddress`, `ByteSize`, `FilePath`")
def test_types_that_pydantic_checks_itself(way):
    class Model(BaseModel):
        at: AwareDatetime
        day: PastDate
        id: UUID4
        address: IPvAnyAddress
        size: ByteSize
        file: FilePath
        odd: Annotated[int, AfterValidator(only_odd)] = 1
        unset: IPvAnyAddress = "127.0.0.1"

    given = {
        "at": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        "day": datetime.date(2020, 1, 2),
        "id": uuid.uuid4(),
        "address": "127.0.0.1",
        "size": "5kb",
        "file": pathlib.Path(__file__),
        "odd": 3,
        "unset": "127.0.0.2",
    }
    instance = Model(**given)
    way.keeps(instance)
    if way.target == "type_safe":
        made_class = convert_class(Model, "type_safe")
        made = made_class(**given)
        assert (made.address, made.size) == (instance.address, instance.size)
        assert convert(copy.deepcopy(made), "basemodel") == convert(made, "basemodel")
        assert type(copy.deepcopy(made_class(at=given["at"])).unset) is str
        for field, bad in {
            "at": datetime.datetime(2026, 1, 2),
            "day": datetime.date.max,
            "id": uuid.UUID(int=1),
            "address": "nowhere",
            "size": "big",
            "file": pathlib.Path("/not/there"),
            "odd": 4,
        }.items():
            with pytest.raises(ConversionError, match=field):
                made_class(**{field: bad})
            with pytest.raises(ConversionError, match=field):
                setattr(made, field, bad)


def only_odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("even")
    return value


@feature(SECTION, "`Json`, `Base64Bytes`")
def test_json_fields(way):
    class Model(BaseModel):
        x: Json[list[int]]
        y: Json = None

        z: Json[int] | None = None
        encoded: Base64Bytes = b"aGk="
        text: Base64Str | None = None

    home = convert(way.keeps(Model(x="[1, 2]", y='{"a": 1}')), "basemodel")
    assert (home.x, home.y) == ([1, 2], {"a": 1})
    way.keeps(Model(x="[1, 2]", y="null", z="3", encoded=b"aGVsbG8=", text="aGk="))

    class Nested(BaseModel):
        many: list[Base64Bytes]
        by_name: dict[str, Json[int] | None]
        pair: tuple[Base64Str, int]
        either: Base64Bytes | int
        cats: Json[list[Cat]]

    twice = b"YUdrPQ=="  # what it holds could be decoded again
    cat = '[{"kind": "cat", "lives": 3}]'
    way.keeps(Nested(many=[twice], by_name={"a": "1", "b": None}, pair=("aGk=", 1), either=twice, cats=cat))
    way.keeps(Nested(many=[], by_name={}, pair=("aGk=", 1), either=3, cats="[]"))


@feature(SECTION, "`ImportString`")
def test_import_strings(way):
    class Model(BaseModel):
        x: ImportString[Callable[..., Any]]

    home = convert(way.keeps(Model(x="math.cos")), "basemodel")
    import math

    assert home.x is math.cos


@feature(SECTION, "`conint`, `constr` and their like")
def test_constrained_types(way):
    class Model(BaseModel):
        x: conint(gt=0, lt=9) = 1
        y: constr(min_length=1, to_lower=True) = "a"

    way.keeps(Model(x=8, y="ABC"))
    refused_in(way, Model, "x", 2, 9)


class Movie(TypedDict, total=False):
    title: str
    year: int


class Folder(TypedDict):
    files: list[Cat]
    folders: "list[Folder]"


class Point(NamedTuple):
    x: int
    y: int = 0


class Link(NamedTuple):
    cat: Cat
    next: "Optional[Link]" = None


@feature(SECTION, "`TypedDict` fields")
def test_typed_dicts(way):
    class Model(BaseModel):
        movie: Movie
        movies: list[Movie] = []

    way.keeps(Model(movie={"title": "Alien", "year": 1979}, movies=[{"title": "Heat"}, {}]))

    class Listing(BaseModel):
        folder: Folder

    cat = Cat(kind="cat", lives=3)
    way.keeps(Listing(folder={"files": [cat], "folders": [{"files": [cat.model_copy()], "folders": []}]}))


@feature(SECTION, "`NamedTuple` fields")
def test_named_tuples(way):
    class Model(BaseModel):
        point: Point
        points: dict[str, Point] = {}

    home = convert(way.keeps(Model(point=Point(1, 2), points={"a": Point(3)})), "basemodel")
    assert type(home.point) is Point

    class Chain(BaseModel):
        first: Link

    first, second = Cat(kind="cat", lives=1), Cat(kind="cat", lives=2)
    way.keeps(Chain(first=Link(first, Link(second, None))))


Numbers = TypeAliasType("Numbers", list[int])
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))
Maybe = TypeAliasType("Maybe", T | None, type_params=(T,))
MaybePair = TypeAliasType("MaybePair", dict[U, Pair[Maybe[T]]], type_params=(T, U))
Tree = TypeAliasType("Tree", "list[Tree] | int")
UserId = NewType("UserId", int)


@feature(SECTION, "type aliases, also generic and recursive; `NewType`")
def test_type_aliases(way):
    class Model(BaseModel):
        numbers: Numbers
        pair: Pair[str]
        pairs: MaybePair[int, str]
        tree: Tree
        user: UserId

    pairs = {"a": (1, None)}
    arrived = way.keeps(Model(numbers=[1], pair=("a", "b"), pairs=pairs, tree=[1, [2, [3]]], user=UserId(5)))
    if way.target == "dataclass":
        arrived.pairs["a"] = (1, "b")
        with pytest.raises(ConversionError) as caught:
            convert(arrived, "basemodel")
        assert caught.value.path == ("pairs", "a", 1)


@feature(SECTION, "field names that are methods of BaseModel: `json`, `copy`, `schema`")
@pytest.mark.filterwarnings("ignore:Field name")
def test_names_of_methods(way):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")

        class Model(BaseModel):
            json: int
            copy: str
            schema: list[int]
            dict: str = "d"

    way.keeps(Model(json=1, copy="c", schema=[2]))


@feature(SECTION, "field names that are keywords of Python, or no identifiers")
def test_names_that_are_keywords(way):
    Model = create_model("Model", **{"class": (int, ...), "class_": (str, "c"), "import": (list[int], [])})
    way.keeps(Model(**{"class": 1, "import": [2]}))
    Odd = create_model("Odd", **dict.fromkeys(["a-b", "a b", "a_b", "1x", "", "@type"], (int, 1)))
    way.keeps(Odd(**{"a-b": 1, "a b": 2, "a_b": 3, "1x": 4, "": 5, "@type": 6}))


@feature(SECTION, "several problems at once, each with its path")
def test_several_problems_at_once(way):
    class Model(BaseModel):
        x: int = Field(gt=0)
        y: str
        z: list[int]

    way.keeps(Model(x=1, y="a", z=[1]))
    broken = convert(Model.model_construct(x=0, y=5, z=[1, "b"]), way.source, validate=False)
    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(broken, way.target)
        assert [error.path for error in caught.value.errors] == [("x",), ("y",), ("z", 1)]
        assert caught.value.path == ("x",)
        assert "z[1]" in str(caught.value)

    class Part(BaseModel):
        n: int
        parts: list["Part"] = []

    class Whole(BaseModel):
        parts: list[Part]
        by_name: dict[str, Part]
        one: Part
        pair: tuple[int, Part]

    def part(n, *parts):
        return Part.model_construct(n=n, parts=list(parts))

    fine, bad = part(1), part("b")
    parts = [bad, fine, part("c"), part(1, bad, fine, part("d"))]
    whole = Whole.model_construct(parts=parts, by_name={"a": bad, "b": fine, "c": part("e")}, one=bad, pair=("f", bad))
    broken = convert(whole, way.source, validate=False)
    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(broken, way.target)
        assert [error.path for error in caught.value.errors] == [
            ("parts", 0, "n"),
            ("parts", 2, "n"),
            ("parts", 3, "parts", 0, "n"),
            ("parts", 3, "parts", 2, "n"),
            ("by_name", "a", "n"),
            ("by_name", "c", "n"),
            ("one", "n"),
            ("pair", 0),
            ("pair", 1, "n"),
        ]


@feature(SECTION, "`description`, `title`, `examples`, `deprecated`, `json_schema_extra`")
def test_field_information(way):
    class Model(BaseModel):
        model_config = ConfigDict(title="The model")
        x: int = Field(1, description="an x", title="X", examples=[1, 2], json_schema_extra={"unit": "m"})

    way.keeps(Model(x=3))
    if way.source == "basemodel" and way.target == "dataclass":
        import dataclasses

        metadata = dataclasses.fields(convert_class(Model, "dataclass"))[0].metadata
        assert (metadata["description"], metadata["title"], metadata["examples"]) == ("an x", "X", [1, 2])


class Color(enum.Enum):
    RED = 1
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(str, enum.Enum):  # noqa: UP042  # StrEnum is another thing
    ON = "on"


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


@feature(SECTION, "enums, `IntEnum`, `str` enums, flags, `Literal`")
def test_enums_and_literals(way):
    class Model(BaseModel):
        color: Color
        level: Level
        mode: Mode
        rights: Rights
        literal: Literal["a", 1, True, Color.RED, None]
        by_color: dict[Color, list[Level]] = {}

    for literal in ("a", 1, True, Color.RED, None):
        home = convert(
            way.keeps(
                Model(
                    color=Color.BLUE,
                    level=Level.HIGH,
                    mode=Mode.ON,
                    rights=Rights.READ | Rights.WRITE,
                    literal=literal,
                    by_color={Color.RED: [Level.LOW]},
                )
            ),
            "basemodel",
        )
        assert type(home.literal) is type(literal)


@feature(SECTION, "inheritance, with overridden fields and mixins")
def test_inheritance(way):
    class Base(BaseModel):
        x: int
        y: Any = None

    class Mixin(BaseModel):
        z: str = "z"

    class Child(Base, Mixin):
        y: list[int] = [1]
        x: int = 5

    home = convert(way.keeps(Child(y=[2], z="q")), "basemodel")
    assert isinstance(home, Base)
    assert issubclass(convert_class(Child, way.target), convert_class(Base, way.target))
    assert issubclass(convert_class(Child, way.target), convert_class(Mixin, way.target))

    class Event(BaseModel):
        at: int = 0
        sort: str

    class Crewed(Event):
        crew: str

    class Done(Crewed):
        sort: str = "done"  # before `crew`, which has no default

    way.keeps(Done(crew="c"))


@feature(SECTION, "default factories that take the validated data")
def test_default_factories_with_data(way):
    class Model(BaseModel):
        x: int = 2
        y: list[int] = Field(default_factory=lambda data: [data["x"]])

    way.keeps(Model(x=3))
    way.keeps(Model(x=3, y=[]))


@feature(SECTION, "`validate_assignment`, `use_enum_values`, `str_strip_whitespace`")
def test_settings_that_change_values(way):
    class Model(BaseModel):
        model_config = ConfigDict(validate_assignment=True, use_enum_values=True, str_strip_whitespace=True)
        mode: Mode
        name: str

    way.keeps(Model(mode=Mode.ON, name=" n "))

    class Values(BaseModel):
        model_config = ConfigDict(use_enum_values=True)
        level: Level
        levels: list[Level] | None = None
        modes: set[Mode] = set()

        def model_post_init(self, context):
            self.modes = {*self.modes}

    home = convert(way.keeps(Values(level=2, levels=[Level.LOW], modes={Mode.ON})), "basemodel")
    assert type(home.level) is int
    assert [type(level) for level in home.levels] == [int]
    assert home.modes == {"on"}


@feature(SECTION, "attributes of `datetime`, `re.Pattern`, `Path`, `UUID`, `bytes`, `Decimal`")
def test_scalars_of_the_standard_library(way):
    import ipaddress

    class Model(BaseModel):
        at: datetime.datetime
        day: datetime.date
        time: datetime.time
        delta: datetime.timedelta
        pattern: re.Pattern
        path: pathlib.Path
        pure: pathlib.PurePosixPath
        id: uuid.UUID
        raw: bytes
        money: decimal.Decimal
        address: ipaddress.IPv4Address
        complex: complex

    way.keeps(
        Model(
            at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
            day=datetime.date(2026, 1, 2),
            time=datetime.time(1, 2),
            delta=datetime.timedelta(seconds=1.5),
            pattern=re.compile("a+"),
            path=pathlib.Path("/x"),
            pure=pathlib.PurePosixPath("y"),
            id=uuid.UUID(int=5),
            raw=b"\x00\xff",
            money=decimal.Decimal("-0.10"),
            address=ipaddress.IPv4Address("127.0.0.1"),
            complex=1j,
        )
    )


@feature(SECTION, "a hand-written `__init__`")
def test_own_init(way):
    class Model(BaseModel):
        x: int
        y: int = 0

        def __init__(self, x: int, **more: Any) -> None:
            super().__init__(x=x, **more)

    way.keeps(Model(3, y=4))


@feature(SECTION, "a field without default after one with a default")
def test_required_after_default(way):
    class Model(BaseModel):
        x: int = 1
        y: str
        z: int | None = None

    way.keeps(Model(y="a"))
    if way.target == "basemodel":
        assert convert_class(convert_class(Model, way.source), "basemodel") is Model


@feature(SECTION, "a default outside the annotation")
def test_defaults_outside_the_annotation(way):
    class Model(BaseModel):
        x: int = None
        y: list[str] = ()
        z: int = Field(0, gt=0)

    way.keeps(Model())
    way.keeps(Model(x=1, y=["a"], z=1))

    class Texts(BaseModel):
        mode: Mode = "on"
        maybe: Color | None = "red"

    way.keeps(Texts())
    way.keeps(Texts(mode="on", maybe=Color.RED))
