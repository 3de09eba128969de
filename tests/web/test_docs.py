"""docs/fast_api.md describes every setting, and the licences of what the documentation shows are served."""

import re
from pathlib import Path

from fast_api import Fast_API
from fast_api.security.api_key import ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE

TEXT = (Path(__file__).parents[2] / "docs" / "fast_api.md").read_text()


def test_every_field_is_described() -> None:
    table = re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
    described = set(re.findall(r"`(\w+)`", " ".join(table)))
    assert described >= {name for name in Fast_API().__locals__() if not name.startswith("__")}
    assert {ENV_VAR__MORE_VALUES, ENV_VAR__NAME, ENV_VAR__VALUE} <= set(re.findall(r"\w+", TEXT))


def test_the_name_of_a_service_is_text_in_the_titles() -> None:
    client = Fast_API(name="</title><script>alert(1)</script>").setup().client()
    for path in ("/docs", "/redoc"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_licences_that_the_bundles_name_are_served() -> None:
    client = Fast_API().setup().client()
    for bundle in ("redoc.standalone.js", "swagger-ui-bundle.js"):
        named = re.findall(r"license information please see (\S+)", client.get(f"/docs-files/{bundle}").text)
        assert named
        for name in named:
            assert "icense" in client.get(f"/docs-files/{name}").text, name
    for name in ("redoc.LICENSE.txt", "swagger-ui.LICENSE.txt", "swagger-ui.NOTICE.txt"):
        assert client.get(f"/docs-files/{name}").status_code == 200
