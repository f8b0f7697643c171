"""A device serves one session at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from dayspring.clinic.charts.devices import DeviceTaken, bind, bound, devices_of, unbind
from dayspring.clinic.charts.models import DeviceBinding
from tests.clinic.charts.conftest import START

CHART = uuid4()
LATER = START + timedelta(minutes=50)


def bind_to(session: str, device: str = "monitor 1") -> DeviceBinding:
    return bind(device, chart=CHART, session=session, by="ada", at=START)


@pytest.mark.usefixtures("engine")
def test_a_device_cannot_serve_two_sessions_and_the_one_it_serves_is_named():
    bind_to("s1")
    with pytest.raises(DeviceTaken, match="monitor 1 serves s1 and cannot serve s2 too"):
        bind_to("s2")
    assert bound("monitor 1").session == "s1"


@pytest.mark.usefixtures("engine")
def test_binding_again_to_the_same_session_changes_nothing():
    assert bind_to("s1") == bind_to("s1")
    assert DeviceBinding.objects.count() == 1


@pytest.mark.usefixtures("engine")
def test_once_unbound_it_can_serve_another_and_the_past_is_kept():
    bind_to("s1")
    assert unbind("monitor 1", by="ada", at=LATER)
    assert bound("monitor 1") is None
    bind_to("s2")
    bind_to("s2", device="cuff 3")
    past = DeviceBinding.objects.get(session="s1")
    assert (past.unbound_at, past.unbound_by) == (LATER, "ada")
    assert [each.device for each in devices_of("s2")] == ["monitor 1", "cuff 3"]


@pytest.mark.usefixtures("on_sqlite")
def test_unbinding_what_serves_nobody_is_said():
    assert not unbind("monitor 1", by="ada", at=LATER)
