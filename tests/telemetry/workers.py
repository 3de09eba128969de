"""The service with two workers: `python -m tests.telemetry.workers PORT`."""

import sys

from fast_api.running.serve import serve

from .processes import PATIENT

if __name__ == "__main__":
    serve("tests.telemetry.service:make", "--port", sys.argv[1], "--workers", "2", "--log-level", "critical", *PATIENT)
