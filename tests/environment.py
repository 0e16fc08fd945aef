"""Loaded by pytest before anything else: fresh secrets and folders, so that no test touches real data."""

import base64
import os
import tempfile

for name in ("PRIFORA_SECRET_KEY", "PRIFORA_SEAL_KEY", "PRIFORA_BLIND_KEY", "PRIFORA_MLS_KEY"):
    os.environ[name] = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
folder = tempfile.mkdtemp(prefix="prifora-test-")
os.environ.update(
    PRIFORA_TESTING="1",
    PRIFORA_DEVELOPMENT="",
    PRIFORA_ORIGIN="http://testserver",
    DATA_DIR=folder,
    KEYS_URL=f"{folder}/keys.sqlite3",
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
)

worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if worker and (redis := os.environ.get("REDIS_URL")):
    server, _, database = redis.rpartition("/")
    os.environ["REDIS_URL"] = f"{server}/{int(database) + int(worker)}"
