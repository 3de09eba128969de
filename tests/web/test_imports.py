"""What is missing, or meant, is named with the way to it."""

import subprocess
import sys

import pytest

CODE = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
"""


def run(missing: str, statement: str) -> subprocess.CompletedProcess[str]:
    code = CODE.replace("MISSING", repr(missing)) + statement
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    ("missing", "statement", "what"),
    [
        ("fastapi", "import fast_api", "fast_api"),
        ("starlette", "from fast_api import Fast_API", "fast_api"),
        ("fastapi_offline", "import fast_api", "fast_api"),
        ("uvicorn", "from fast_api import Fast_API; Fast_API().serve()", "serving"),
        ("uvicorn", "from fast_api import Fast_API_Server", "Fast_API_Server"),
        ("mangum", "from fast_api import Fast_API; Fast_API().lambda_handler()", "lambda_handler"),
        ("a2wsgi", "from fast_api import Fast_API; Fast_API().add_wsgi_app('/x', print)", "add_wsgi_app"),
    ],
)
def test_a_missing_package_names_the_extra(missing: str, statement: str, what: str) -> None:
    ended = run(missing, statement)
    assert ended.returncode != 0
    last = ended.stderr.strip().splitlines()[-1]
    message = f'ModuleNotFoundError: {what} needs {missing}: pip install "type-safe-convert[fast-api]"'
    assert last.partition(". Did you mean")[0] == message  # Python 3.15 suggests modules with similar names
    assert "During handling" not in ended.stderr


def test_a_module_of_ones_own_that_is_missing_is_told_as_it_is() -> None:
    ended = run("nothing", "import fast_api.no_such_module")
    assert "No module named 'fast_api.no_such_module'" in ended.stderr
    assert "pip install" not in ended.stderr


@pytest.mark.parametrize("name", ["FastAPI", "APIRouter", "Depends", "Request", "HTTPException"])
def test_a_name_of_fastapi_is_hinted_at(name: str) -> None:
    with pytest.raises(ImportError, match=f"fast_api has no '{name}'; did you mean `from fastapi import {name}`"):
        exec(f"from fast_api import {name}")


def test_another_name_is_missing_as_usual() -> None:
    import fast_api

    with pytest.raises(ImportError, match="cannot import name 'Nothing'"):
        exec("from fast_api import Nothing")
    assert not hasattr(fast_api, "nothing")
    assert fast_api.Fast_API_Server.__name__ == "Fast_API_Server"


def test_modules_that_were_documented_by_another_name_are_found_by_it() -> None:
    code = (
        "import fast_api.endpoints, fast_api.api_key as old; from fast_api.server_info import fast_api__server_info;"
        "from fast_api.security import api_key; from fast_api.fastapi_bridge import router;"
        "print(fast_api.endpoints is router, old is api_key)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "True True\n"
