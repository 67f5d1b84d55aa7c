"""Runs commands for timing.py, one after the other, and prints what each took.

A process of its own, without imports, because of a peculiarity of Linux: the peak memory of a
process begins with that of the process that spawned it, even across exec. This one is as small as
Python gets (8 MiB); the bench itself would hide what a small link takes. posix_spawn and not fork,
which copies page tables and then pays a fault for each page that is written.

A command is a line, the repr of (argv, env). The answer has wall and CPU time in seconds, peak
memory in KiB, minor faults and the exit status. Output goes to the files `stdout` and `stderr` in
the current directory.
"""

import os
import sys
import time

WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
FILES = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
         (os.POSIX_SPAWN_OPEN, 1, "stdout", WRITE, 0o644),
         (os.POSIX_SPAWN_OPEN, 2, "stderr", WRITE, 0o644)]

for line in sys.stdin:
    argv, env = eval(line)
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=FILES)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, usage.ru_minflt,
          os.waitstatus_to_exitcode(status), flush=True)
