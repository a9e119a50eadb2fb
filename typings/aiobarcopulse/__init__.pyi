# The name under which the client is published.
from custom_components.barco_pulse.pulse import *
