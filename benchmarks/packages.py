"""Classes that others wrote: of three installed packages, each with more classes of its kind than any other here."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.models import KINDS, MODELS, Model
from type_safe_convert import convert, convert_class, kind_of
from type_safe_convert.testing.sampler import load, samples


@dataclass(frozen=True)
class Packaged(Model):
    """A class of a package, from `spec`, and its counterparts; `seed` chooses the instance."""

    spec: str = ""
    seed: int = 3

    @functools.cached_property
    def origin(self) -> type:
        return load(self.spec)

    def cls(self, kind: str) -> type:
        return self.origin if kind == kind_of(self.origin) else convert_class(self.origin, kind)

    @functools.cached_property
    def sample(self) -> Any:
        return samples(self.origin, 1, self.seed)[0]

    def instance(self, kind: str) -> Any:
        return self.sample if kind == kind_of(self.origin) else convert(self.sample, kind)

    def directions(self) -> Iterator[tuple[str, str]]:
        """From the class to its counterparts, and back."""
        home = str(kind_of(self.origin))
        for kind in KINDS:
            if kind != home:
                yield home, kind
                yield kind, home


def _packaged(name: str, spec: str) -> Packaged:
    package, _, cls = spec.partition(":")
    title = f"{package.partition('.')[0]}: {cls}"
    return Packaged(name, title, cls, lambda module: None, loses_primitives=False, rules=True, spec=spec)


PACKAGED = (
    _packaged("openapi", "openapi_pydantic:OpenAPI"),
    _packaged("libcst", "libcst:ImportFrom"),
    _packaged("osbot", "osbot_utils.helpers.llms.schemas.Schema__LLM_Request:Schema__LLM_Request"),
)
ALL_MODELS = (*MODELS, *PACKAGED)
BY_NAME = {model.name: model for model in ALL_MODELS}
