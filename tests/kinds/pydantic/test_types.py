"""Pydantic's own types in dataclasses, Type_Safe classes and models: judged as the constructor of a model judges them,
read and written in JSON as `TypeAdapter` does it, equal after the way there and back."""

import dataclasses
import datetime
import decimal
import ipaddress
import json
import pathlib
import uuid
from typing import Annotated, Any, Optional, Union

import pydantic
import pydantic.dataclasses
import pytest
from annotated_types import Gt, MinLen
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, create_model

from type_safe_convert import ConversionError, ValueConversionError, convert, convert_class, json_schema
from type_safe_convert.json.codec import from_json, from_python, to_json, to_python

pytestmark = pytest.mark.filterwarnings("ignore:The `PaymentCardNumber` class is deprecated")

HERE = pathlib.Path(__file__)
FUTURE, PAST = datetime.date(2999, 1, 1), datetime.date(2000, 1, 1)
UTC = datetime.UTC
LATER, EARLIER = datetime.datetime(2999, 1, 1), datetime.datetime(2000, 1, 1)


def uuid_of(version: int) -> str:
    return f"12345678-1234-{version}234-8234-123456789012"


# By name: the text or number from which JSON makes a value, and a value of Python's that does not fit.
TYPES: dict[str, tuple[Any, Any]] = {
    "StrictStr": ("a", 1),
    "StrictBool": (True, 1),
    "StrictBytes": ("a", "a"),
    "StrictInt": (1, "1"),
    "StrictFloat": (1.5, "1.5"),
    "PositiveInt": (1, -1),
    "NegativeInt": (-1, 1),
    "NonNegativeInt": (0, -1),
    "NonPositiveInt": (0, 1),
    "PositiveFloat": (0.5, -0.5),
    "NegativeFloat": (-0.5, 0.5),
    "NonNegativeFloat": (0.0, -0.5),
    "NonPositiveFloat": (0.0, 0.5),
    "FiniteFloat": (0.5, float("inf")),
    **{f"UUID{version}": (uuid_of(version), uuid.UUID(uuid_of(9 - version))) for version in (1, 3, 4, 5, 6, 7, 8)},
    "FilePath": (str(HERE), HERE.parent),
    "DirectoryPath": (str(HERE.parent), HERE),
    "NewPath": (str(HERE.with_name("nothing")), HERE),
    "SocketPath": (None, HERE),
    "Json": ("[1]", None),
    "ImportString": ("pathlib.Path", "nowhere.at_all"),
    "Secret[int]": (5, 5),
    "SecretStr": ("a", "a"),
    "SecretBytes": ("a", b"a"),
    "PaymentCardNumber": ("4242424242424242", "4242424242424241"),
    "ByteSize": (5, "many"),
    "PastDate": (str(PAST), FUTURE),
    "FutureDate": (str(FUTURE), PAST),
    "PastDatetime": (EARLIER.isoformat(), LATER),
    "FutureDatetime": (LATER.isoformat(), EARLIER),
    "AwareDatetime": (EARLIER.isoformat() + "Z", EARLIER),
    "NaiveDatetime": (EARLIER.isoformat(), EARLIER.replace(tzinfo=UTC)),
    "Base64Bytes": ("aGVsbG8=", 1),
    "Base64Str": ("aGVsbG8=", 1),
    "Base64UrlBytes": ("aGVsbG8-", 1),
    "Base64UrlStr": ("aGVsbG8_", 1),
    "JsonValue": ({"a": [1, None]}, {1}),
    "AnyUrl": ("a://b/", "a"),
    "AnyHttpUrl": ("http://a.b/", "a"),
    "HttpUrl": ("http://a.b/", pydantic.AnyUrl("ftp://a.b")),
    "FileUrl": ("file:///a", "a"),
    "FtpUrl": ("ftp://a.b/", "a"),
    "WebsocketUrl": ("ws://a.b/", "a"),
    "AnyWebsocketUrl": ("ws://a.b/", "a"),
    "EmailStr": ("a@example.com", "a"),
    "NameEmail": ("A <a@example.com>", "a"),
    "IPvAnyAddress": ("1.2.3.4", "a"),
    "IPvAnyInterface": ("1.2.3.4/8", "a"),
    "IPvAnyNetwork": ("1.2.3.0/24", "a"),
    "PostgresDsn": ("postgres://u:p@h/d", "a"),
    "CockroachDsn": ("cockroachdb://u:p@h/d", "a"),
    "AmqpDsn": ("amqp://u:p@h/d", "a"),
    "RedisDsn": ("redis://u:p@h:1/0", "a"),
    "MongoDsn": ("mongodb://u:p@h:1/d", "a"),
    "KafkaDsn": ("kafka://h:9092", "a"),
    "NatsDsn": ("nats://h:4222", "a"),
    "MySQLDsn": ("mysql://u:p@h:1/d", "a"),
    "MariaDBDsn": ("mariadb://u:p@h:1/d", "a"),
    "ClickHouseDsn": ("clickhouse+native://u:p@h:1/d", "a"),
    "SnowflakeDsn": ("snowflake://u:p@h/d", "a"),
    "OnErrorOmit": (None, None),
}  # fmt: skip

