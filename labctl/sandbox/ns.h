/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LABCTL_SANDBOX_NS_H
#define LABCTL_SANDBOX_NS_H

/* Namespaces: making processes in new ones, and the loopback of a new network. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * fork(2) into new namespaces, by clone3. Returns 0 in the child, else its pid; *pidfd is set.
 * into_cgroup: descriptor of a cgroup v2 directory to be born in, or -1. Between this and exec the
 * child may call only what is safe after a fork of a threaded process: no malloc, no stdio.
 */
pid_t ns_fork(uint64_t flags, int into_cgroup, int *pidfd, struct err *e);

/* A child in new namespaces (flags) that shares our memory; returns its pid when it has exec'ed or
 * exited, as after vfork. It runs fn(arg) on `stack_top`, the highest address of a stack of its
 * own. */
pid_t ns_vfork(int flags, int (*fn)(void *), void *arg, void *stack_top, struct err *e);

/* A descriptor of a new user namespace in which the ids from 0 on are the host's from `first` on.
 * Nothing runs in it yet. */
int ns_new_users(uid_t first, unsigned count, struct err *e);

/* A new network namespace with only loopback, up, made beside us from begin to end; nothing runs in
 * it yet. */
struct ns_network {
	pid_t maker; /* 0: none */
	int fd, sockets_fd, error;
	bool with_sockets;
};

enum { NS_STACK_SIZE = 16384 };

#define NS_NETWORK_INIT                                                                            \
	{                                                                                          \
		.fd = -1, .sockets_fd = -1                                                         \
	}

/* stack: NS_STACK_SIZE bytes, aligned as a stack is, for its maker until the end. */
int ns_network_begin(struct ns_network *n, char *stack, struct err *e);
int ns_network_end(struct ns_network *n, struct err *e); /* its descriptor; -1 error */
void ns_network_done(struct ns_network *n); /* whether it ended or not; before its memory goes */

/* The same in one: a descriptor. *sockets_fd: the file that tells how many sockets there are in it;
 * NULL: not wanted. */
int ns_new_network(int *sockets_fd, struct err *e);

/* TCP sockets (non-blocking) that live in the given network, for clients outside it; -1: in ours.
 */
int ns_sockets(int netns_fd, int *fds, size_t count, struct err *e);

#endif
