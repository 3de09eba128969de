"""The structure of the packages: which module imports which, on how many levels, and how long they are."""
