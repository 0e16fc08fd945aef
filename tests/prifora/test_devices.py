import pytest

from prifora.kernel.devices import client_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.54 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"


class TestClientOf:
    @pytest.mark.parametrize(
        ("agent", "name"),
        [
            (CHROME, "Chrome, Linux"),
            (CHROME + " Edg/141.0", "Edge, Linux"),
            (CHROME.replace("X11; Linux x86_64", "Linux; Android 15; SM-G991B"), "Chrome, Android"),
            (IPHONE, "Safari, iPhone"),
            ("curl/8.5.0", ""),
            ("", ""),
        ],
    )
    def test_recognises_a_session_but_no_person(self, agent, name):
        assert client_of(agent) == name
