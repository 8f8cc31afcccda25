#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay image:python
#
# Calls that the filter refuses, by number (x86-64), each with arguments that would do no harm.
. "$(dirname "$0")/../lib.sh"
[ "$(uname -m)" = x86_64 ] || skip_all "the numbers are of x86-64"

cat >"$T/calls.py" <<'P'
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def call(nr, *args):
    if os.fork() == 0:
        ctypes.set_errno(0)
        r = libc.syscall(nr, *args)
        os._exit(ctypes.get_errno() if r == -1 else 0)
    s = os.wait()[1]
    return errno.errorcode.get(os.waitstatus_to_exitcode(s), os.waitstatus_to_exitcode(s))
for name, nr, args, want in (
    ("unshare user", 272, (0x10000000,), "EPERM"), ("unshare net", 272, (0x40000000,), "EPERM"),
    ("setns", 308, (0, 0), "EPERM"), ("clone newuser", 56, (0x10000011, 0, 0, 0, 0), "EPERM"),
    ("clone3", 435, (0, 0), "ENOSYS"), ("mount", 165, (0, 0, 0, 0, 0), "EPERM"),
    ("umount2", 166, (0, 0), "EPERM"), ("pivot_root", 155, (0, 0), "EPERM"), ("chroot", 161, (b"/",), "EPERM"),
    ("open_tree", 428, (0, 0, 0), "ENOSYS"), ("fsopen", 430, (b"tmpfs", 0), "ENOSYS"),
    ("mount_setattr", 442, (0, 0, 0, 0, 0), "ENOSYS"), ("ptrace", 101, (0, 0, 0, 0), "EPERM"),
    ("process_vm_readv", 310, (1, 0, 0, 0, 0, 0), "EPERM"), ("pidfd_getfd", 438, (0, 0, 0), "ENOSYS"),
    ("bpf", 321, (0, 0, 0), "EPERM"), ("perf_event_open", 298, (0, 0, 0, 0, 0), "EPERM"),
    ("userfaultfd", 323, (0,), "EPERM"), ("io_uring_setup", 425, (1, 0), "ENOSYS"),
    ("keyctl", 250, (0, 0), "EPERM"), ("add_key", 248, (0, 0, 0, 0, 0), "EPERM"),
    ("personality", 135, (0x40000,), "EPERM"), ("open_by_handle_at", 304, (0, 0, 0), "EPERM"),
    ("init_module", 175, (0, 0, 0), "EPERM"), ("kexec_load", 246, (0, 0, 0, 0), "EPERM"),
    ("reboot", 169, (0, 0, 0, 0), "EPERM"), ("syslog", 103, (3, 0, 0), "EPERM"),
    ("sethostname", 170, (b"x", 1), "EPERM"), ("clock_settime", 227, (0, 0), "EPERM"),
    ("iopl", 172, (3,), "EPERM"), ("modify_ldt", 154, (0, 0, 0), "EPERM"),
    ("AF_VSOCK", 41, (40, 1, 0), "EAFNOSUPPORT"), ("AF_PACKET", 41, (17, 3, 0), "EAFNOSUPPORT"),
    ("AF_ALG", 41, (38, 5, 0), "EAFNOSUPPORT"), ("SCTP", 41, (2, 1, 132), "EPROTONOSUPPORT"),
    ("netlink audit", 41, (16, 3, 9), "EPROTONOSUPPORT"), ("AF_UNIX", 41, (1, 1, 0), 0),
    ("AF_INET", 41, (2, 1, 6), 0), ("TIOCSTI", 16, (0, 0x5412, b"x"), "EPERM"),
    ("TIOCSTI, upper half set", 16, (0, ctypes.c_ulong(0x100005412), b"x"), "EPERM"),
    ("TIOCLINUX", 16, (0, 0x541c, b"x"), "EPERM"), ("x32 getpid", 0x40000000 + 39, (), -31),
):
    got = call(nr, *args)
    if got != want: print(f"{name}: {got}, not {want}")
P
run labctl exec python3 -c "$(cat "$T/calls.py")"
is "each gets the answer it should" "$status/$out" 0/

# The control: without the filter many of them succeed, or fail for another reason.
run python3 "$T/calls.py"
ok "outside they do not" [ "$(wc -l <<<"$out")" -ge 20 ]

run labctl exec python3 -c '
import subprocess, threading, multiprocessing, mmap, os, tempfile, socket
threading.Thread(target=print, args=("thread",)).start()
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())
p = multiprocessing.get_context("fork").Process(target=print, args=("process",)); p.start(); p.join()
m = mmap.mmap(-1, 4096); m[0] = 1
socket.getaddrinfo("localhost", 80); os.sched_yield(); os.memfd_create("x")
print(os.getxattr, len(tempfile.mkdtemp()) > 0)'
like "ordinary work goes on" "$out" "child.*"
is "without a complaint" "$status/$err" 0/
