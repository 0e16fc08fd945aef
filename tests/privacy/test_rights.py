"""Everything that can be asked has words, and every reason to refuse an article."""

import pytest
from django.utils.translation import override

from privacy.rights import GROUNDS, RIGHTS, Reason, Right


class TestWords:
    def test_are_there_for_every_right(self):
        assert set(RIGHTS) == set(Right)

    @pytest.mark.obligation("PRE-47", partial=True)
    @pytest.mark.parametrize("language", ["nl", "fr"])
    def test_are_there_for_every_reason_with_its_article(self, language):
        assert set(GROUNDS) == set(Reason)
        for ground in GROUNDS.values():
            with override("en"):
                english = str(ground.words)
            with override(language):
                assert str(ground.words) != english
            assert ground.article.startswith("GDPR art. ")
