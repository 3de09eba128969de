"""The links of the README; its examples run with those of the other pages, in tests/newcomer."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target
