"""Conversion into classes that somebody wrote by hand: by name, strictly, with their own validators."""

import abc
import datetime
import pickle
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, List, Literal, Optional

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import (
    AfterValidator,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    Json,
    PastDate,
    SecretBytes,
    SecretStr,
    StringConstraints,
    create_model,
    field_validator,
    model_validator,
)

from tests.core.facts import facts
from tests.core.models import Color
from type_safe_convert import (
    ClassConversionError,
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
)
from type_safe_convert.hypothesis import check_round_trip


@dataclass
class Line:
    sku: str
    quantity: int
    price: float = 1.5


@dataclass
class Order:
    number: str
    lines: list[Line]
    note: str | None = None


@pydantic.dataclasses.dataclass
class CheckedLine:
    sku: str
    quantity: int
    price: float = 2


class PricedModel(BaseModel):
    price: float = 3


@dataclass
class Priced:
    price: int


@dataclass
class Short:
    number: str


@dataclass
class Full:
    number: str
    amount: int = 0


class LineModel(BaseModel):
    sku: str
    quantity: int


class OrderModel(BaseModel):
    number: str
    lines: list[LineModel]


class LineTyped(Type_Safe):
    sku: Safe_Str
    quantity: int


class OrderTyped(Type_Safe):
    number: Safe_Str
    lines: List[LineTyped]
    note: Optional[str] = None


def order():
    return Order("n 1", [Line("a", 1), Line("b b", 2)], "hello")


def test_fields_are_matched_by_name_and_the_rest_is_left_out():
    assert convert(order(), OrderModel) == OrderModel(
        number="n 1", lines=[LineModel(sku="a", quantity=1), LineModel(sku="b b", quantity=2)]
    )


def test_defaults_of_the_target_fill_what_the_source_lacks():
    model = OrderModel(number="n", lines=[LineModel(sku="a", quantity=1)])
    assert convert(model, Order) == Order("n", [Line("a", 1, 1.5)], None)


def test_type_safe_gets_what_its_constructor_would_have_made():
    made = convert(order(), OrderTyped)
    by_hand = OrderTyped(
        number="n 1", lines=[LineTyped(sku="a", quantity=1), LineTyped(sku="b b", quantity=2)], note="hello"
    )
    assert facts(made) == facts(by_hand)
    assert type(made.lines) is Type_Safe__List
    assert made.lines[1].sku == "b_b"


def test_primitives_become_plain_in_plain_fields():
    typed = convert(order(), OrderTyped)
    plain = convert(typed, Order)
    assert type(plain.number) is str
    assert plain.number == "n_1"
    assert convert(typed, OrderModel).lines[0].sku == "a"


def test_same_kind_conversion():
    @dataclass
    class Short:
        number: str

    assert convert(order(), Short) == Short("n 1")
    copied = convert(order(), Order)
    assert copied == order()


def test_forbid_extra_refuses_to_leave_a_field_out():
    with pytest.raises(ExtraFieldError) as caught:
        convert(order(), OrderModel, forbid_extra=True)
    assert caught.value.path == ("note",)
    assert caught.value.found == "'hello' (str)"
    assert caught.value.expected == "only number, lines"
    prices = [("lines", number, "price") for number in range(2)]
    assert [error.path for error in caught.value.errors] == [("note",), *prices]


@pytest.mark.parametrize("repeats", range(3))
def test_a_converter_forbids_extra_fields_too_and_pickles(repeats):
    function = pickle.loads(pickle.dumps(converter(Full, Short, forbid_extra=True)))
    with pytest.raises(ExtraFieldError) as caught:
        function(Full("n", 7))
    assert caught.value.found == "7 (int)"
    assert converter(Full, Short)(Full("n", 7)) == Short("n")
    assert convert(Short("n"), Full, forbid_extra=True) == Full("n")


