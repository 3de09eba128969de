"""Under wrk: no error, flat memory. FAST_API__LOAD_SECONDS says for how long (docs/fast_api.md: 60)."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..ports import free_port
from .load_app import KEY
from .models import ORDER
from .test_running import ROOT

pytestmark = pytest.mark.needs_wrk

SECONDS = int(os.environ.get("FAST_API__LOAD_SECONDS", "4"))

SCRIPT = """
wrk.method = "POST"
wrk.body = {body}
wrk.headers["content-type"] = "application/json"
wrk.headers["origin"] = "https://site.example"
wrk.headers["{name}"] = "{value}"
"""


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


def run_wrk(url: str, script: Path, seconds: int) -> str:
    # The time limit is for answers that never come; how late they are on a busy machine is another matter.
    command = ["wrk", "--threads", "1", "--connections", "64", "--duration", f"{seconds}s", "--timeout", "20s"]
    command += ["--latency", "--script", str(script), url]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout


def test_64_connections_without_an_error_and_in_flat_memory(tmp_path: Path) -> None:
    script = tmp_path / "post.lua"
    name, value = KEY
    script.write_text(SCRIPT.format(body=json.dumps(json.dumps(ORDER)), name=name, value=value))
    port = free_port()
    environment = {
        **os.environ,
        "FAST_API__AUTH__API_KEY__NAME": name,
        "FAST_API__AUTH__API_KEY__VALUE": value,
    }
    command = [sys.executable, "-m", "fast_api", "serve", "tests.web.load_app:make", "--port", str(port)]
    server = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            if (
                subprocess.run(
                    [sys.executable, "-m", "fast_api", "health", "--port", str(port)], check=False
                ).returncode
                == 0
            ):
                break
            time.sleep(0.1)
        run_wrk(f"{url}/save", script, max(2, SECONDS // 6))  # warm-up: pools and buffers reach their size
        before = resident_mib(server.pid)
        reports: list[str] = []
        requests = 0
        while requests <= 20 * SECONDS and len(reports) < 10:  # a machine that stands still for seconds answers none
            reports.append(run_wrk(f"{url}/save", script, SECONDS))
            requests += int(re.findall(r"(\d+) requests in", reports[-1])[0])
        report, after = "\n".join(reports), resident_mib(server.pid)
        print(report, f"resident before {before:.1f} MiB, after {after:.1f} MiB")
        assert server.poll() is None
    finally:
        server.terminate()
        server.wait(180)
    assert "Socket errors" not in report, report
    assert "Non-2xx" not in report, report
    assert requests > 20 * SECONDS
    assert after - before < 8, f"{before:.1f} MiB before, {after:.1f} MiB after {requests} requests"
