import queue
import socket
import subprocess
import threading
import time
import urllib.request
from time import sleep

import requests

from ten_runtime import AsyncExtension, AsyncTenEnv, Cmd


class A(AsyncExtension):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.jobs: queue.Queue = queue.Queue()
        self.session = requests.Session()

    async def on_cmd(self, ten_env: AsyncTenEnv, cmd: Cmd) -> None:
        time.sleep(1)  # wrong
        sleep(1)  # wrong
        requests.get("http://localhost", timeout=1)  # wrong
        self.session.post("http://localhost", timeout=1)  # wrong
        urllib.request.urlopen("http://localhost")  # wrong
        subprocess.run(["true"], check=True)  # wrong
        self.jobs.get()  # wrong
        thread = threading.Thread(target=print)
        thread.join()  # wrong
        s = socket.socket()
        s.recv(10)  # wrong
        self._slow()  # wrong

    def _slow(self) -> None:
        self._slower()

    def _slower(self) -> None:
        time.sleep(1)
