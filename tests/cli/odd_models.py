"""Models that are hard to build, to convert or to compare, one reason each."""

import abc
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, List, Literal, Optional

from annotated_types import Ge, Le, MaxLen, MinLen, MultipleOf
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, field_validator

if TYPE_CHECKING:
    from nowhere import Missing


class Bounded(BaseModel):
    small: Annotated[int, Ge(3), Le(5)]
    even: Annotated[int, MultipleOf(2)]
    short: Annotated[str, MinLen(2), MaxLen(4)]
    some: list[int] = Field(min_length=2, max_length=3)
    code: str = Field(pattern=r"^[A-Z]{3}-\d{2}$")
    kind: Literal["a", "b"]


@dataclass
class Picky:
    """Takes only what looks like a quoted word, and as many opening as closing brackets."""

    text: str
    opening: list[int] = field(default_factory=list)
    closing: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not (len(self.text) > 1 and self.text[0] == self.text[-1] == "'"):
            raise ValueError("not quoted")
        if len(self.opening) != len(self.closing):
            raise ValueError("unbalanced")


class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...


@dataclass
class Lonely(Abstract):
    side: float


@dataclass
class Figure(Abstract):
    name: str


@dataclass
class Disc(Figure):
    radius: float = 1.0

    def area(self) -> float:
        return self.radius


@dataclass
class Tree:
    label: str
    left: Optional["Tree"]
    right: Optional["Tree"]
    leaves: list["Tree"]


@dataclass
class Endless:
    inner: "Endless"


@dataclass
class Unresolved:
    what: "Missing"
    many: "list[Missing]" = field(default_factory=list)


class Named(Type_Safe):
    name: Safe_Str
    parts: List["Named"]
    anything: Any = None


class Careless(Type_Safe):
    """Keeps a plain list where it would have made a typed one of the same list, had it been given."""

    items: List[int] = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.items is None:
            object.__setattr__(self, "items", [1, 2])


class Never(BaseModel):
    value: int

    @field_validator("value")
    @classmethod
    def refuse(cls, value: int) -> int:
        raise ValueError("never")


class Doubling(BaseModel):
    """Changes its own values each time."""

    value: int

    @field_validator("value")
    @classmethod
    def double(cls, value: int) -> int:
        return value * 2 + 1


class Takes_Text(BaseModel):
    """Refuses its own output."""

    value: Any

    @field_validator("value", mode="before")
    @classmethod
    def parse(cls, value: Any) -> int:
        if not isinstance(value, str):
            raise ValueError("text wanted")
        return len(value)
