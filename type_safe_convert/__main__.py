"""`python -m type_safe_convert`: the command line."""

from type_safe_convert.cli import main

if __name__ == "__main__":
    main()
