"""All contenders, in the order of the tables."""

from benchmarks.contenders import assembled, by_hand, by_hand_rules, original, ours, peers
from benchmarks.contenders.base import Contender, Convert, Job, each
from benchmarks.models import KINDS, MODELS, MODULES


def _by_hand(job: Job) -> Convert:
    write = by_hand.readings if job.model.many else {**by_hand.BY_ROOT, **by_hand_rules.BY_ROOT}[job.model.root]
    return write(MODULES[job.target])


def _assembled(job: Job) -> Convert:
    return each(assembled.assembler(job.model.root, job.target), job)


WRITTEN = tuple(model.name for model in MODELS)
PLAIN = tuple(model.name for model in MODELS if not model.rules)
CONTENDERS = (
    Contender("ours", "ours: converter(S, T)", ours.converter, makes=True),
    Contender("ours_instance", "ours: convert_instance(x)", ours.convert_instance, makes=True),
    Contender("ours_written", "ours: converter(S, T), T hand-written", ours.converter_to_written, models=WRITTEN),
    Contender("ours_unchecked", "ours: validate=False", ours.unchecked, makes=True, checks=False),
    Contender("by_hand", "by hand: constructors", _by_hand, models=WRITTEN),
    Contender("by_hand_unchecked", "by hand: assembled, unchecked", _assembled, checks=False, models=PLAIN),
    Contender(
        "original",
        "osbot-fast-api 0.39",
        original.convert_instance,
        makes=True,
        sources=KINDS,
        targets=KINDS,
        models=PLAIN,
    ),
    Contender("pydantic", "pydantic: from_attributes", peers.pydantic_from_attributes, targets=("basemodel",)),
    Contender(
        "adapter",
        "pydantic: TypeAdapter, from a dict",
        peers.adapter_of_dataclass,
        sources=("basemodel",),
        targets=("dataclass", "type_safe"),
        # Classes of osbot-utils have primitives, which pydantic does not know.
        models=(*WRITTEN, "openapi"),
        gives="dataclass",
    ),
    Contender("msgspec", "msgspec: from_attributes", peers.msgspec_convert, targets=("dataclass",)),
    Contender(
        "msgspec_tagged",
        "msgspec: tagged union of Structs",
        peers.msgspec_tagged,
        targets=("dataclass",),
        models=("tagged",),
        gives="msgspec",
    ),
    Contender(
        "adaptix",
        "adaptix: get_converter",
        peers.adaptix_converter,
        checks=False,
        sources=("basemodel", "dataclass"),
        targets=("basemodel", "dataclass"),
    ),
    Contender(
        "cattrs",
        "cattrs: through dicts",
        peers.cattrs_through_dicts,
        sources=("type_safe", "basemodel"),
        targets=("dataclass",),
    ),
)
BY_NAME = {contender.name: contender for contender in CONTENDERS}
