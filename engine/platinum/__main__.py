"""``python -m platinum`` is ``platinum``."""

import sys

from platinum.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
