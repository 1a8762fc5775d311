"""``python -m tests``: every test, those in the browser last. With arguments, pytest runs once, with them."""

import os
import subprocess
import sys


def run(*arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", "pytest", *arguments])


def main() -> int:
    if arguments := sys.argv[1:]:
        return run(*arguments)
    processes = os.environ.get("TEST_PROCESSES", "2")
    units = run("-m", "not browser", "-n", processes)
    browser = run("-m", "browser", "-rs", "-n", processes, "--dist", "loadfile")
    return units or browser


if __name__ == "__main__":
    sys.exit(main())
