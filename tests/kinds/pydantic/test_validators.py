"""Validators of models and of pydantic dataclasses run on what they are given, and may take more than is declared."""

from dataclasses import make_dataclass
from typing import Annotated, Any

import pydantic.dataclasses
import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SkipValidation,
    StringConstraints,
    field_validator,
    model_validator,
)

from tests.conversion.models import Line, LineModel, order
from type_safe_convert import (
    ConversionError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    to_json,
)


@pydantic.dataclasses.dataclass
class CheckedLine:
    sku: str
    quantity: int
    price: float = 2


def test_the_models_own_validators_run():
    class Strict(BaseModel):
        number: str

        @field_validator("number")
        @classmethod
        def shout(cls, value):
            if value == "bad":
                raise ValueError("bad number")
            return value.upper()

    assert convert(order(), Strict).number == "N 1"
    bad = order()
    bad.number = "bad"
    with pytest.raises(ConversionError) as caught:
        convert(bad, Strict)
    assert caught.value.path == ("number",)
    assert "bad number" in str(caught.value)
    assert convert(bad, Strict, validate=False).number == "bad"


def test_a_pydantic_dataclass_gets_values_and_defaults():
    for _ in range(3):
        made = convert(LineModel(sku="a", quantity=3), CheckedLine)
        assert (made.sku, made.quantity, made.price) == ("a", 3, 2)
        with pytest.raises(ValueConversionError) as caught:
            convert(LineModel.model_construct(sku="a", quantity="b"), CheckedLine)
        assert caught.value.path == ("quantity",)


class Lenient(BaseModel):
    """Validators of its own take more than the annotations say."""

    tags: list[str] = []
    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2)] = ""
    number: Annotated[int, BeforeValidator(lambda value: int(value) if isinstance(value, str) else value)] = 0
    short: Annotated[list[int], AfterValidator(lambda value: sorted(set(value))), Field(max_length=1)] = []
    line: LineModel | None = None
    plain: int = 0

    @field_validator("tags", "line", mode="before")
    @classmethod
    def split(cls, value):
        if value == "nothing":
            raise ValueError("nothing is no tag")
        return value.split(",") if isinstance(value, str) else value


class Before(BaseModel):
    number: int
    price: float

    @model_validator(mode="before")
    @classmethod
    def parse(cls, data):
        return {**data, "number": int(data["number"])}


@pydantic.dataclasses.dataclass
class LenientToo:
    instance: int  # names that the way to the validator must leave free
    strict: str = Field("", max_length=2)

    @field_validator("instance", "strict", mode="before")
    @classmethod
    def parse(cls, value):
        return value.strip() if isinstance(value, str) and value.startswith(" ") else value


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    name: str = Field(max_length=2)


def source_of(**values: Any) -> Any:
    return make_dataclass("Source", [(name, Any) for name in values])(**values)


def test_a_value_that_does_not_fit_is_given_to_the_models_own_validators():
    source = source_of(tags="a,b", code=" ab ", number="3", short=[1, 1], line=Line("x", 1))
    for _ in range(3):
        made = convert(source, Lenient)
        assert (made.tags, made.code, made.number, made.short) == (["a", "b"], "ab", 3, [1])
        assert made.line == LineModel(sku="x", quantity=1)
        assert convert(source_of(number="3", price=1), Before) == Before(number=3, price=1.0)
        assert convert(source_of(name=" ab "), Stripped).name == "ab"
        assert convert(source_of(instance=1, strict=" ab "), LenientToo) == LenientToo(1, "ab")


@pytest.mark.parametrize(
    ("target", "values", "path", "match"),
    [
        (Lenient, {"plain": "1"}, ("plain",), "expected int, found '1'"),
        (Lenient, {"tags": "a", "plain": "1"}, ("plain",), "expected int, found '1'"),
        (Lenient, {"tags": [1]}, ("tags", 0), "expected str, found 1"),
        (Lenient, {"tags": 5}, ("tags",), "expected a list, found 5"),
        (Lenient, {"tags": "nothing"}, ("tags",), "nothing is no tag"),
        (Lenient, {"number": True}, ("number",), "expected int, found True"),
        (Lenient, {"number": "x"}, ("number",), "invalid literal"),
        (Lenient, {"code": " abc "}, ("code",), "at most 2"),
        (Lenient, {"short": [1, 2]}, ("short",), "at most 1"),
        (Lenient, {"line": Line("x", "1")}, ("line", "quantity"), "expected int, found '1'"),
        (LenientToo, {"instance": "1"}, ("instance",), "expected int, found '1'"),
        (Before, {"number": "1", "price": "2"}, ("price",), "expected float, found '2'"),
        (Before, {"number": "1", "price": True}, ("price",), "expected float, found True"),
    ],
)
def test_what_its_validators_do_not_take_is_not_coerced(target, values, path, match):
    for _ in range(3):
        with pytest.raises(ValueConversionError, match=match) as caught:
            convert(source_of(**values), target)
        assert caught.value.path == path


