"""cloudpickle carries generated classes and their instances to processes that cannot import the origin."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import cloudpickle
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from examples.scale.models import Track, track
from type_safe_convert import convert, convert_class, converter, to_json

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

SCRIPT = """
import sys
from dataclasses import dataclass, field
import cloudpickle
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel
from type_safe_convert import convert, convert_class, from_json, to_json

@dataclass
class Item:
    n: int
    tags: list[str] = field(default_factory=list)

class Model(BaseModel):
    item: int
    text: str = "x"

class Safe(Type_Safe):
    n: int
    name: str

def there(made, cls):
    assert type(made) is cls, (type(made), cls)
    return type(made).__name__, to_json(made)

made = []
for origin in (Item(1, ["a"]), Model(item=2), Safe(n=3, name="b")):
    assert from_json(type(origin), to_json(origin)) is not None
    for kind in ("basemodel", "dataclass", "type_safe"):
        one = convert(origin, kind)
        made.append((one, convert_class(type(origin), kind)))
        assert convert(one, type(origin)) is not None
sys.stdout.buffer.write(cloudpickle.dumps((there, lambda item: type(convert(item, "basemodel")).__name__, made)))
"""

LOADER = """
import sys, pickle
there, name_there, made = pickle.load(sys.stdin.buffer)
assert [name_there(one) for one, cls in made] == 3 * ["Item__BaseModel"] + 3 * ["Model"] + 3 * ["Safe__BaseModel"]
print([there(*one) for one in made])
"""


def test_a_script_sends_its_own_classes_to_a_process_that_has_them_not(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    sent = subprocess.run([sys.executable, script], capture_output=True, cwd=ROOT, env=ENVIRONMENT)
    assert sent.returncode == 0, sent.stderr.decode()
    got = subprocess.run([sys.executable, "-c", LOADER], input=sent.stdout, capture_output=True, env=ENVIRONMENT)
    assert got.returncode == 0, got.stderr.decode()
    assert eval(got.stdout) == [
        ("Item__BaseModel", b'{"n":1,"tags":["a"]}'),
        ("Item", b'{"n":1,"tags":["a"]}'),
        ("Item__Type_Safe", b'{"n":1,"tags":["a"]}'),
        ("Model", b'{"item":2,"text":"x"}'),
        ("Model__Dataclass", b'{"item":2,"text":"x"}'),
        ("Model__Type_Safe", b'{"item":2,"text":"x"}'),
        ("Safe__BaseModel", b'{"n":3,"name":"b"}'),
        ("Safe__Dataclass", b'{"n":3,"name":"b"}'),
        ("Safe", b'{"n":3,"name":"b"}'),
    ]


class Outer:
    @dataclass
    class Inner:
        n: int

    class Model(BaseModel):
        n: int


class Safe(Type_Safe):
    name: str


@dataclass(frozen=True, slots=True)
class Slotted:
    inner: Outer.Inner
    others: tuple[int, ...] = field(default=())


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
@pytest.mark.parametrize(
    "instance", [Outer.Inner(1), Outer.Model(n=2), Safe(name="a"), Slotted(Outer.Inner(3)), track(1)]
)
def test_a_generated_class_goes_by_its_origin_and_kind(instance, kind):
    made = convert(instance, kind)
    assert cloudpickle.loads(cloudpickle.dumps(type(made))) is type(made)
    again = cloudpickle.loads(cloudpickle.dumps(made))
    assert type(again) is type(made)
    assert to_json(again) == to_json(made)


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_a_class_of_a_function(kind):
    @dataclass
    class Local:
        n: int

    made = convert(Local(1), kind)
    assert cloudpickle.loads(cloudpickle.dumps(type(made))) is type(made)
    assert to_json(cloudpickle.loads(cloudpickle.dumps(made))) == b'{"n":1}'


def test_two_classes_of_the_same_name_both_go():
    def make(annotation):
        @dataclass
        class Local:
            n: annotation

        return Local

    first, second = make(int), make(str)
    made = [convert(first(1), "basemodel"), convert(second("a"), "basemodel")]
    again = cloudpickle.loads(cloudpickle.dumps(made))
    assert [type(item) for item in again] == [type(item) for item in made]


def test_the_module_of_the_origin_leads_to_the_class():
    import examples.scale.models as models

    made = convert_class(Track, "basemodel")
    assert models.Track__BaseModel is made
    assert made.__module__ == "examples.scale.models"


def test_functions_go_by_name():
    function = converter(Track, convert_class(Track, "basemodel"))
    assert cloudpickle.loads(cloudpickle.dumps(function)) is function
    inner = converter(Outer.Inner, convert_class(Outer.Inner, "basemodel"))
    assert cloudpickle.loads(cloudpickle.dumps(inner)) is inner