# What is no type of a value: constraints, encoders, and functions that make annotations.
NO_TYPES = {
    "Strict", "AllowInfNan", "EncoderProtocol", "EncodedBytes", "EncodedStr", "Base64Encoder", "GetPydanticSchema",
    "StringConstraints", "Tag", "Discriminator", "FailFast", "UrlConstraints", "validate_email", "conbytes", "conlist",
    "conset", "confrozenset", "constr", "conint", "confloat", "condecimal", "condate",
}  # fmt: skip

MASKED = {"Secret[int]", "SecretStr", "SecretBytes"}


def type_of(name: str) -> Any:
    plain, _, argument = name.partition("[")
    found = getattr(pydantic.types, plain, None) or getattr(pydantic.networks, plain)
    return found[int] if argument else found


def value_of(name: str) -> Any:
    given = TYPES[name][0]
    if name in ("StrictBytes", "SecretBytes"):
        given = given.encode()
    return TypeAdapter(type_of(name)).validate_python(given)


def holder(annotation: Any, kind: str) -> Any:
    if kind == "dataclass":
        return dataclasses.make_dataclass("ByIdentity", [("a", annotation)])
    if kind == "pydantic":
        return pydantic.dataclasses.dataclass(dataclasses.make_dataclass("ByIdentity", [("a", annotation)]))
    if kind == "basemodel":
        return create_model("ByIdentity", a=annotation)
    return type("ByIdentity", (Type_Safe,), {"__annotations__": {"a": annotation}, "__module__": __name__})


def held(cls: Any, value: Any) -> Any:
    """An instance that holds the value as it is: some constructors would not take it."""
    made = cls.__new__(cls)
    if issubclass(cls, BaseModel):
        return cls.model_construct(a=value)
    made.__dict__["a"] = value
    return made


KINDS = ("dataclass", "pydantic", "basemodel", "type_safe")
# A socket would have to be opened; what may be left out stands in lists only.
NAMES = [name for name in TYPES if name not in ("SocketPath", "OnErrorOmit")]


def test_every_public_type_of_pydantic_is_here() -> None:
    known = {name.partition("[")[0] for name in TYPES} | NO_TYPES

    assert {*pydantic.types.__all__, *pydantic.networks.__all__} - known == set()


PLACES: dict[str, tuple[Any, Any]] = {
    "itself": (lambda item: item, lambda value: value),
    "list": (lambda item: list[item], lambda value: [value, value]),
    "dict": (lambda item: dict[str, item], lambda value: {"k": value}),
    "tuple": (lambda item: tuple[int, item], lambda value: (1, value)),
    "optional": (lambda item: Optional[item], lambda value: value),
}
CASES = [(kind, place) for kind in KINDS for place in PLACES]


def plain(value: Any) -> Any:
    """A value with Type_Safe's typed collections as plain ones, which they do not equal."""
    if isinstance(value, list):
        return [*map(plain, value)]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in dict.items(value)}
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