def test_forbid_extra_sees_the_extra_values_that_a_counterpart_carries():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    class Opened(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    for kind in ("type_safe", "dataclass"):
        carried = convert(Open(number="n", more=[1]), kind)
        assert convert(carried, Short) == Short("n")
        assert convert(carried, Opened) == Opened(number="n", more=[1])
        with pytest.raises(ExtraFieldError) as caught:
            convert(carried, Short, forbid_extra=True)
        assert (caught.value.path, caught.value.found) == (("more",), "[1] (list)")


def test_forbid_extra_looks_into_nested_models_and_extras():
    class Numbered(BaseModel):
        number: str
        lines: list[LineModel]
        note: str | None = None

    with pytest.raises(ExtraFieldError) as caught:
        convert(order(), Numbered, forbid_extra=True)
    assert caught.value.path == ("lines", 0, "price")

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    @dataclass
    class Closed:
        number: str

    for _ in range(3):
        assert convert(Open(number="n"), Closed, forbid_extra=True) == Closed("n")
        with pytest.raises(ExtraFieldError) as caught:
            convert(Open(number="n", more=1), Closed, forbid_extra=True)
        assert caught.value.path == ("more",)


def test_a_target_that_allows_extras_keeps_them():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")
        number: str

    made = convert(order(), Open)
    assert made.note == "hello"
    assert made.model_extra.keys() == {"lines", "note"}


def test_a_missing_required_field_is_named():
    @dataclass
    class Wants:
        number: str
        colour: str

    with pytest.raises(MissingFieldError) as caught:
        convert(order(), Wants)
    assert (caught.value.path, caught.value.expected) == (("colour",), "str")
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ("1", int),
        (True, int),
        (1.0, int),
        (1, str),
        (b"x", str),
        (None, int),
        ("2026-01-01", datetime.date),
        ([1], set[int]),
    ],
)
@pytest.mark.parametrize("kind", [BaseModel, "dataclass", Type_Safe])
def test_nothing_is_coerced(value, annotation, kind):
    @dataclass
    class Source:
        x: object

    namespace = {"__annotations__": {"x": annotation}, "__module__": __name__}
    if kind == "dataclass":
        target = dataclass(type("Target", (), namespace))
    else:
        target = type(kind)("Target", (kind,), namespace)
    for _ in range(3):
        if value is None and kind is Type_Safe:
            assert convert(Source(value), target).x is None  # as any attribute of a Type_Safe may be
        else:
            with pytest.raises(ValueError, match="x"):
                convert(Source(value), target)


def test_an_int_may_stand_for_a_float():
    @dataclass
    class Source:
        x: int

    @dataclass
    class Target:
        x: float

    class Model(BaseModel):
        x: float

    assert type(convert(Source(1), Target).x) is int
    assert type(convert(Source(1), Model).x) is float


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


def test_post_init_runs_and_its_refusal_is_named():
    @dataclass
    class Checked:
        number: str
        length: int = field(init=False)

        def __post_init__(self):
            if not self.number:
                raise ValueError("empty")
            self.length = len(self.number)

    assert convert(order(), Checked).length == 3
    empty = order()
    empty.number = ""
    with pytest.raises(ValueConversionError, match="empty"):
        convert(empty, Checked)


def test_the_path_names_the_place():
    bad = order()
    bad.lines[1].quantity = "two"
    for target in (OrderModel, OrderTyped):
        for _ in range(3):
            with pytest.raises(ConversionError) as caught:
                convert(bad, target)
            assert caught.value.path == ("lines", 1, "quantity")
            assert "lines[1].quantity" in str(caught.value)
            assert caught.value.expected == "int"
            assert caught.value.found == "'two' (str)"


def test_a_subclass_without_counterpart_becomes_the_declared_class():
    @dataclass
    class Special(Line):
        extra: int = 5

    made = convert(Order("n", [Special("a", 1)]), OrderModel)
    assert type(made.lines[0]) is LineModel


def test_a_converter_takes_subclasses_and_refuses_strangers():
    function = converter(Order, OrderModel)
    assert function(order()) == convert(order(), OrderModel)

    @dataclass
    class Later(Order):
        pass

    assert function(Later("n", [])) == OrderModel(number="n", lines=[])
    for stranger in (5, None, "order"):
        with pytest.raises(ConversionError):
            function(stranger)


