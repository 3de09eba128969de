"""The id, the name and the start of the process that answers, for `/config/info`."""

import os
import time
from typing import cast

from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.Safe_Id import Safe_Id
from osbot_utils.type_safe.primitives.domains.identifiers.safe_int.Timestamp_Now import Timestamp_Now
from osbot_utils.type_safe.Type_Safe import Type_Safe

ENV_VAR__SERVER_ID = "FAST_API__SERVER_ID"
ENV_VAR__SERVER_NAME = "FAST_API__SERVER_NAME"


class Fast_API__Server_Info(Type_Safe):
    """One process of a service.

    Attributes:
        server_id, server_name: what the environment says (`FAST_API__SERVER_ID`, a GUID; `FAST_API__SERVER_NAME`); a
            fresh id and no name where it says nothing.
        server_instance_id: a fresh id of this process.
        server_boot_time: milliseconds since 1970.
    """

    server_id: Random_Guid
    server_name: Safe_Id = cast(Safe_Id, None)
    server_instance_id: Random_Guid
    server_boot_time: Timestamp_Now


def server_info_from_environment() -> Fast_API__Server_Info:
    """Raises ValueError for an id that is no GUID."""
    info = Fast_API__Server_Info(server_boot_time=Timestamp_Now(int(time.time() * 1000)))
    if server_id := os.environ.get(ENV_VAR__SERVER_ID):
        info.server_id = Random_Guid(server_id)
    if server_name := os.environ.get(ENV_VAR__SERVER_NAME):
        info.server_name = Safe_Id(server_name)
    return info


fast_api__server_info: Fast_API__Server_Info = server_info_from_environment()
