"""Runs a module as `python -m` does, without the names that only POSIX systems have: `... MODULE ARGUMENT...`."""

import os
import runpy
import signal
import sys

SIGNALS = ("SIGALRM", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGPIPE")
FUNCTIONS = {
    signal: (*SIGNALS, "alarm", "setitimer", "getitimer", "ITIMER_REAL", "pause", "sigwait", "pthread_sigmask"),
    os: ("fork", "forkpty", "register_at_fork", "getuid", "geteuid", "getgid", "getegid", "chown", "fchown", "fchmod",
         "uname", "getloadavg", "nice", "killpg", "setsid", "O_NOFOLLOW", "O_CLOEXEC", "sched_getaffinity"),
}  # fmt: skip
MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog", "posix_ipc", "uvloop")

if __name__ == "__main__":
    for module, names in FUNCTIONS.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.modules.update(dict.fromkeys(MODULES))  # type: ignore[arg-type]  # None: not to be imported
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
