#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# needs: root cgroup overlay
#
# Settings of the whole machine: caches dropped under another's measurement, memory overcommitted,
# panics asked for. Only opened for writing, never written.
. "$(dirname "$0")/lib.sh"

settings=(/proc/sys/vm/{drop_caches,overcommit_memory,compact_memory} /proc/sys/kernel/{panic,hostname,pid_max,sched_rt_runtime_us}
	/proc/sys/net/ipv4/ip_forward /proc/sys/fs/file-max /proc/self/oom_score_adj /proc/irq/default_smp_affinity)
box -- /attack/escape open-write "${settings[@]}"
refused "none can be opened for writing"

control "outside they can" "$attack/escape" open-write "${settings[@]}"