def test_a_value_of_the_wrong_class_in_a_model_field():
    for wrong in (5, None, "x", [1]):
        with pytest.raises(ConversionError) as caught:
            convert(Order("n", [Line("a", 1), wrong]), OrderModel)
        assert caught.value.path[:2] == ("lines", 1)


def test_an_attribute_that_was_never_set_is_named():
    half = object.__new__(Order)
    half.number = "n"
    for _ in range(3):
        with pytest.raises(MissingFieldError) as caught:
            convert(half, OrderModel)
        assert caught.value.path == ("lines",)


def test_a_pydantic_dataclass_gets_values_and_defaults():
    for _ in range(3):
        made = convert(LineModel(sku="a", quantity=3), CheckedLine)
        assert (made.sku, made.quantity, made.price) == ("a", 3, 2)
        with pytest.raises(ValueConversionError) as caught:
            convert(LineModel.model_construct(sku="a", quantity="b"), CheckedLine)
        assert caught.value.path == ("quantity",)


def test_an_int_that_equals_the_default_of_a_float_field_is_made_a_float():
    """Only within a family it is carried as it is, since pydantic does not validate a default that is unset."""
    for _ in range(3):
        assert type(convert(Priced(3), PricedModel).price) is float
        assert type(convert(convert(PricedModel(), "dataclass"), "basemodel").price) is int


def _refused(value):
    raise ValueError("never")


Never = Annotated[int, AfterValidator(_refused)]


@pytest.mark.parametrize(
    ("annotation", "value", "path"),
    [
        (Never, 1, ()),
        (Never | str, 1, ()),
        (list[Never | list[int]], [1], (0,)),
        (dict[str, Never], {"dict": 1}, ("dict",)),
        (dict[Never, str], {1: "a"}, (1,)),
        (set[Never], {1}, (0,)),
        (tuple[str, Never], ("a", 1), (1,)),
    ],
)
def test_a_path_has_steps_into_the_values_only(annotation, value, path):
    """What pydantic puts between them, the names of functions and of members of unions, is left out."""
    written = create_model("Target", x=(annotation, ...))
    holder = make_dataclass("Holder", [("x", Any)])(value)
    with pytest.raises(ValueConversionError, match="never") as caught:
        convert(holder, written)
    assert {error.path for error in caught.value.errors or [caught.value]} == {("x", *path)}


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Annotated[str, Field(pattern="^a")], "b", "a string that matches pattern '^a'"),
        (Annotated[float, Field(allow_inf_nan=False)], float("inf"), "a finite number"),
        (PastDate, datetime.date.max, "a date in the past"),
        (Annotated[int, Field(gt=3)] | None, 3, "greater than 3"),
        (Annotated[int, Field(gt=3)] | None, "a", "int or None"),
        (Annotated[list[int], Field(min_length=2)] | str | None, [1], "of length at least 2"),
        (HttpUrl, "no", "a valid URL, relative URL without a base"),
        (SecretBytes, "text", "a valid bytes"),
        (SecretStr, b"bytes", "a valid string"),
        (list[Annotated[int, Field(gt=3)]] | dict[str, int], 5, "list[int] or dict[str, int]"),
    ],
)
def test_an_error_says_what_was_expected(annotation, value, expected):
    written = create_model("Target", x=(annotation, ...))
    with pytest.raises(ValueConversionError) as caught:
        convert(make_dataclass("Holder", [("x", Any)])(value), written)
    assert (caught.value.path, caught.value.expected) == (("x",), expected)
    assert caught.value.found.startswith(repr(value))
    assert str(caught.value).endswith(f"x: expected {expected}, found {caught.value.found}")


class Encoded(BaseModel):
    raw: Base64Bytes
    numbers: Json[list[int]]


class EncodedToo(BaseModel):
    raw: Base64Bytes
    numbers: Json[list[int]]


