"""Fetches a headless Chromium with npm, for systems that have none to install (Ubuntu).

script/browser.py FOLDER
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

import brotli

PACKAGE = "@sparticuz/chromium@153.0.0"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="


def fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        command = ["npm", "pack", "--silent", "--pack-destination", temporary, PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(temporary).iterdir()
        content = archive.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        sys.exit(f"{PACKAGE} is not what it was when it was pinned.")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=BytesIO(content)) as package:

        def part(name: str) -> bytes:
            member = package.extractfile(f"package/bin/{name}.br")
            assert member is not None
            return brotli.decompress(member.read())

        with tarfile.open(fileobj=BytesIO(part("swiftshader.tar"))) as graphics:
            graphics.extractall(folder, filter="data")
        # The program comes last: where it is, all is.
        program = folder / "chromium.part"
        program.write_bytes(part("chromium"))
        program.chmod(0o755)
        program.rename(folder / "chromium")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    fetch(Path(sys.argv[1]))
