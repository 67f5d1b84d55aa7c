"""Links as actions of the Remote Execution API; called by `run`.

An action's inputs are wald, the import configuration and the objects, under relative names; its command
is `./wald link …`, its environment GOROOT, GOOS and GOARCH. Checked is that

- an action sees nothing else: no HOME, no network, no file besides its inputs (by a probe);
- its module is the one that wald links here, from other paths, byte for byte, and Go's linker's as an
  action, too;
- the second time it comes from the cache;
- with some 200 different links at once each gets its own module;
- messages of failed links have the relative names, and are the same as in another folder here;
- wald opens nothing but the inputs, and asks the kernel for its own name and the number of processors
  (by strace).
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import grpc
from google.protobuf import duration_pb2

import buildstream
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2 as reapi
from buildstream._protos.build.bazel.remote.execution.v2 import remote_execution_pb2_grpc as services
from buildstream._protos.google.bytestream import bytestream_pb2, bytestream_pb2_grpc

from links import CACHE, OUTPUT, die, find_links, of_newest_go, same

BUILDBOX = os.path.join(os.path.dirname(buildstream.__file__), "subprojects", "buildbox")
CHUNK = 1 << 20
BATCH = 2 << 20  # below gRPC's limit of 4 MiB for a message
# What wald asks besides: its own name, and how many processors there are, as the C library finds out.
SYSTEM = ["/proc/self/exe", "/sys/devices/system/cpu/online"]


class Blobs:
    """What an action is made of, by digest: bytes, or the name of a file."""

    def __init__(self):
        self.contents, self.digests_of_files = {}, {}

    def add(self, data):
        digest = reapi.Digest(hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
        self.contents[digest.hash] = (digest, data)
        return digest

    def add_file(self, name):
        if name not in self.digests_of_files:
            with open(name, "rb") as file:
                digest = reapi.Digest(hash=hashlib.file_digest(file, "sha256").hexdigest(),
                                      size_bytes=os.path.getsize(name))
            self.digests_of_files[name] = digest
            self.contents[digest.hash] = (digest, name)
        return self.digests_of_files[name]


class Server:
    """buildbox-casd with a store of its own, and a client of it."""

    def __init__(self, folder, jobs):
        self.socket = "unix:" + os.path.join(folder, "socket")
        self.log = os.path.join(folder, "log")
        environment = {"PATH": os.environ["PATH"], "TMPDIR": folder}
        with open(self.log, "wb") as log:
            # A group of its own, for its runners go with it. Files are copied or linked into the sandbox:
            # /dev/fuse is not everywhere.
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                [os.path.join(BUILDBOX, "buildbox-casd"), "--bind=" + self.socket, f"--jobs={jobs}",
                 "--buildbox-run=" + os.path.join(BUILDBOX, "buildbox-run"),
                 "--runner-arg=--staging-mode=copy-or-link", os.path.join(folder, "store")],
                stdout=log, stderr=log, env=environment, start_new_session=True)
        self.channel = grpc.insecure_channel(self.socket)
        try:
            grpc.channel_ready_future(self.channel).result(timeout=30)
        except grpc.FutureTimeoutError:
            self.stop()
            die("buildbox-casd does not answer:\n" + self.last_words())
        self.store = services.ContentAddressableStorageStub(self.channel)
        self.execution = services.ExecutionStub(self.channel)
        self.bytes = bytestream_pb2_grpc.ByteStreamStub(self.channel)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_words(self):
        with open(self.log, errors="replace", encoding="utf-8") as file:
            return "".join(file.readlines()[-20:])

    def upload(self, blobs):
        """Uploads what the server does not have. The number of bytes."""
        missing = self.store.FindMissingBlobs(reapi.FindMissingBlobsRequest(
            blob_digests=[digest for digest, _ in blobs.contents.values()])).missing_blob_digests
        batch, size, total = [], 0, 0
        for digest in missing:
            data = blobs.contents[digest.hash][1]
            if isinstance(data, str):
                with open(data, "rb") as file:
                    data = file.read()
            total += len(data)
            if len(data) > BATCH:
                self.upload_in_parts(digest, data)
                continue
            if size + len(data) > BATCH:
                self.upload_batch(batch)
                batch, size = [], 0
            batch.append(reapi.BatchUpdateBlobsRequest.Request(digest=digest, data=data))
            size += len(data)
        self.upload_batch(batch)
        return total

    def upload_batch(self, batch):
        if not batch:
            return
        answer = self.store.BatchUpdateBlobs(reapi.BatchUpdateBlobsRequest(requests=batch))
        for one in answer.responses:
            if one.status.code != 0:
                die(f"upload of {one.digest.hash}: {one.status.message}")

    def upload_in_parts(self, digest, data):
        name = f"uploads/{uuid.uuid4()}/blobs/{digest.hash}/{digest.size_bytes}"

        def parts():
            for offset in range(0, len(data), CHUNK):
                yield bytestream_pb2.WriteRequest(
                    resource_name=name, write_offset=offset, data=data[offset:offset + CHUNK],
                    finish_write=offset + CHUNK >= len(data))
        if self.bytes.Write(parts()).committed_size != len(data):
            die(f"upload of {digest.hash}: not all was taken")

    def download(self, digest):
        name = f"blobs/{digest.hash}/{digest.size_bytes}"
        parts = self.bytes.Read(bytestream_pb2.ReadRequest(resource_name=name))
        return b"".join(part.data for part in parts)

    def text(self, raw, digest):
        return (raw or (self.download(digest) if digest.size_bytes else b"")).decode()

    def execute(self, action):
        """Runs an action, or takes its result from the cache."""
        answer = reapi.ExecuteResponse()
        for operation in self.execution.Execute(reapi.ExecuteRequest(action_digest=action)):
            if operation.done:
                if operation.HasField("error"):
                    die(f"the server: {operation.error.message}\n{self.last_words()}")
                operation.response.Unpack(answer)
        if answer.status.code != 0:
            die(f"the server: {answer.status.message}\n{self.last_words()}")
        return answer


def action_of(link, blobs, linker, linker_words, more=(), without=None):
    """The digest of an action. `without` is an object that is left out."""
    objects = reapi.Directory()
    for name in sorted(link.files):
        if name != without:
            objects.files.add(name=os.path.basename(name), digest=blobs.add_file(link.files[name]))
    root = reapi.Directory()
    root.files.add(name="importcfg", digest=blobs.add(link.importcfg.encode()))
    root.files.add(name="linker", digest=blobs.add_file(linker), is_executable=True)
    root.directories.add(name="objects", digest=blobs.add(objects.SerializeToString(deterministic=True)))
    command = reapi.Command(arguments=["./linker", *linker_words, *link.arguments(more)],
                            output_paths=[OUTPUT])
    for name, value in link.environment.items():
        command.environment_variables.add(name=name, value=value)
    return blobs.add(reapi.Action(
        command_digest=blobs.add(command.SerializeToString(deterministic=True)),
        input_root_digest=blobs.add(root.SerializeToString(deterministic=True)),
        timeout=duration_pb2.Duration(seconds=120)).SerializeToString(deterministic=True))


def output_of(server, answer):
    files = {file.path: file.digest for file in answer.result.output_files}
    if answer.result.exit_code != 0 or list(files) != [OUTPUT]:
        die(f"the action ended with {answer.result.exit_code} and the outputs {list(files)}\n"
            + server.text(answer.result.stderr_raw, answer.result.stderr_digest))
    return files[OUTPUT]


def milliseconds_in(answer):
    """What the command itself took, of the server's account."""
    facts = answer.result.execution_metadata
    return (facts.execution_completed_timestamp.ToNanoseconds()
            - facts.execution_start_timestamp.ToNanoseconds()) / 1e6