def test_a_decoded_value_is_not_decoded_again_by_another_model():
    source = Encoded(raw=b"YUdrPQ==", numbers="[1]")
    for kind in ("type_safe", "basemodel", "dataclass"):
        assert convert(convert(source, kind), EncodedToo) == EncodedToo(raw=b"YUdrPQ==", numbers="[1]")


def test_a_model_that_reads_text_is_given_it():
    @dataclass
    class Text:
        raw: bytes
        numbers: str

    for _ in range(3):
        made = convert(Text(b"aGk=", "[1, 2]"), Encoded)
        assert (made.raw, made.numbers) == (b"hi", [1, 2])
        with pytest.raises(ValueConversionError) as caught:
            convert(Text(b"aGk=", '[1, "2"]'), Encoded)  # strictly, as everywhere
        assert caught.value.path == ("numbers",)


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


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog", "hound"]
    pals: list["Cat | Dog"] = []


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")
    others: list[Annotated[Cat | Dog, Field(discriminator="kind")] | int] = []


@dataclass
class Animal:
    kind: str
    lives: Any = 1
    pals: Any = field(default_factory=list)


@pytest.mark.parametrize(
    ("values", "path", "expected"),
    [
        ({"pet": Animal("dog", pals="none")}, ("pet", "pals"), "a list"),
        ({"pet": Animal("hound", pals=[Animal("cat", "x")])}, ("pet", "pals", 0, "lives"), "int"),
        ({"pet": Animal("cat", "x")}, ("pet", "lives"), "int"),
        ({"pet": Animal("emu")}, ("pet", "kind"), "one of 'cat', 'dog', 'hound'"),
        ({"pet": Animal("cat"), "others": [1, Animal("dog", pals=[3])]}, ("others", 1, "pals", 0), "Cat or Dog"),
        ({"pet": 3}, ("pet",), "Cat or Dog"),
    ],
)
def test_the_error_is_that_of_the_model_which_the_discriminator_names(values, path, expected):
    for _ in range(3):
        with pytest.raises(ValueConversionError) as caught:
            convert(source_of(**values), Owner)
        assert (caught.value.path, caught.value.expected) == (path, expected)


class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self) -> int: ...


@dataclass
class AbstractShape(Abstract):
    side: int


@dataclass
class Square(AbstractShape):
    def area(self) -> int:
        return self.side**2


@dataclass
class HoldsShape:
    shape: AbstractShape


class AbstractModel(BaseModel, abc.ABC):
    side: int

    @abc.abstractmethod
    def area(self) -> int: ...


class HoldsModel(BaseModel):
    shape: AbstractModel


@pytest.mark.parametrize("target", [AbstractShape, AbstractModel])
def test_an_abstract_target_is_named_with_what_it_lacks(target):
    for convert_to in (lambda: convert(Square(1), target), lambda: converter(Square, target)):
        with pytest.raises(ClassConversionError, match=rf"{target.__name__} without area"):
            convert_to()


def test_an_abstract_class_in_a_field_of_the_target_is_named_with_its_place():
    with pytest.raises(ClassConversionError, match="AbstractModel without area") as caught:
        convert(HoldsShape(Square(1)), HoldsModel)
    assert caught.value.path == ("shape",)


def test_a_field_declared_as_an_abstract_class_takes_its_subclasses():
    check_round_trip(HoldsShape(Square(2)))
    with pytest.raises(ClassConversionError, match="AbstractShape without area"):
        convert(convert_class(AbstractShape, "basemodel")(side=1), "dataclass")


class With_Enum_Values(BaseModel, use_enum_values=True):
    one: Color
    many: set[Color] = set()


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_a_model_with_use_enum_values_holds_values_without_validation_too(kind):
    model = With_Enum_Values(one=Color.RED, many={Color.RED})
    there = convert(model, kind, validate=False)
    assert convert(there, With_Enum_Values, validate=False) == model
    assert converter(type(there), With_Enum_Values, validate=False)(there) == model
