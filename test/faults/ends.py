"""Links that are ended by signals, or lack memory or something else that a process is given."""
import os
import resource
import signal
import time

from inputs import become_nobody
from program import run

STARTS = 200  # of a process, before a crash counts as wald's own
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGKILL)


def signals(program, tally, share):
    """At random times. The process ends by the signal, as whoever sent it expects."""
    for i in share.times(quick=60, whole=2000):
        sent = SIGNALS[i % len(SIGNALS)]
        case = f"{sent.name} while it links"
        earlier = b"earlier" if share.random.random() < 0.5 else None
        if earlier:
            with open(program.out, "wb") as file:
                file.write(earlier)
        delay = share.random.uniform(0, 1.2 * program.seconds)

        def send(process):
            time.sleep(delay)
            os.kill(process.pid, sent)  # which is there until it is waited for

        result = program.link(meanwhile=send, prepare=as_in_a_terminal)
        if sent == signal.SIGKILL:  # no one is left who could remove it
            for name in os.listdir(program.outputs):
                if name.startswith(".wald-") and name.endswith(".tmp"):
                    os.unlink(os.path.join(program.outputs, name))
        if result.status == -sent:
            # To judge() an error like any other, if the output did not have its name already.
            is_written = os.path.exists(program.out) and program.output_hash() == program.expected
            result.status = 0 if is_written else 2
            result.stderr += b"wald: error: ended\n"
        verdict, why = program.judge(result, earlier=earlier)
        tally.add(case, verdict, f"{program.name}: after {delay * 1000:.1f} ms: {why}: {result}")


def no_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def as_in_a_terminal():
    """Programs that a shell starts in the background ignore two signals, and hand that on."""
    no_core()
    for sent in SIGNALS[:-1]:
        signal.signal(sent, signal.SIG_DFL)


def starts_with(program, limit):
    """Whether wald comes as far as its main function, each time: where the system lays the stack is
    chance, and with a small one a process that started once may die before main the next time."""
    return all(run([program.wald, "--version"], program.env, prepare=limit).status == 0
               for _ in range(STARTS))


def limits(program, tally, share):
    """Less and less of what a process may use, down to where it does not start."""
    usual = {"addresses (ulimit -v)": (resource.RLIMIT_AS, 64 << 20, 1 << 17),
             "data (ulimit -d)": (resource.RLIMIT_DATA, 40 << 20, 1 << 17),
             "files (ulimit -n)": (resource.RLIMIT_NOFILE, 12, 1),
             "stack (ulimit -s)": (resource.RLIMIT_STACK, 1 << 20, 1 << 14),
             "size of files (ulimit -f)": (resource.RLIMIT_FSIZE, 3 << 20, 1 << 16),
             "processes (ulimit -u)": (resource.RLIMIT_NPROC, 2, 1)}
    os.chmod(program.outputs, 0o777)
    for what, (kind, most, step) in usual.items():
        for value in share.part(range(most, -1, -step * (8 if share.is_quick else 1))):

            def limit(kind=kind, value=value):
                if kind == resource.RLIMIT_NPROC:
                    become_nobody()  # root has no such limit
                no_core()
                resource.setrlimit(kind, (value, value))

            try:
                result = program.link(prepare=limit)
            except OSError:
                continue  # not even the child's start
            if result.status < 0 and not starts_with(program, limit):
                continue
            verdict, why = program.judge(result)
            tally.add("too few " + what, verdict, f"{program.name}: {value}: {why}: {result}")