def timed(function, *arguments):
    start = time.monotonic()
    result = function(*arguments)
    return result, (time.monotonic() - start) * 1000


def check_sandbox(server, probe):
    """What an action sees beside its inputs."""
    blobs = Blobs()
    root = reapi.Directory()
    root.files.add(name="probe", digest=blobs.add_file(probe), is_executable=True)
    command = reapi.Command(arguments=["./probe"])
    action = blobs.add(reapi.Action(
        command_digest=blobs.add(command.SerializeToString()),
        input_root_digest=blobs.add(root.SerializeToString())).SerializeToString())
    server.upload(blobs)
    answer = server.execute(action)
    if answer.result.exit_code != 0:
        die("the probe: " + server.text(answer.result.stderr_raw, answer.result.stderr_digest))
    seen = json.loads(server.text(answer.result.stdout_raw, answer.result.stdout_digest))
    names = {word.partition("=")[0] for word in seen["Environment"]}
    # What the sandbox adds: its folder, which is the root, and file systems of the kernel's.
    if names - {"PWD"} or seen["Networks"] or set(seen["Root"]) != {"probe", "dev", "proc", "tmp"}:
        die(f"the sandbox has more than an action's inputs: {seen}")
    print("remote: an action sees its inputs, /dev, /proc and /tmp; no HOME or other variable than PWD, no network")


