"""A FastAPI of tomorrow, whose private parts have other names: the example is served with right answers and types.

It is a copy of the installed one in a folder of its own, rewritten, since FastAPI itself uses these names.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import fastapi
import pytest

from .test_internals import STATUSES, TYPES

ROOT = Path(__file__).parents[2]
OTHER_NAMES = {
    "ModelField": "SchemaField",
    "background_tasks_param_name": "background_tasks_parameter",
    "response_param_name": "response_parameter",
    "security_scopes_param_name": "security_scopes_parameter",
    "body_params": "body_parts",
    "cookie_params": "cookie_parts",
    "header_params": "header_parts",
    "received_params": "received",
    "request_body_to_args": "body_to_arguments",
    "_effective_route_context_var": "_inclusion",
    "_extract_endpoint_context": "_place_of",
    "_embed_body_fields": "_embedded",
    "effective_route_context": "inclusion",
}
ROUTES_ARE_NO_LIST = """

class _Route_Table:
    def __init__(self, routes):
        self._routes = list(routes)

    def __iter__(self):
        return iter(self._routes)

    def __len__(self):
        return len(self._routes)

    def append(self, route):
        self._routes.append(route)


_make_router = APIRouter.__init__


@functools.wraps(_make_router)
def _make_router_with_table(self, *args, **options):
    _make_router(self, *args, **options)
    self.routes = _Route_Table(self.routes)


APIRouter.__init__ = _make_router_with_table
"""


@pytest.fixture(scope="module", params=[fastapi.__version__, "0.999.0"])
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a process that imports the rewritten FastAPI, with the installed version or a later one."""
    folder = tmp_path_factory.mktemp("future")
    copied = folder / "fastapi"
    shutil.copytree(Path(fastapi.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    names = re.compile(rf"\b({'|'.join(OTHER_NAMES)})\b")
    for path in copied.rglob("*.py"):
        path.write_text(names.sub(lambda match: OTHER_NAMES[match[0]], path.read_text()))
    routing, init = copied / "routing.py", copied / "__init__.py"
    routing.write_text(routing.read_text() + ROUTES_ARE_NO_LIST)
    init.write_text(init.read_text().replace(f'"{fastapi.__version__}"', f'"{request.param}"'))
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_copy_is_what_is_imported_and_the_fast_path_is_off(environment: dict[str, str]) -> None:
    code = "import fastapi; from fast_api.fastapi_bridge import internals; print(internals.IN_USE, fastapi.__file__)"
    ended = run(environment, "-c", code)
    in_use, file = ended.stdout.split()
    assert in_use == "False"
    assert file.startswith(environment["PYTHONPATH"].split(os.pathsep)[0])
    assert ended.stderr.count("the fast path is off") == 1


def test_the_example_is_served_as_ever(environment: dict[str, str]) -> None:
    ended = run(environment, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/web/test_orders.py")
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert " passed" in ended.stdout


def test_the_example_gets_its_own_types(environment: dict[str, str]) -> None:
    code = """
import examples.orders.store as store
from examples.orders.service import Orders
from tests.web.test_orders import NEW

save = store.Order_Store.save
def noting(self, order):
    item = order.items[0]
    print(*(type(value).__qualname__ for value in (order, order.status, item, item.sku, item.quantity, item.price)))
    return save(self, order)
store.Order_Store.save = noting
orders = Orders(enable_api_key=False).setup()
assert orders.client().post("/v1/orders", json=NEW).status_code == 201
"""
    ended = run(environment, "-c", code)
    assert ended.stdout.split() == ["Order", "Order_Status", "Item", "Sku", "Quantity", "Decimal"], ended.stderr[-3000:]


def test_all_kinds_of_parameters(environment: dict[str, str]) -> None:
    ended = run(environment, "-m", "tests.web.changed_fastapi", "nothing")
    found = json.loads(ended.stdout)["nothing"]
    assert found.get("error") is None, found["trace"]
    assert found["answers"]["types"] == TYPES
    assert {name: found["answers"][name][0] for name in STATUSES} == STATUSES
    assert found["answers"]["of a router"][1] == {"sku": "a", "quantity": 2}
