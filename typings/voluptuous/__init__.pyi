# Home Assistant puts probatio in the place of voluptuous when it starts.
from probatio import *