def check_one(server, link, options):
    """A link as an action, and again; a row of the table."""
    with tempfile.TemporaryDirectory(dir=options.tmp) as folder:
        link.stage(folder)
        done, here = timed(link.run_here, options.wald, folder)
        if done.returncode != 0:
            die(f"{link.name}: the link here: {done.stderr}")
        with open(os.path.join(folder, OUTPUT), "rb") as file:
            local = file.read()
    row = {"here": here}
    for linker, words, name in ((options.wald, ["link"], "wald"), (link.facts["linker"], [], "go")):
        blobs = Blobs()
        action = action_of(link, blobs, linker, words)
        row[name + " bytes"], row[name + " upload"] = timed(server.upload, blobs)
        answer, row[name] = timed(server.execute, action)
        if answer.cached_result:
            die(f"{link.name}: the cache knew it before it ran")
        if server.download(output_of(server, answer)) != local:
            die(f"{link.name}: {name} as an action wrote another module than wald here")
        row[name + " in"] = milliseconds_in(answer)
        if server.text(answer.result.stderr_raw, answer.result.stderr_digest):
            die(f"{link.name}: messages of a link without an error")
        again = []
        for _ in range(5):
            answer, elapsed = timed(server.execute, action)
            if not answer.cached_result:
                die(f"{link.name}: it ran again, and was in the cache")
            again.append(elapsed)
        if server.download(output_of(server, answer)) != local:
            die(f"{link.name}: another module from the cache")
        row[name + " cached"] = statistics.median(again)
        # A flag that does nothing makes it another action, which the cache does not know.
        runs = [milliseconds_in(server.execute(another_run(server, link, linker, words, n)))
                for n in range(options.rounds)]
        row[name + " in"] = min([row[name + " in"], *runs])
    return row


def another_run(server, link, linker, words, number):
    blobs = Blobs()
    action = action_of(link, blobs, linker, words, [f"-extld=gcc{number}"])
    server.upload(blobs)
    return action


def check_at_once(server, links, options):
    """Many different links at once; a program's build id is part of its module."""
    actions, wanted = [], []
    blobs = Blobs()
    with tempfile.TemporaryDirectory(dir=options.tmp) as folder:
        folders = {}
        for number in range(options.at_once):
            link = links[number % len(links)]
            if link.name not in folders:
                folders[link.name] = os.path.join(folder, str(number))
                link.stage(folders[link.name])
            more = [f"-buildid=remote/{number}"]
            actions.append(action_of(link, blobs, options.wald, ["link"], more))
            done = link.run_here(options.wald, folders[link.name], more)
            if done.returncode != 0:
                die(f"{link.name}: the link here: {done.stderr}")
            with open(os.path.join(folders[link.name], OUTPUT), "rb") as file:
                wanted.append(hashlib.file_digest(file, "sha256").hexdigest())
    if len(set(wanted)) != options.at_once:
        die("different programs have the same module")
    uploaded = server.upload(blobs)
    with concurrent.futures.ThreadPoolExecutor(options.at_once) as pool:
        answers, elapsed = timed(lambda: list(pool.map(server.execute, actions)))
        cached, elapsed_cached = timed(lambda: list(pool.map(server.execute, actions)))
    for number, answer in enumerate(answers):
        same(f"modules of {links[number % len(links)].name}, {number} of {options.at_once} at once,",
             wanted[number], output_of(server, answer).hash)
        if answer.cached_result or not cached[number].cached_result:
            die("a link ran twice, or never")
    print(f"remote: {options.at_once} links at once, of {len(links)} programs: the modules of links here; "
          f"{uploaded / 1e6:.0f} MB of inputs, {elapsed / 1000:.1f} s with {options.jobs} jobs, "
          f"{elapsed_cached / 1000:.2f} s from the cache")