class Replaced(BaseModel):
    """Each validator returns what the annotation does not allow."""

    plain: int
    around: list[int]
    after: list[str] = []

    @field_validator("plain", mode="plain")
    @classmethod
    def text_of(cls, value):
        return f"#{value}" if isinstance(value, int) else value

    @field_validator("around", mode="wrap")
    @classmethod
    def tuple_of(cls, value, handler):
        return value if isinstance(value, tuple) else tuple(handler(value))

    @field_validator("after")
    @classmethod
    def joined(cls, value):
        return ",".join(value)


@pydantic.dataclasses.dataclass
class ReplacedToo:
    plain: int

    @field_validator("plain", mode="plain")
    @classmethod
    def text_of(cls, value):
        return f"#{value}" if isinstance(value, int) else value


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", "attrs", "msgspec", "namedtuple"])
@pytest.mark.parametrize("instance", [Replaced(plain=1, around=[2], after=["a", "b"]), ReplacedToo(1)])
def test_what_a_field_validator_returned_is_carried_whatever_the_annotation(instance, kind):
    for _ in range(3):
        there = convert(instance, kind)
        assert there.plain == "#1"
        assert convert(there, type(instance)) == instance == convert(instance, type(instance))


@pydantic.dataclasses.dataclass
class Both:
    plain: int
    after: list[int]

    @field_validator("plain", mode="plain")
    @classmethod
    def text_of(cls, value):
        if value == "bad":
            raise ValueError("bad number")
        return f"#{value}" if isinstance(value, int) else value

    @field_validator("after")
    @classmethod
    def tuple_of(cls, value):
        return tuple(value)


def test_a_pydantic_dataclass_holds_what_its_validators_took_where_nothing_is_carried():
    known = converter(convert_class(ReplacedToo, "typeddict"), ReplacedToo)
    for _ in range(3):
        assert known(convert(ReplacedToo(1), "typeddict")) == ReplacedToo(1)
        there = convert(Both(1, [2]), "attrs")
        there.plain = 3
        back = convert(there, Both)
        assert (back.plain, back.after) == (3, (2,))
        there.plain = "bad"
        with pytest.raises(ValueConversionError, match="bad number"):
            convert(there, Both)


def test_a_class_with_the_type_that_a_validator_returns_can_be_the_target():
    target = make_dataclass("Text", [("plain", str)])
    assert converter(ReplacedToo, target)(ReplacedToo(1)).plain == "#1"


@pytest.mark.parametrize("kind", ["dataclass", "attrs", "msgspec"])
def test_a_changed_value_that_does_not_fit_is_for_the_validator_again(kind):
    for _ in range(3):
        there = convert(Replaced(plain=1, around=[2], after=["a"]), kind)
        there.plain, there.after = 3, ["c", "d"]
        assert convert(there, Replaced) == Replaced(plain=3, around=[2], after=["c", "d"])
        there.after = "7"
        with pytest.raises(ValueConversionError, match="expected a list, found '7'") as caught:
            convert(there, Replaced)
        assert caught.value.path == ("after",)


class Skipped(BaseModel):
    number: SkipValidation[int]
    many: Annotated[list[int], SkipValidation] = []
    inside: list[SkipValidation[int]] = []


@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "msgspec", "typeddict"])
def test_what_was_not_validated_is_carried(kind):
    original = Skipped(number="x", many=5, inside=["y"])
    for _ in range(3):
        there = convert(original, kind)
        known = converter(convert_class(Skipped, kind), Skipped)
        assert known(there) == original == convert(original, Skipped)


class NamesOthers(BaseModel):
    here: str

    @field_validator("here", "elsewhere", check_fields=False)
    @classmethod
    def check(cls, value):
        return value


