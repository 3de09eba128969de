"""osbot-fast-api 0.39, whose converters this library replaces. It is used where it is installed, and only called,
never copied.
"""

from importlib import import_module
from typing import Any

from benchmarks.contenders.base import Convert, Job, Unable, each

_NAMES = {"type_safe": "Type_Safe", "basemodel": "BaseModel", "dataclass": "Dataclass"}


def convert_instance(job: Job) -> Convert:
    return each(_direction(job.source, job.target).convert_instance, job)


def convert_class(source: str, target: str) -> Convert:
    """The original's `convert_class`, to compare the cost of a cached call."""
    return _direction(source, target).convert_class


def _direction(source: str, target: str) -> Any:
    name = f"{_NAMES[source]}__To__{_NAMES[target]}"
    try:
        module = import_module(f"osbot_fast_api.api.transformers.{name}")
    except ImportError as error:
        raise Unable("not installed: pip install osbot-fast-api==0.39.0") from error
    return getattr(module, f"{source}__to__{target}")