def check_messages(server, link, options):
    """Errors name inputs as the command line and the import configuration do."""
    missing = sorted(name for name in link.files if name != link.main)[0]
    for what, more, without in (("a missing object", (), missing), ("an unknown flag", ("-nonsense",), None)):
        with tempfile.TemporaryDirectory(dir=options.tmp) as folder:
            link.stage(folder, without)
            here = link.run_here(options.wald, folder, more)
        blobs = Blobs()
        action = action_of(link, blobs, options.wald, ["link"], more, without)
        server.upload(blobs)
        answer = server.execute(action)
        message = server.text(answer.result.stderr_raw, answer.result.stderr_digest)
        same(f"exit status and message of a link with {what}", (here.returncode, here.stderr),
             (answer.result.exit_code, message))
        if answer.result.exit_code == 0 or answer.result.output_files:
            die(f"a link with {what} passed")
        if without is not None and without not in message:
            die(f"the message does not name {without}: {message}")
        if re.search(r"(^|[\s'\"])/", message):
            die(f"the message has an absolute path: {message}")
    print("remote: messages of failed links name the inputs by relative paths")


def check_reads(link, options):
    """Of the file system wald sees its inputs only."""
    with tempfile.TemporaryDirectory(dir=options.tmp) as folder:
        link.stage(folder)
        trace = os.path.join(folder, "trace")
        done = link.run_here(options.wald, folder,
                             wrapper=["strace", "-f", "-e", "trace=%file,%network", "-o", trace])
        if done.returncode != 0:
            die(f"the link under strace: {done.stderr}")
        with open(trace, encoding="utf-8") as file:
            lines = file.read().splitlines()
        strange, inputs = set(), 0
        for line in lines:
            call = re.match(r'\d+ +(\w+)\((?:(?:AT_FDCWD|\d+), )?(?:"([^"]*)")?', line)
            if call is None or call[1] == "execve":
                continue  # ends, signals, second halves of calls
            path = call[2]
            inputs += path is not None and path.startswith("objects/")
            if path is None or (path.startswith("/") and path not in SYSTEM):
                strange.add(line.partition(" ")[2].strip())
        if strange:
            die("wald asks for more than its inputs:\n" + "\n".join(sorted(strange)))
        if inputs < len(link.files):
            die(f"strace saw {inputs} of {len(link.files)} inputs")
    print(f"remote: wald opens its inputs, and of the rest of the system only {' and '.join(SYSTEM)}")


def main():
    parser = argparse.ArgumentParser(usage="run [--links DIR] [--at-once 200]")
    parser.add_argument("--links", default=os.path.join(CACHE, "links", "matrix"))
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--wald", required=True)
    parser.add_argument("--probe", required=True)
    options = parser.parse_args()
    links = find_links(options.links)
    rows = [link for link in of_newest_go(links) if link.facts["goos"] == "wasip1"
            and (link.facts["program"], link.facts["buildmode"]) in (("hello", "exe"), ("reactor", "c-shared"))]
    with tempfile.TemporaryDirectory(prefix="wald-remote-") as folder:
        options.tmp = folder
        server = Server(folder, options.jobs)
        try:
            check_sandbox(server, options.probe)
            print("remote: | link | inputs MB | upload ms | wald ms: here | in the sandbox | with staging | from the cache "
                  "| go tool link ms: in the sandbox | with staging |")
            for link in rows:
                row = check_one(server, link, options)
                print(f"remote: | {link.name} | {row['wald bytes'] / 1e6:.1f} | {row['wald upload']:.0f} "
                      f"| {row['here']:.0f} | {row['wald in']:.0f} | {row['wald']:.0f} | {row['wald cached']:.1f} "
                      f"| {row['go in']:.0f} | {row['go']:.0f} |")
            check_messages(server, rows[0], options)
            check_reads(rows[0], options)
            check_at_once(server, links, options)
        finally:
            server.stop()
    print("remote: passed")


main()
