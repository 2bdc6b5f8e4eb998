"""Make netdef_pb2.py and netdef_pb2.pyi anew from netdef.proto.

    pip install grpcio-tools==1.62.3
    python -m memplan.formats.make_netdef_pb2

That version holds protoc 25.1, whose modules run on protobuf 4.25.1 and all later ones: a
newer protoc would raise the lower bound. It wants an older protobuf than the app may have,
so install it into an environment of its own.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

__all__ = ["TOOLS_VERSION", "main"]

TOOLS_VERSION = "1.62.3"
_HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run protoc over netdef.proto; 0 when both files were made, else 2 and the reason."""
    reason = _why_not()
    if reason is not None:
        sys.stderr.write(
            f"{reason}; run this in an environment with grpcio-tools=={TOOLS_VERSION} "
            f"(pip install grpcio-tools=={TOOLS_VERSION})\n"
        )
        return 2
    root = _HERE.parent.parent
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={root}"]
    command += [f"--python_out={root}", f"--pyi_out={root}", str(_HERE / "netdef.proto")]
    # Our own interpreter and our own file: nothing here comes from outside.
    return subprocess.run(command, check=False).returncode  # noqa: S603  see above


def _why_not() -> str | None:
    try:
        found = importlib.metadata.version("grpcio-tools")
        importlib.import_module("grpc_tools")
    except ImportError:
        return "grpcio-tools is not installed"
    return None if found == TOOLS_VERSION else f"grpcio-tools is {found}"


if __name__ == "__main__":
    raise SystemExit(main())
