"""`python -m demo`, as scripts/demo starts it."""

import sys

try:
    # Takes long enough for a person to change their mind.
    from .run import main
except KeyboardInterrupt:
    sys.exit(130)

sys.exit(main())
