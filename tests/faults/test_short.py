"""A small form of the faults, on this run's engine; `./run faults` does the long forms."""

import os
import random

import pytest

from tests.faults import (
    f01_kill,
    f02_mutants,
    f03_embedded,
    f04_wipe,
    f05_worker,
    f06_full,
    f08_again,
    f11_return,
    f12_junk,
    f13_upgrade,
    f14_restore,
    f16_away,
)
from tests.faults.ground import NotHere

pytestmark = [pytest.mark.server, pytest.mark.check]

ON_SQLITE = {
    "f2": f02_mutants,
    "f3": f03_embedded,
    "f6": f06_full,
    "f11": f11_return,
    "f12": f12_junk,
    "f14": f14_restore,
}
ON_POSTGRES = {
    "f1": f01_kill,
    "f4": f04_wipe,
    "f5": f05_worker,
    "f8": f08_again,
    "f13": f13_upgrade,
    "f16": f16_away,
}
CHOSEN = ON_POSTGRES if os.environ.get("DATABASE_URL", "").startswith("postgres") else ON_SQLITE


@pytest.mark.parametrize("fault", CHOSEN.values(), ids=list(CHOSEN))
def test_is_survived(fault):
    seed = random.randrange(1_000_000)
    try:
        figures, wrong = fault.run(random.Random(seed), short=True)
    except NotHere as missing:
        pytest.skip(str(missing))

    assert not wrong, f"seed {seed}: {figures}"
