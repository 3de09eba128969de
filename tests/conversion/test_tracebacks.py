"""Tracebacks show the lines of generated functions, and warn of nothing on the way."""

import linecache
import warnings
from dataclasses import dataclass
from typing import Any

from type_safe_convert.conversion.conversion import conversion


@dataclass
class Source:
    n: int


@dataclass
class Target:
    n: int


def test_the_lines_of_a_generated_function_are_found() -> None:
    function: Any = conversion(Source, Target, True).compiled()
    code = function.__code__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert linecache.lazycache(code.co_filename, function.__globals__)
        line = linecache.getline(code.co_filename, code.co_firstlineno, function.__globals__)
    assert line.startswith("def convert(")