def test_a_validator_may_name_fields_that_the_class_does_not_have():
    for kind in ("type_safe", "dataclass"):
        assert convert(convert(NamesOthers(here="a"), kind), NamesOthers) == NamesOthers(here="a")


Lookahead = Annotated[str, Field(pattern=r"^(?!x)a+$")]


class Patterns(BaseModel):
    model_config = ConfigDict(regex_engine="python-re")
    one: Lookahead
    many: dict[Lookahead, list[Lookahead]] = {}
    at_end: str = Field("a", pattern=r"^a$")  # of `re`, also before a newline


@pydantic.dataclasses.dataclass(config=ConfigDict(regex_engine="python-re"))
class PatternsToo:
    one: Lookahead
    at_end: str = Field("a", pattern=r"^a$")


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", "attrs", "msgspec"])
@pytest.mark.parametrize("original", [Patterns(one="aa", many={"a": ["aa"]}, at_end="a\n"), PatternsToo("a", "a\n")])
def test_patterns_are_those_of_the_engine_that_a_model_asks_for(original, kind):
    cls = type(original)
    for _ in range(3):
        there = convert(original, kind)
        assert convert(there, cls) == original == convert(original, cls)
        assert to_json(from_json(type(there), to_json(there))) == to_json(there)
        with pytest.raises(ConversionError, match="pattern"):
            convert(source_of(one="xa"), convert_class(cls, kind))


class Pet(BaseModel):
    """Validators that return another instance, as `model_validate` does."""

    sort: str
    name: str = ""

    @model_validator(mode="wrap")
    @classmethod
    def choose(cls, value, handler):
        is_cat = cls is Pet and isinstance(value, dict) and value.get("sort") == "cat"
        return Cat(**value) if is_cat else handler(value)


class Cat(Pet):
    lives: int = 9


class Counted(BaseModel):
    count: int
    note: str = ""
    pets: list[Pet] = []
    _seen: int = PrivateAttr(0)

    @model_validator(mode="after")
    def counted(self):
        made = self.model_copy(update={"count": self.count + 1})
        made._seen = self.count
        return made


class Other(BaseModel):
    count: int

    @model_validator(mode="wrap")
    @classmethod
    def other(cls, value, handler):
        return LineModel(sku="a", quantity=1)


def test_what_a_model_validator_returns_counts():
    source = source_of(count=1, pets=[source_of(sort="cat", name="a"), source_of(sort="dog", name="b")])
    for _ in range(3):
        made = convert(source, Counted)
        pets = [{"sort": "cat", "name": "a"}, {"sort": "dog", "name": "b"}]
        assert made == Counted.model_validate({"count": 1, "pets": pets})
        assert (type(made.pets[0]), made._seen, made.model_fields_set) == (Cat, 1, {"count", "pets"})
        there = convert(made, "dataclass")
        assert convert(there, Counted) == made
        there.note = "changed"
        assert convert(there, Counted) == made.model_copy(update={"note": "changed", "count": made.count + 1})
        with pytest.raises(ValueConversionError, match="expected an Other, found LineModel"):
            convert(source_of(count=1), Other)


class Turned(BaseModel):
    count: int

    @model_validator(mode="before")
    @classmethod
    def turned(cls, value):
        return LineModel(sku="a", quantity=1)


def test_a_model_in_the_place_of_the_values_is_refused_each_time():
    for _ in range(3):
        with pytest.raises(ValueConversionError, match="found LineModel"):
            convert(source_of(count=1), Turned)


class Constructed(BaseModel):
    number: int = Field(alias="Number")
    doubled: int = 0

    def __init__(self, **values):
        super().__init__(**values)
        self.doubled = self.number * 2


class Positional(BaseModel):
    number: int

    def __init__(self, text):
        super().__init__(number=int(text))


def test_a_constructor_of_a_models_own_runs_where_it_takes_the_values():
    for _ in range(3):
        made = convert(source_of(number=2), Constructed)
        assert made == Constructed.model_validate({"Number": 2}) == Constructed(Number=2)
        there = convert(made, "dataclass")
        there.doubled = 7
        assert convert(there, Constructed).doubled == 7
        with pytest.raises(ValueConversionError, match="expected int, found '2'"):
            convert(source_of(number="2"), Constructed)
        assert convert(source_of(number=2), Positional).number == 2
        assert convert(convert_class(Constructed, "attrs")(number=3), Constructed).doubled == 6
