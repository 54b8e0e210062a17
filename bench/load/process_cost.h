#pragma once

// What a process on this machine has cost so far, from /proc.

#include <sys/types.h>

#include <cstdint>

namespace parley::bench {

// User and system time of all its threads, in nanoseconds; 0 when there is no such process.
int64_t CpuNsOf(pid_t pid);
int64_t ResidentBytesOf(pid_t pid);

}  // namespace parley::bench
