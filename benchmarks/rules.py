"""Annotations, enums and type variables that the models of all kinds share."""

import enum
from typing import Annotated, TypeVar

from pydantic import Field

T = TypeVar("T")

Code = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{4}$")]
Level = Annotated[int, Field(ge=1, le=999)]
Rate = Annotated[float, Field(gt=0)]
Title = Annotated[str, Field(min_length=1, max_length=80)]


class Status(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"
