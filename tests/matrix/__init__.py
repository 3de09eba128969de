"""What each kind can express, one test a feature, run in every direction; `python -m tests.matrix` prints the table."""
