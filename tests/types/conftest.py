"""Leaves out the tests of what the interpreter does not have, instead of skipping them: CI lets nothing be skipped."""

import sys

collect_ignore = []
if sys.version_info < (3, 12):
    collect_ignore.append("test_type_parameters.py")  # the syntax of PEP 695
if sys.version_info < (3, 14):
    collect_ignore.append("test_lazy_annotations.py")  # annotations of PEP 649
