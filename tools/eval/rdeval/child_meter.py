"""Runs one program and reports its wall time, CPU time and peak memory as one line of JSON.

It is its own small process because the kernel's record of a child's peak memory begins with the
memory of the process that forked it: measured from a big Python, every program looks big.
Started as:  python3 -I -S -c SOURCE REPORT ERRORS TIMEOUT PROGRAM ARGUMENT...
Only the standard library, since -I -S leaves everything else out (and keeps this process small).
"""

import os
import signal
import sys
import time


def main(arguments):
    """Writes {"rc", "wall_s", "cpu_s", "peak_kib", "timed_out"} to the file REPORT."""
    report, errors, timeout = arguments[0], arguments[1], float(arguments[2])
    command = arguments[3:]
    begin = time.perf_counter()
    child = os.fork()
    if child == 0:
        _become(command, errors)
    timed_out = []

    def stop(_signal, _frame):
        timed_out.append(True)
        os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begin
    signal.setitimer(signal.ITIMER_REAL, 0)
    text = '{"rc": %d, "wall_s": %.6f, "cpu_s": %.6f, "peak_kib": %d, "timed_out": %s}' % (
        os.waitstatus_to_exitcode(status),
        wall,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss,
        "true" if timed_out else "false",
    )
    with open(report, "w", encoding="ascii") as file:
        file.write(text)


def _become(command, errors):
    """In the child: silent output, errors to a file, a group of its own to be stopped by."""
    try:
        os.setpgid(0, 0)
        silent = os.open(os.devnull, os.O_RDWR)
        os.dup2(silent, 0)
        os.dup2(silent, 1)
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, ("%s: %s\n" % (command[0], error)).encode())
    finally:
        os._exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
