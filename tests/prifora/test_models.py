import pytest

from contacts.models import Family


@pytest.mark.django_db
class TestRow:
    def test_is_not_changed_without_naming_the_columns(self):
        family = Family.objects.create()
        with pytest.raises(TypeError, match="update_fields"):
            family.save()
        family.save(update_fields=["created_at"])

    def test_shows_its_id_and_nothing_else(self):
        family = Family.objects.create()
        assert str(family) == f"Family {family.pk}"
