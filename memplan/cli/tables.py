"""Tables for a terminal, and a report put together of them."""

from __future__ import annotations

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table

__all__ = ["plain_table", "rendered"]


def plain_table(*headings: str) -> Table:
    """A table with these headings.

    Numbers stand below one that ends in ``>``; below one that ends in ``~`` is what is broken
    into lines where the terminal is narrow.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for heading in headings:
        table.add_column(
            heading.rstrip(">~"),
            justify="right" if heading.endswith(">") else "left",
            overflow="fold",
            no_wrap=not heading.endswith("~"),
        )
    return table


def rendered(*parts: RenderableType) -> str:
    """The text of a report, an empty line between its parts."""
    # No markup and no highlighting: what is printed may come from a file.
    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        for part in parts:
            console.print(part)
            if part is not parts[-1]:
                console.print()
    # Rich pads each line of a table to the table's width.
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
