"""One part of the measuring, in a process of its own: python -m bench.part NAME OUT [--quick]"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    name, out, quick = sys.argv[1], Path(sys.argv[2]), "--quick" in sys.argv
    import django

    django.setup()
    found: dict[str, Any] = {}

    def report(key: str, value: float, bound: float | None = None) -> None:
        """Keep a figure at once, so that what comes after it may fail."""
        found[key] = value, bound
        out.write_text(json.dumps(found))

    importlib.import_module(f"bench.{name}").measure(report, quick)


if __name__ == "__main__":
    main()