def others(kind: str) -> list[str]:
    return [
        other for other in ("dataclass", "basemodel", "type_safe") if other != kind.replace("pydantic", "dataclass")
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_value_is_equal_after_the_way_there_and_back(name: str) -> None:
    """There and back through every other kind, an instance is equal, and of its own class."""
    for kind, place in CASES:
        wrap_type, wrap = PLACES[place]
        cls = holder(wrap_type(type_of(name)), kind)
        original = held(cls, wrap(value_of(name)))
        for other in others(kind):
            back = convert(convert(original, other), cls)
            assert type(back) is cls
            assert plain(back.a) == original.a
            assert place != "itself" or type(back.a) is type(original.a)


@pytest.mark.parametrize("name", [name for name in TYPES if name not in ("Json", "OnErrorOmit")])
def test_a_value_that_does_not_fit_is_refused(name: str) -> None:
    for kind, place in CASES:
        wrap_type, wrap = PLACES[place]
        original = held(holder(wrap_type(type_of(name)), kind), wrap(TYPES[name][1]))
        if name == "ImportString" and kind == "basemodel":
            continue  # the text may be what a name led to
        for other in others(kind):
            with pytest.raises(ValueConversionError) as caught:
                convert(original, other)
            assert caught.value.path[0] == "a"


@pytest.mark.parametrize("name", NAMES)
def test_json_is_that_of_a_type_adapter(name: str) -> None:
    for kind, place in CASES:
        if kind not in ("dataclass", "type_safe"):
            continue
        wrap_type, wrap = PLACES[place]
        annotation = wrap_type(type_of(name))
        cls, adapter = holder(annotation, kind), TypeAdapter(holder(annotation, "dataclass"))
        data = json.dumps({"a": wrap(TYPES[name][0])})
        expected = adapter.validate_json(data).a
        as_base64 = name in ("StrictBytes", "SecretBytes")  # as all bytes are in classes that say nothing of it
        if as_base64:
            data = (
                data.replace(': "a"', ': "YQ=="')
                .replace('["a", "a"]', '["YQ==", "YQ=="]')
                .replace('1, "a"', '1, "YQ=="')
            )
        for target in (cls, *(convert_class(cls, other) for other in others(kind))):
            made = from_json(target, data)
            assert plain(made.a) == expected
            written = to_json(made)
            if not as_base64:
                assert json.loads(written) == json.loads(adapter.dump_json(adapter.validate_json(data)))
            if name not in MASKED | {"Json"}:
                assert plain(from_json(target, written).a) == expected
            if name not in MASKED:
                assert plain(from_json(target, to_json(made, round_trip=True)).a) == expected
            assert plain(from_python(target, to_python(made, round_trip=True)).a) == expected


@pytest.mark.parametrize("name", NAMES)
def test_json_that_a_type_adapter_refuses_is_refused(name: str) -> None:
    cls = holder(type_of(name), "dataclass")
    for junk in ("junk", 3.25, [[]], -(10**30), "", {"x": 1}):
        data = json.dumps({"a": junk})
        try:
            TypeAdapter(cls).validate_json(data, strict=True)
        except ValidationError:
            for target in (cls, convert_class(cls, "basemodel"), holder(type_of(name), "type_safe")):
                if name == "StrictBytes" and isinstance(junk, str):
                    continue
                with pytest.raises(ConversionError):
                    from_json(target, data)


def test_items_that_may_be_left_out_are_as_in_a_type_adapter() -> None:
    for kind in ("dataclass", "type_safe"):
        cls = holder(list[pydantic.OnErrorOmit[int]], kind)
        for target in (cls, *(convert_class(cls, other) for other in others(kind))):
            assert plain(from_json(target, '{"a": [1, "x", 2]}').a) == [1, 2]


def test_a_secret_of_an_unfit_value_is_refused() -> None:
    for kind in KINDS:
        original = held(holder(pydantic.Secret[int], kind), pydantic.Secret("text"))
        for other in others(kind):
            with pytest.raises(ValueConversionError):
                convert(original, other)


def test_a_subclass_of_secret_reads_and_writes_itself() -> None:
    class Pin(pydantic.Secret[int]):
        def _display(self) -> str:
            return "****"

    cls = holder(Optional[Pin], "dataclass")
    for target in (cls, convert_class(cls, "basemodel"), convert_class(cls, "type_safe")):
        made = from_json(target, '{"a": 5}')
        assert type(made.a) is Pin
        assert made.a.get_secret_value() == 5
        assert to_json(made) == b'{"a":"****"}'
        with pytest.raises(ConversionError):
            from_json(target, '{"a": "x"}')


@pytest.mark.parametrize("name", ["Base64Bytes", "Base64Str", "Base64UrlBytes", "Base64UrlStr", "Json"])
def test_a_decoded_value_is_decoded_in_classes_of_other_names(name: str) -> None:
    """A value that some text stands for goes from class to class as the value."""
    value = value_of(name)
    for source_kind in KINDS:
        source = holder(type_of(name), source_kind)
        for target_kind in KINDS:
            target = holder(type_of(name), target_kind)
            assert convert(held(source, value), target).a == value


@pytest.mark.parametrize("name", ["Base64Bytes", "Base64UrlBytes"])
def test_a_generated_model_reads_and_writes_encoded_bytes_as_pydantic_does(name: str) -> None:
    model = convert_class(holder(type_of(name), "dataclass"), "basemodel")
    data = json.dumps({"a": TYPES[name][0]}, separators=(",", ":"))

    assert model.model_validate_json(data).a == value_of(name)
    assert model.model_validate_json(data).model_dump_json() == data
    assert model.model_validate({"a": TYPES[name][0].encode()}).a == value_of(name)
    assert model(**model(a=TYPES[name][0]).model_dump()).a == value_of(name)


def test_constraints_beside_a_type_of_pydantic_count() -> None:
    cases: list[tuple[Any, Any, Any]] = [
        (Annotated[pydantic.SecretStr, MinLen(3)], pydantic.SecretStr("long"), pydantic.SecretStr("a")),
        (Annotated[pydantic.PastDate, Gt(PAST)], datetime.date(2001, 1, 1), datetime.date(1999, 1, 1)),
        (Annotated[pydantic.EmailStr, Field(pattern="^a")], "a@example.com", "b@example.com"),
        (Union[int, pydantic.EmailStr], 3, "junk"),
        (Union[pydantic.EmailStr, pydantic.IPvAnyAddress], ipaddress.ip_address("1.2.3.4"), "junk"),
    ]
    for annotation, fits, misfit in cases:
        for kind in ("dataclass", "type_safe"):
            cls = holder(annotation, kind)
            assert convert(convert(held(cls, fits), "basemodel"), cls).a == fits
            with pytest.raises(ValueConversionError):
                convert(held(cls, misfit), "basemodel")


def test_the_json_schema_is_that_of_a_type_adapter() -> None:
    for name in NAMES:
        if name in ("StrictBytes", "SecretBytes", "ImportString", "JsonValue"):  # base64; no schema; floats
            continue
        cls = holder(type_of(name), "dataclass")
        for mode in ("validation", "serialization"):
            if name.startswith("Secret[") and mode == "serialization":
                continue
            expected = TypeAdapter(cls).json_schema(mode=mode)["properties"]["a"]
            assert json_schema(cls, mode=mode)["properties"]["a"] == expected


@dataclasses.dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("annotation", "value", "misfit"),
    [
        (pydantic.condecimal(max_digits=3, decimal_places=1), decimal.Decimal("1.5"), decimal.Decimal("1.555")),
        (Annotated[decimal.Decimal, Field(gt=1)], decimal.Decimal("1.5"), decimal.Decimal("0.5")),
        (Annotated[decimal.Decimal, pydantic.AllowInfNan(False)], decimal.Decimal("1.5"), decimal.Decimal("NaN")),
        (pydantic.conlist(pydantic.EmailStr, min_length=1), ["a@example.com"], []),
        (pydantic.condate(gt=PAST), datetime.date(2001, 1, 1), datetime.date(1999, 1, 1)),
        (pydantic.constr(pattern="^a", max_length=3), "abc", "bcd"),
        (pydantic.confloat(multiple_of=0.5), 1.5, 1.6),
        (pydantic.InstanceOf[Point], Point(1), 5),
        (
            dict[str, list[Optional[pydantic.UUID4]]],
            {"a": [uuid.UUID(uuid_of(4)), None]},
            {"a": [uuid.UUID(uuid_of(1))]},
        ),
    ],
)
def test_constrained_types_in_classes_of_every_kind(annotation: Any, value: Any, misfit: Any) -> None:
    for kind in ("dataclass", "type_safe"):
        cls = holder(annotation, kind)
        for other in others(kind):
            for _ in range(3):  # interpreted, then generated
                made = convert(held(cls, value), other)
                assert plain(convert(made, cls).a) == value
                with pytest.raises(ValueConversionError):
                    convert(held(cls, misfit), other)
            assert plain(convert(from_json(type(made), to_json(made)), cls).a) == value
            assert plain(convert(from_python(type(made), to_python(made)), cls).a) == value
            assert json_schema(type(made))["properties"]["a"] is not None


@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "msgspec"])
def test_a_size_in_a_union_stays_one(kind: Any) -> None:
    class Sizes(pydantic.BaseModel):
        one: pydantic.ByteSize | float
        many: list[pydantic.ByteSize | float | None] = []

    original = Sizes(one="1kB", many=["2kB", 1.5, None])
    for _ in range(3):
        back = convert(convert(original, kind), Sizes)
        assert [type(value) for value in (back.one, *back.many)] == [pydantic.ByteSize] * 2 + [float, type(None)]
        assert back == original
