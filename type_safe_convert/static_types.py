"""For type checkers: what the name of a kind stands for. Nothing here is imported when a program runs."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from osbot_utils.type_safe.Type_Safe import Type_Safe as AnyTypeSafe
from pydantic import BaseModel as AnyBaseModel

BaseModelName: TypeAlias = Literal["basemodel"]
TypeSafeName: TypeAlias = Literal["type_safe"]
# Kinds whose classes have no base class in common. Classes of `sqlalchemy` are targets of what was made of them.
OtherKindName: TypeAlias = Literal["dataclass", "attrs", "msgspec", "namedtuple", "typeddict", "sqlalchemy"]
# Kinds whose classes have source text.
_Written: TypeAlias = Literal["dataclass", "attrs", "msgspec", "namedtuple", "typeddict"]
WrittenKindName: TypeAlias = BaseModelName | TypeSafeName | _Written
AnyKindName: TypeAlias = BaseModelName | TypeSafeName | OtherKindName

# A kind is that of each model in these. A NamedTuple is one for type checkers, too.
Container: TypeAlias = Sequence[Any] | dict[Any, Any] | AbstractSet[Any]

Source_contra = TypeVar("Source_contra", contravariant=True)
Target_co = TypeVar("Target_co", covariant=True)


class ConverterByRules(Protocol[Source_contra, Target_co]):
    """The function that `Rules.converter` returns. `values` is for fields that are `Given()`."""

    def __call__(self, obj: Source_contra, /, *, values: Mapping[str, Any] = ...) -> Target_co: ...


__all__ = [
    "AnyBaseModel",
    "AnyKindName",
    "AnyTypeSafe",
    "BaseModelName",
    "Container",
    "ConverterByRules",
    "OtherKindName",
    "TypeSafeName",
    "WrittenKindName",
]
