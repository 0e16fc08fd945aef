"""The settings of the next release; only a fault starts it."""

from prifora.settings import *  # noqa: F403
from prifora.settings import INSTALLED_APPS as BEFORE

INSTALLED_APPS = [*BEFORE, "tests.faults.next"]
