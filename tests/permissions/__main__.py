"""``python -m tests.permissions`` writes the table into ``docs/permissions.md``, as the code has it now."""

import os
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    test = Path(__file__).parent / "test_table.py::test_table_in_the_documentation_is_what_the_code_says"
    environment = {**os.environ, "PERMISSIONS_TABLE": "write"}
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-q", str(test)], env=environment))
