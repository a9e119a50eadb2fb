"""The command line of scripts/demo."""

import sys

try:
    # The import takes long enough for a user to press Ctrl-C.
    from .run import main
except KeyboardInterrupt:
    sys.exit(130)

sys.exit(main())
