"""AWS Lambda: API Gateway (REST and HTTP), function URLs and load balancers, through Mangum."""

from collections.abc import Callable
from typing import Any


def lambda_handler(app: Any, **options: Any) -> Callable[[Any, Any], Any]:
    """`handler(event, context)` for an ASGI application; `options` are Mangum's."""
    from mangum import Mangum

    return Mangum(app, **options)
