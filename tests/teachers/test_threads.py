import os

import pytest

from teachers.threads import spin_briefly


@pytest.mark.parametrize(
    ("environment", "spins"),
    [({}, "10000"), ({"GOMP_SPINCOUNT": "5"}, "5"), ({"OMP_WAIT_POLICY": "active"}, None)],
)
def test_threads_spin_briefly_unless_the_user_said_how_long(monkeypatch, environment, spins):
    monkeypatch.setattr(os, "environ", dict(environment))
    spin_briefly()
    assert os.environ.get("GOMP_SPINCOUNT") == spins
