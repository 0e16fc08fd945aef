"""What media does by itself: uploads end, and bytes that nothing names do not stay."""

import os
from datetime import timedelta

from media import services, tasks
from media.models import Upload
from prifora.kernel import clock
from prifora.schedule import BEAT
from tests.media.uploading import incoming, uploaded


class TestSweepUploads:
    def test_ends_what_nobody_went_on_with(self, alices, family, committed):
        uploaded(alices, family.pk)
        old = clock.now() + timedelta(hours=23)
        assert committed(lambda: services.sweep_uploads(now=old)) == 0
        assert len(incoming()) == 1
        assert committed(lambda: services.sweep_uploads(now=old + timedelta(hours=2))) == 1
        assert (incoming(), Upload.objects.count()) == ([], 0)

    def test_deletes_bytes_without_an_upload_once_they_are_old(self, alices, family):
        uploaded(alices, family.pk)
        Upload.objects.all().delete()
        assert (tasks.sweep_uploads(), len(incoming())) == (0, 1)
        os.utime(incoming()[0], (0, 0))
        assert (tasks.sweep_uploads(), len(incoming())) == (0, 0)

    def test_leaves_the_bytes_of_an_upload_that_goes_on(self, alices, family):
        uploaded(alices, family.pk)
        os.utime(incoming()[0], (0, 0))
        assert (tasks.sweep_uploads(), len(incoming())) == (0, 1)

    def test_runs_every_hour(self):
        assert {tasks.sweep_uploads.name, tasks.remove_strays.name} <= {one["task"] for one in BEAT.values()}
