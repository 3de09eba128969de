"""The information routes of osbot-fast-api-serverless, for services that add them."""

import os
from importlib.metadata import version
from typing import Any

from fast_api.builtin.server_info import Fast_API__Server_Info, fast_api__server_info
from fast_api.routes import Fast_API__Routes


class Routes__Info(Fast_API__Routes):
    """`/info/health`, `/info/server`, `/info/status`, `/info/version` and `/info/versions` of the service."""

    tag: str = "info"

    def health(self) -> dict[str, str]:
        """Answers as long as the service runs."""
        return {"status": "ok"}

    def server(self) -> Fast_API__Server_Info:
        """The process that answers."""
        return fast_api__server_info

    def status(self) -> dict[str, str]:
        """The name and version of the service, and where it runs."""
        environment = "aws-lambda" if os.environ.get("AWS_REGION") else "local"
        return {**self.version(), "name": self.app.title, "status": "operational", "environment": environment}

    def version(self) -> dict[str, str]:
        """The version of the service."""
        return {"version": self.app.version}

    def versions(self) -> dict[str, Any]:
        """The versions of the packages below the service."""
        return {package: version(package) for package in ("type-safe-convert", "fastapi", "pydantic", "osbot-utils")}

    def setup_routes(self) -> None:
        """Adds the routes."""
        self.add_routes_get(self.health, self.server, self.status, self.version, self.versions)
