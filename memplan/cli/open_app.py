"""The command `open`: the app in the browser, with a net that lies on this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from memplan.cli.files import read_file
from memplan.errors import FormatError

__all__ = ["open_app"]

_APP = Path(__file__).resolve().parents[2] / "app.py"


@click.command("open")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(1, 65535), help="Where the app answers.")
@click.option("--no-browser", is_flag=True, help="Start the app, but no browser.")
@click.option(
    "--own-planners",
    is_flag=True,
    help="Let visitors run planners that they write, even if the app is served to others.",
)
def open_app(
    files: Sequence[Path], *, port: int | None, no_browser: bool, own_planners: bool
) -> str:
    """Open the app in the browser, with the net in FILES if any are given.

    Whoever can reach the app sees that net; it ends with Ctrl+C.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise FormatError("the app needs Streamlit: pip install -r requirements.txt")
    for file in files:
        read_file(file)  # what cannot be read is said here, not in the browser
    command = [sys.executable, "-m", "streamlit", "run", str(_APP)]
    command += [f"--server.port={port}"] if port else []
    command += ["--server.headless=true"] if no_browser else []
    paths = [str(file.resolve()) for file in files]
    # memplan.ui.opening and memplan.ui.own_planners read these.
    told = {"MEMPLAN_OPEN": json.dumps(paths)}
    told |= {"MEMPLAN_OWN_PLANNERS": "1"} if own_planners else {}
    subprocess.run(  # noqa: S603  our own interpreter and script, no shell
        command,
        cwd=_APP.parent,  # its settings lie beside the app, and are found from there
        env=os.environ | told,
        check=False,
    )
    return ""
