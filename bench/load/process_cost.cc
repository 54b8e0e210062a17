#include "bench/load/process_cost.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace parley::bench {

// By thread: /proc/PID/schedstat counts nanoseconds, /proc/PID/stat ticks of 10 ms.
int64_t CpuNsOf(pid_t pid) {
  int64_t sum = 0;
  std::error_code error;
  const std::filesystem::path tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, error)) {
    int64_t ns = 0;
    if (std::ifstream(task.path() / "schedstat") >> ns) sum += ns;
  }
  return sum;
}

int64_t ResidentBytesOf(pid_t pid) {
  int64_t all = 0, resident = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace parley::bench
