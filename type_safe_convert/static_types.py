"""For type checkers: what the name of a kind stands for. Nothing here is imported when a program runs."""

from typing import Literal, TypeAlias

from osbot_utils.type_safe.Type_Safe import Type_Safe as AnyTypeSafe
from pydantic import BaseModel as AnyBaseModel

BaseModelName: TypeAlias = Literal["basemodel"]
TypeSafeName: TypeAlias = Literal["type_safe"]
# Kinds whose classes have no base class in common. Classes of `sqlalchemy` are targets of what was made of them.
OtherKindName: TypeAlias = Literal["dataclass", "attrs", "msgspec", "namedtuple", "typeddict", "sqlalchemy"]
AnyKindName: TypeAlias = BaseModelName | TypeSafeName | OtherKindName

__all__ = ["AnyBaseModel", "AnyKindName", "AnyTypeSafe", "BaseModelName", "OtherKindName", "TypeSafeName"]
