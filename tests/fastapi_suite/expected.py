"""Tests of FastAPI that pass there and are not meant to pass here, by the way that routes come in, with the reason.

docs/fast_api.md tells the same to users, under "Where an application differs from FastAPI's".
"""

_JSON_500 = "a 500 is JSON with the request's id, where Starlette answers with a line of text"
_PARSER = "JSON is parsed by pydantic's parser; the test replaces json.loads by a function that raises"
_CLASH = "two functions at one method and path are a RouteError; FastAPI lets the first one answer"
_TELEMETRY = "the server span of FastAPI's own telemetry ends with the answer: error.type is 500, not the exception"

_BOTH = {
    "tests/test_dependency_after_yield_streaming.py::test_broken_session_data_no_raise": _JSON_500,
    "tests/test_tutorial/test_dependencies/test_tutorial008c.py::test_internal_server_error[tutorial008c]": _JSON_500,
    "tests/test_tutorial/test_dependencies/test_tutorial008c.py::test_internal_server_error[tutorial008c_non_an]": _JSON_500,
    "tests/test_tutorial/test_dependencies/test_tutorial008d.py::test_internal_server_error[tutorial008d]": _JSON_500,
    "tests/test_tutorial/test_dependencies/test_tutorial008d.py::test_internal_server_error[tutorial008d_non_an]": _JSON_500,
    "tests/test_tutorial/test_body/test_tutorial001.py::test_other_exceptions[tutorial001]": _PARSER,
    "tests/test_telemetry/test_http.py::test_custom_error_handler_sees_span": _TELEMETRY,
    "tests/test_telemetry/test_exceptions.py::test_exception_type_matches_spans_metrics_and_logs": _TELEMETRY,
}
_GZIP = "tests/test_tutorial/test_custom_request_and_route/test_tutorial001.py"
_USERS = "tests/test_tutorial/test_path_params/test_tutorial003b.py"

EXPECTED: dict[str, dict[str, str]] = {
    "decorators": _BOTH,
    "add_route": {
        **_BOTH,
        f"{_GZIP}::test_gzip_request[tutorial001-False]": _CLASH,
        f"{_GZIP}::test_gzip_request[tutorial001_non_an-False]": _CLASH,
        f"{_GZIP}::test_request_class[tutorial001]": _CLASH,
        f"{_GZIP}::test_request_class[tutorial001_non_an]": _CLASH,
        f"{_USERS}::test_get_users": _CLASH,
        f"{_USERS}::test_openapi_schema": _CLASH,
        f"{_USERS}::test_read_users2": _CLASH,
    },
}
