"""Files of conversations: in and out byte for byte, for members only, and nothing left of what is refused."""

import asyncio
import socket
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import pytest

from chat.access import FILE_MAX_BYTES
from chat.models import SealedFile
from chat.services import end_member
from contacts import services as contacts
from media.clients import CHUNK_BYTES
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from prifora.kernel.limits import Limit
from tests import mls
from tests.chat.sealed_files import BYTES, container, fetched, kept, on_disk, put
from tests.realtime.line import CSRF
from tests.server import running


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of its own for every test."""
    settings.DATA_DIR = tmp_path


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A started server with a store of its own."""
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="module")
def home(server):
    return server.call("tests.realtime.stage:households", count=1)[0]


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and what follows its commit."""

    def run(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return run


class TestStoreFile:
    @pytest.mark.parametrize("size", [48, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
    def test_gives_every_member_back_what_was_put_in(self, as_, alice, bob, talk, size):
        body, file_id = container(size), uuid4()
        reply = put(as_(alice), talk, file_id, body)
        assert (reply.status_code, reply.json()) == (201, {"size": size})
        for client in (as_(alice), as_(bob), as_(mls.further_device(bob)), as_(alice, kind="station")):
            shown = client.get(f"{talk.path}/files/{file_id}")
            assert (shown.status_code, fetched(shown)) == (200, body)
            assert int(shown.headers["Content-Length"]) == size

    def test_takes_the_largest_and_nothing_of_one_byte_more(self, as_, alice, talk, code_of):
        assert put(as_(alice), talk, uuid4(), container(FILE_MAX_BYTES)).status_code == 201
        (largest,) = on_disk()
        assert code_of(put(as_(alice), talk, uuid4(), container(FILE_MAX_BYTES + 1))) == (413, "too_large")
        assert on_disk() == [largest]
        assert SealedFile.objects.count() == 1

    @pytest.mark.parametrize(
        "body", [b"", b"P", b"PFM2" + bytes(60), b"pfm1" + bytes(60), b"\x89PNG" + bytes(60), b"{}"]
    )
    def test_refuses_what_is_no_sealed_file_and_leaves_nothing(self, as_, alice, talk, code_of, body):
        assert code_of(put(as_(alice), talk, uuid4(), body)) == (422, "not_sealed")
        assert on_disk() == []
        assert not SealedFile.objects.exists()

    @pytest.mark.parametrize("kind", ["application/json", "image/png", "multipart/form-data; boundary=x"])
    def test_takes_raw_bytes_only(self, as_, alice, talk, kind):
        path = f"{talk.path}/files/{uuid4()}"
        assert as_(alice).generic("PUT", path, container(), content_type=kind).status_code == 415
        assert on_disk() == []

    def test_gives_the_same_answer_to_the_same_file_again(self, as_, alice, talk):
        body, file_id = container(), uuid4()
        answers = [put(as_(alice), talk, file_id, body) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert len(on_disk()) == SealedFile.objects.count() == 1

    def test_keeps_the_first_when_an_id_comes_again_with_other_bytes(self, as_, alice, bob, talk, code_of):
        body, file_id = container(), uuid4()
        put(as_(alice), talk, file_id, body)
        for client, other in ((as_(alice), container()), (as_(alice), container(50)), (as_(bob), body)):
            assert code_of(put(client, talk, file_id, other)) == (409, "file_taken")
        assert fetched(as_(bob).get(f"{talk.path}/files/{file_id}")) == body
        assert len(on_disk()) == 1

    def test_keeps_files_of_two_conversations_apart_under_one_id(self, as_, alice, talk, direct):
        one, other, file_id = container(), container(), uuid4()
        assert put(as_(alice), talk, file_id, one).status_code == 201
        assert put(as_(alice), direct, file_id, other).status_code == 201
        assert fetched(as_(alice).get(f"{talk.path}/files/{file_id}")) == one
        assert fetched(as_(alice).get(f"{direct.path}/files/{file_id}")) == other

    def test_is_as_of_nothing_for_everybody_else(self, as_, bob, charlie, carol, family, talk):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        nothing = as_(charlie).put(
            f"/api/v1/conversations/{new_id()}/files/{uuid4()}", container(), content_type=BYTES
        )
        for someone in (bob, charlie, carol):
            reply = put(as_(someone), talk, uuid4(), container())
            assert (reply.status_code, reply.content) == (404, nothing.content)
        assert on_disk() == []

    def test_is_not_for_two_of_whom_one_blocked_the_other(self, as_, alice, bob, direct, code_of):
        file_id = kept(as_(alice), direct)
        contacts.set_block(blocker_id=bob.pk, blocked_id=alice.pk, wanted=True)
        for someone in (alice, bob):
            assert code_of(put(as_(someone), direct, uuid4(), container())) == (404, "absent")
        assert as_(bob).get(f"{direct.path}/files/{file_id}").status_code == 200

    def test_is_not_for_the_signed_out_nor_without_a_device(self, as_, anyone, alice, talk, code_of):
        assert put(anyone, talk, uuid4(), container()).status_code == 401
        assert code_of(put(as_(alice, device=False), talk, uuid4(), container())) == (403, "device_needed")
        assert on_disk() == []

    def test_is_limited_for_each_conversation_and_day(self, as_, alice, bob, talk, direct, code_of):
        client = as_(alice)
        for _ in range(Limit.FILE_STORE.value.number):
            assert put(client, talk, uuid4(), b"no").status_code == 422
        assert code_of(put(as_(bob), talk, uuid4(), container())) == (429, "throttled")
        assert put(client, direct, uuid4(), container()).status_code == 201
        assert len(on_disk()) == 1

    @pytest.mark.parametrize("name", ["..", "../x", "%2e%2e%2f%2e%2e%2fkeys.sqlite3", "x", "0" * 36, "."])
    def test_takes_no_name_but_an_id(self, as_, alice, talk, name, tmp_path):
        (tmp_path / "keys.sqlite3").write_text("keys")
        client = as_(alice)
        path = f"{talk.path}/files/{name}"
        assert client.generic("PUT", path, container(), content_type=BYTES).status_code in (404, 405)
        assert client.get(path).status_code in (404, 405)
        assert client.delete(path).status_code in (404, 405)
        assert (tmp_path / "keys.sqlite3").read_text() == "keys"
        assert on_disk() == []

    def test_says_nothing_of_ids_people_or_conversations_on_the_disk(self, as_, alice, talk):
        file_id = kept(as_(alice), talk)
        (path,) = on_disk()
        for told in (file_id, talk.id, alice.pk, alice.device_id):
            assert told.hex not in str(path)


class TestGetFile:
    def test_is_nothing_a_browser_would_show_run_or_keep(self, as_, alice, bob, talk):
        file_id = kept(as_(alice), talk)
        headers = as_(bob).get(f"{talk.path}/files/{file_id}", HTTP_ACCEPT=BYTES).headers
        assert headers["Content-Type"] == BYTES
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Disposition"] == "attachment"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"

    def test_is_as_of_nothing_in_another_conversation_and_for_others(
        self, as_, alice, bob, charlie, carol, family, talk, direct
    ):
        file_id = kept(as_(alice), talk)
        nothing = as_(charlie).get(f"/api/v1/conversations/{new_id()}/files/{file_id}")
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        for someone, place in ((alice, direct), (bob, talk), (charlie, talk), (carol, talk)):
            reply = as_(someone).get(f"{place.path}/files/{file_id}")
            assert (reply.status_code, reply.content) == (404, nothing.content)
            assert reply.headers.items() == nothing.headers.items()

    def test_is_absent_when_its_bytes_are_lost(self, as_, alice, talk, code_of):
        file_id = kept(as_(alice), talk)
        on_disk()[0].unlink()
        assert code_of(as_(alice).get(f"{talk.path}/files/{file_id}")) == (404, "absent")


class TestDropFile:
    def test_takes_row_and_bytes(self, as_, alice, bob, talk, committed, code_of):
        file_id = kept(as_(alice), talk)
        assert committed(lambda: as_(alice).delete(f"{talk.path}/files/{file_id}")).status_code == 204
        assert on_disk() == []
        for client in (as_(alice), as_(bob)):
            assert code_of(client.get(f"{talk.path}/files/{file_id}")) == (404, "absent")
            assert code_of(client.delete(f"{talk.path}/files/{file_id}")) == (404, "absent")

    def test_is_for_who_put_it_in(self, as_, alice, bob, charlie, talk, committed):
        file_id = kept(as_(alice), talk)
        for someone in (bob, charlie):
            reply = committed(lambda who=someone: as_(who).delete(f"{talk.path}/files/{file_id}"))
            assert reply.status_code == 404
        assert len(on_disk()) == 1

    def test_leaves_a_file_of_the_same_id_elsewhere(self, as_, alice, talk, direct, committed):
        file_id = uuid4()
        for place in (talk, direct):
            put(as_(alice), place, file_id, container())
        committed(lambda: as_(alice).delete(f"{talk.path}/files/{file_id}"))
        assert as_(alice).get(f"{direct.path}/files/{file_id}").status_code == 200


class TestAConversationThatEnds:
    def test_takes_its_files_along_when_one_of_two_leaves(self, as_, alice, bob, family, direct, committed):
        kept(as_(alice), direct)
        committed(lambda: contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now()))
        assert on_disk() == []
        assert not SealedFile.objects.exists()

    def test_takes_its_files_along_when_nobody_has_keys(self, as_, alice, bob, family, committed):
        place = mls.start(alice, family, bob)
        kept(as_(alice), place)
        committed(lambda: end_member(conversation=place.row, account_id=alice.pk, now=clock.now()))
        assert on_disk() == []

    def test_leaves_the_files_of_a_group_that_goes_on(self, as_, alice, bob, family, talk, committed):
        kept(as_(bob), talk)
        committed(lambda: contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now()))
        assert len(on_disk()) == 1


@pytest.mark.server
class TestOnARealServer:
    @staticmethod
    def headers(server, home, size):
        return {
            "Cookie": f"session={home['alice']['cookie']}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Origin": server.origin,
            "Content-Type": BYTES,
            "Content-Length": str(size),
        }

    @staticmethod
    def lying(server) -> list[Path]:
        return [one for one in (server.folder / "files").rglob("*") if one.is_file()]

    def ask(self, server, home, method, path, body=b""):
        connection = HTTPConnection("127.0.0.1", urlsplit(server.origin).port, timeout=60)
        connection.request(method, path, body, self.headers(server, home, len(body)))
        return connection, connection.getresponse()

    def test_an_upload_that_is_cut_leaves_nothing(self, server, home):
        path = f"/api/v1/conversations/{home['talk']['id']}/files/{uuid4()}"
        lines = [f"PUT {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers(server, home, FILE_MAX_BYTES).items()]
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + container(8 * 1024 * 1024))
        before = len(self.lying(server))
        other = f"/api/v1/conversations/{home['talk']['id']}/files/{uuid4()}"
        for method, name, body, status in (("PUT", other, container(), 201), ("GET", path, b"", 404)):
            connection, reply = self.ask(server, home, method, name, body)
            assert reply.status == status
            connection.close()
        assert len(self.lying(server)) == before + 1

    def test_large_files_pass_through_without_filling_the_memory(self, server, home):
        size, process = FILE_MAX_BYTES, psutil.Process(server.process.pid)
        path = f"/api/v1/conversations/{home['talk']['id']}/files/"
        self.ask(server, home, "PUT", path + str(uuid4()), container(64))[0].close()
        before = process.memory_info().rss
        for body in (container(size), container(size)):
            name = path + str(uuid4())
            connection, reply = self.ask(server, home, "PUT", name, body)
            assert (reply.status, reply.read()) == (201, b'{"size":%d}' % size)
            connection.close()
            connection, reply = self.ask(server, home, "GET", name)
            assert reply.status == 200
            assert reply.read(1024) == body[:1024]
            assert process.memory_info().rss - before < size
            assert reply.read() == body[1024:]
            connection.close()
        assert process.memory_info().rss - before < size

    def test_two_at_once_under_one_id_are_one_file(self, server, home):
        body = container(1024 * 1024)
        path = f"/api/v1/conversations/{home['talk']['id']}/files/{uuid4()}"
        before = len(self.lying(server))

        async def both():
            work = [asyncio.to_thread(self.ask, server, home, "PUT", path, body) for _ in range(2)]
            return [reply.status for _connection, reply in await asyncio.gather(*work)]

        assert asyncio.run(both()) == [201, 201]
        assert len(self.lying(server)) == before + 1
