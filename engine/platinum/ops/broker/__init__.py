"""A real Apache Kafka broker for benches, tests and trying things out: one node, KRaft mode, on loopback.

Not for production: one replica, and whatever ends this process ends it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from contextlib import ExitStack, suppress
from pathlib import Path

from platinum.errors import Unavailable, UsageError

VERSION = "3.9.1"
_POM = Path(__file__).with_name("pom.xml")
# As Kafka's own start script has it. With less memory, or with Java's own idea of when to begin, the collector marked every few seconds,
# and everything beside it on two cores stood still for up to 0.1 s.
_JAVA = ("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35")
_PAUSE_S = 0.05
_PORTS, _TRIES = range(15_000, 32_000), 100

# A rebalance that waits 3 s for company would be most of a test. Topics are made on purpose, never by a typing mistake.
# A broker that was killed may not come back before the session of its former self has ended.
_CONFIG = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=2000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.retention.check.interval.ms=1000
"""
_LOG4J = """\
log4j.rootLogger=WARN, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File={folder}/broker.log
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d %p %c %m%n
"""


def jars() -> Path:
    """Folder of the broker's jars, fetched with Maven the first time.

    Raises
    ------
    UsageError
        Java 17 or Maven is missing.
    Unavailable
        Maven could not fetch them.
    """
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    if missing:
        remedy = "on Debian: apt-get install openjdk-17-jre maven"
        raise UsageError(f"{' and '.join(missing)} not found: a local Kafka broker needs Java 17 and Maven; {remedy}")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "platinum" / f"kafka-{VERSION}"
    if (folder / ".complete").exists():
        return folder
    coming = folder.with_name(f"{folder.name}.{os.getpid()}")
    words = ["mvn", "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies", f"-DoutputDirectory={coming}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(coming, ignore_errors=True)
        raise Unavailable(f"Maven could not fetch Kafka {VERSION}: {done.stdout.strip()[-500:]}")
    (coming / ".complete").touch()
    try:
        coming.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(coming, ignore_errors=True)
    return folder


def _bound(one: socket.socket) -> int:
    """Bind to a free port; returns it.

    Not one that the system picks: those are what it gives to every connection that anybody opens, so one might be taken again before
    the broker has it, or while the broker is down.
    """
    for _ in range(_TRIES):
        port = _PORTS[secrets.randbelow(len(_PORTS))]
        with suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
    raise Unavailable(f"no free port between {_PORTS[0]} and {_PORTS[-1]} for a Kafka broker")


class LocalKafka:
    """One broker process on one directory.

    Parameters
    ----------
    folder : Path
        Created when missing; a broker that is started on it again has what it had.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Bootstrap address."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """Process id, 0 when not running."""
        return self._process.pid if self._process is not None else 0

    def start(self, wait_s: float = 60.0) -> None:
        """Start it and return when its port is open.

        Raises
        ------
        UsageError, Unavailable
            As ``jars``; or the broker did not come up within ``wait_s``: the message has the end of its log.
        """
        config = self._prepare()
        log4j = f"-Dlog4j.configuration=file:{self._folder}/log4j.properties"
        words = ["java", *_JAVA, log4j, "-cp", f"{jars()}/*", "kafka.Kafka", str(config)]
        with (self._folder / "out.log").open("ab") as out:
            self._process = subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=self._folder)
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(_PAUSE_S)
        self.stop()
        raise Unavailable(f"the Kafka broker did not start: {(self._folder / 'out.log').read_text()[-1000:]}")

    def _prepare(self) -> Path:
        """Configuration, and on a new folder the formatted storage."""
        config = self._folder / "server.properties"
        if config.exists():
            (listeners,) = [line for line in config.read_text().splitlines() if line.startswith("advertised.listeners")]
            self._port = int(listeners.rpartition(":")[2])
            return config
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:  # both at once, or the second could be the first again
            self._port, controller = (_bound(held.enter_context(socket.socket())) for _ in range(2))
        (self._folder / "log4j.properties").write_text(_LOG4J.format(folder=self._folder))
        config.write_text(_CONFIG.format(port=self._port, controller=controller, folder=self._folder))
        # In front of it a letter: one in 64 would begin with a hyphen and be taken for an option.
        cluster = "P" + urlsafe_b64encode(uuid.uuid4().bytes).decode()[:21]
        words = ["java", "-cp", f"{jars()}/*", "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(config)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self._folder)
        if done.returncode != 0:
            config.unlink()
            raise Unavailable(f"Kafka's storage could not be formatted: {(done.stderr or done.stdout).strip()[-500:]}")
        return config

    def stop(self, wait_s: float = 20.0) -> None:
        """End it in order; idempotent."""
        self._end(signal.SIGTERM, wait_s)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL, 10.0)

    def _end(self, number: int, wait_s: float) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
