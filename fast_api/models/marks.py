"""The classes of FastAPI's marks on parameters, by the functions that FastAPI documents: `Query()`, `Depends()`, ..."""

from typing import TYPE_CHECKING

import fastapi

if TYPE_CHECKING:
    from fastapi.params import Body, Depends, File, Form, Param, Path
else:
    Param = type(fastapi.Query()).__mro__[1]  # of Query, Path, Header and Cookie
    Body = type(fastapi.Body())
    Form = type(fastapi.Form())
    File = type(fastapi.File())
    Path = type(fastapi.Path())
    Depends = type(fastapi.Depends(lambda: None))

__all__ = ["Body", "Depends", "File", "Form", "Param", "Path"]
