"""A real timestamp server: ``openssl ts`` with keys made for a test, behind HTTP on loopback."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.scripted_server import ScriptedServer, Seen, Step, answer, serving

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamp]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """A root and the timestamp server that it vouches for, in a folder; ``roots`` is the PEM of the root."""

    def __init__(self, folder: Path, name: str = "Test") -> None:
        self.folder = folder
        self.queries: list[bytes] = []
        folder.mkdir(exist_ok=True)
        (folder / "serial").write_text("01")
        for which in ("root", "stamp"):
            text = _CONFIG.format(name=f"{name} {which}", folder=folder)
            (folder / f"{which}.conf").write_text(text)
            self._openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out", f"{which}.key")
        self._openssl("req -x509 -new -key root.key -config root.conf -extensions root -days 9 -out root.pem")
        self._openssl("req -new -key stamp.key -config stamp.conf -out stamp.csr")
        self._openssl(
            "x509 -req -in stamp.csr -CA root.pem -CAkey root.key -set_serial 7 -days 9"
            " -extfile stamp.conf -extensions stamp -out stamp.pem"
        )

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        """The answer to a request for a timestamp."""
        self.queries.append(query)
        (self.folder / "query").write_bytes(query)
        self._openssl(
            "ts -reply -queryfile query -signer stamp.pem -inkey stamp.key -config stamp.conf -out reply"
        )
        return (self.folder / "reply").read_bytes()

    def verify(self, receipt: Path, text: str) -> str:
        """What ``openssl ts -verify`` says of a receipt for a text."""
        (self.folder / "text").write_text(text)
        return self._openssl(f"ts -verify -data text -CAfile root.pem -in {receipt}", failing=True)

    def step(self, seen: Seen) -> Step:
        return answer(self.reply(seen.body), Content_Type="application/timestamp-reply")

    def _openssl(self, *arguments: str, failing: bool = False) -> str:
        done = subprocess.run(
            ["openssl", *" ".join(arguments).split()], cwd=self.folder, capture_output=True, text=True
        )
        assert failing or 0 == done.returncode, done.stderr
        return done.stdout.strip()


@contextmanager
def authority(folder: Path) -> Iterator[tuple[Authority, ScriptedServer]]:
    """A timestamp server that serves."""
    made = Authority(folder)
    with serving(made.step) as server:
        yield made, server
