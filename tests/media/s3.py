"""A real S3 server in a process of its own, as operators have one somewhere; only for the tests."""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import boto3

from tests.server import free_port

KEY, SECRET, BUCKET = "test-key", "test-secret", "sealed"


@contextmanager
def s3_server():
    """Start the server with one empty bucket; yield the address that STORE_URL takes, and a client."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _wait_for(endpoint)
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )
        client.create_bucket(Bucket=BUCKET)
        yield f"s3://{BUCKET}/below/here?endpoint={endpoint}&region=us-east-1", client
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(endpoint: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the S3 server did not start")
