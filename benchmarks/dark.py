"""Makes a plot of matplotlib readable in the dark mode of the system, too."""

from pathlib import Path

# The ground, the colour of text and lines, and those that are too dark or too light on the other ground.
_DARK = {"#ffffff": "#1e2129", "#000000": "#d5dbe3", "#2c3e50": "#9fb3c8", "#555555": "#a9b5c4", "#ecf0f1": "#2b3240"}
_MARK = '<style id="dark">'


def follow_the_system(path: Path) -> None:
    """Adds the colours of the dark mode to an SVG file that matplotlib wrote."""
    text = path.read_text()
    if _MARK in text:
        return
    rules = [
        f'[style*="{part}: {light}"] {{ {part}: {dark} !important }}'
        for light, dark in _DARK.items()
        for part in ("fill", "stroke")
    ]
    # Text has no fill of its own.
    style = "\n   ".join(["@media (prefers-color-scheme: dark) {", "svg { fill: #e4e9f0 }", *rules, "}"])
    head, end, rest = text.partition("</metadata>")
    path.write_text(f"{head}{end}\n {_MARK}\n   {style}\n </style>{rest}")
