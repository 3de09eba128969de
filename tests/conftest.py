"""Hypothesis profiles: `dev` is quick, `ci` is thorough, `deep` is for `make fuzz`; HYPOTHESIS_PROFILE chooses."""

import os

from hypothesis import HealthCheck, Verbosity, settings

# A drawn class is costly, so is the first draw of a strategy: neither says anything about the code under test.
_COSTLY = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)

settings.register_profile("dev", max_examples=20, deadline=None, suppress_health_check=_COSTLY, derandomize=True)
settings.register_profile("ci", max_examples=150, deadline=None, suppress_health_check=_COSTLY, print_blob=True)
settings.register_profile(
    "deep",
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "20000")),
    deadline=None,
    suppress_health_check=_COSTLY,
    print_blob=True,
    verbosity=Verbosity.normal,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
