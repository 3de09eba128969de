"""Checks the third-party packages that are installed beside this one, and prints the table of `docs/check.md`.

pip install $(python -m tests.third_party --requirements)
python -m tests.third_party
"""

import importlib.metadata
import json
import subprocess
import sys
from typing import Any

# Import name and distribution; several packages for each kind of model.
PACKAGES = {
    "osbot_utils": "osbot-utils",
    "osbot_aws": "osbot-aws",
    "mgraph_db": "mgraph-db",
    "memory_fs": "memory-fs",
    "cbr_shared": "cbr-shared",
    "osbot_fast_api_serverless": "osbot-fast-api-serverless",
    "anthropic": "anthropic",
    "openai": "openai",
    "mcp_types": "mcp-types",
    "a2a": "a2a-sdk",
    "qdrant_client": "qdrant-client",
    "langchain_core": "langchain-core",
    "langsmith": "langsmith",
    "prefect": "prefect-client",
    "fastapi": "fastapi",
    "openapi_pydantic": "openapi-pydantic",
    "ollama": "ollama",
    "libcst": "libcst",
    "huggingface_hub": "huggingface-hub",
    "schemathesis": "schemathesis",
    "textual": "textual",
    "griffe": "griffe",
    "sqlfluff": "sqlfluff",
    "osbot_fast_api": "osbot-fast-api",
    "osbot_llms": "osbot-llms",
    "cbr_user_data": "cbr-user-data",
    "cbr_user_session": "cbr-user-session",
    "mistralai": "mistralai",
    "google.genai": "google-genai",
    "llama_index": "llama-index-core",
    "cohere": "cohere",
    "weaviate": "weaviate-client",
    "fastmcp": "fastmcp",
    "groq": "groq",
    "chromadb": "chromadb",
    "scim2_models": "scim2-models",
    "autogen_core": "autogen-core",
    "instructor": "instructor",
    "great_expectations": "great-expectations",
    "rich": "rich",
    "black": "black",
    "aiogram": "aiogram",
    "pyiceberg": "pyiceberg",
    "stac_pydantic": "stac-pydantic",
    "fastapi_pagination": "fastapi-pagination",
    "pydantic_ai": "pydantic-ai-slim",
    "gpustack.schemas": "gpustack",
    "specstar": "specstar",
    "mcp_utils": "mcp-utils-msgspec",
    "geojson_msgspec": "geojson-msgspec",
    "evmspec": "evmspec",
    "trio": "trio",
    "referencing": "referencing",
    "aiohttp": "aiohttp",
}


def main() -> int:
    if "--requirements" in sys.argv:
        print(" ".join(sorted(set(PACKAGES.values()))))
        return 0
    print("| package | version | of kind | classes | converted | built | equal |")
    print("|---|---|---|---|---|---|---|")
    totals, as_promised = [0, 0, 0, 0], True
    for name, distribution in PACKAGES.items():
        try:
            version = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            print(f"{name} is not installed", file=sys.stderr)
            continue
        kinds, refused_only = check(name)
        as_promised &= refused_only
        for kind, counts in kinds.items():
            totals = [total + count for total, count in zip(totals, counts, strict=True)]
            print(row(name, version, kind, counts))
    print(row("all", "", "", totals))
    return 0 if totals[1] >= 0.99 * totals[0] and as_promised else 1


def check(name: str) -> tuple[dict[str, list[int]], bool]:
    """For each kind: classes, converted, built, and equal in both directions, but for those that refuse themselves; and
    whether all others are refused with a reason."""
    command = [sys.executable, "-m", "type_safe_convert", "check", name, "--json"]
    run = subprocess.run(command, capture_output=True, check=False)
    report: dict[str, Any] = json.loads(run.stdout)
    found: dict[str, list[int]] = {}
    for direction in report["packages"][0]["directions"]:
        equal = min(direction["equal"], direction["same_class"])
        counts = [direction["classes"], direction["converted"], direction["built"] - direction["own"], equal]
        kind = direction["source"]
        found[kind] = [min(pair) for pair in zip(found.get(kind, counts), counts, strict=True)]
    return found, run.returncode == 0


def row(name: str, version: str, kind: str, counts: list[int]) -> str:
    classes, converted, built, equal = counts
    shares = [f"{100 * part / whole:.4g} %" if whole else "" for part, whole in ((converted, classes), (equal, built))]
    return f"| {name} | {version} | {kind} | {classes} | {shares[0]} | {built} | {shares[1]} |"


if __name__ == "__main__":
    sys.exit(main())
