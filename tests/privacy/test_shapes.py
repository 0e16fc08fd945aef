"""What is said of a closing has every field that the description promises, for who has nothing too."""

import json

import pytest

from privacy import services
from privacy.documents.mine import my_data
from privacy.shapes import ClosingOut, ExportOut, MyDataOut


@pytest.mark.django_db
class TestClosingOut:
    def test_fits_what_is_told(self, alice, charlie, family):
        for someone in (alice, charlie):
            told = services.closing_of(someone.account)
            assert set(ClosingOut().fields) == set(told)
            assert ClosingOut(told).data["grace_days"] == 30


@pytest.mark.django_db
class TestExportOut:
    def test_fits_an_export(self, alice):
        from prifora.kernel import clock

        made = json.loads(b"".join(services.export_pieces(account_id=alice.pk, now=clock.now())))
        assert set(ExportOut().fields) == set(made)


@pytest.mark.django_db
class TestMyDataOut:
    def test_fits_what_is_told(self, alice):
        told = my_data(alice.pk)
        shape = MyDataOut()
        assert set(shape.fields) == set(told)
        for name in ("categories", "beside", "recipients"):
            assert set(shape.fields[name].child.fields) == set(told[name][0])
