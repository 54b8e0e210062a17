#include "recorder/write/sandbox.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define PARLEY_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PARLEY_ADDRESS_SANITIZER
#endif
#endif
#ifdef PARLEY_ADDRESS_SANITIZER
// LeakSanitizer traces the process, which the sandbox does not let happen.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
#endif

namespace parley {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// ioprio_set(2): best effort, 6 of 0 to 7. As linux/ioprio.h has them, which is no C++
// since 6.1.192.
constexpr int kIoPriorityOfProcess = 1;
constexpr int kIoPriority = (2 << 13) | 6;
constexpr int kNice = 10;
constexpr rlim_t kMostFiles = 8192;

// Answered with EPERM: a recorder has its sockets, and starts nobody.
constexpr auto kRefused = std::to_array<long>({
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_bpf,
    SYS_mount,
    SYS_unshare,
    SYS_setns,
    SYS_keyctl,
    SYS_add_key,
    SYS_io_uring_setup,
});
constexpr auto kRefusedWithoutNetwork =
    std::to_array<long>({SYS_socket, SYS_socketpair, SYS_connect, SYS_bind});

sock_filter Statement(uint16_t code, uint32_t k) { return {code, 0, 0, k}; }
sock_filter Jump(uint32_t k, uint8_t if_true, uint8_t if_false) {
  return {BPF_JMP | BPF_JEQ | BPF_K, if_true, if_false, k};
}

}  // namespace

std::string EnterSandbox(Network network) {
  // Each is a courtesy to the server, which goes on without it.
  setpriority(PRIO_PROCESS, 0, kNice);
  syscall(SYS_ioprio_set, kIoPriorityOfProcess, 0, kIoPriority);
  const rlimit files{kMostFiles, kMostFiles};
  setrlimit(RLIMIT_NOFILE, &files);
  const rlimit cores{0, 0};
  setrlimit(RLIMIT_CORE, &cores);

  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return std::string("no_new_privs: ") + std::strerror(errno);
  }
  std::vector<sock_filter> filter = {
      Statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      Jump(kArchitecture, 1, 0),
      Statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      Statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  const auto refuse = [&filter](long call) {
    filter.push_back(Jump(static_cast<uint32_t>(call), 0, 1));
    filter.push_back(Statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  };
  for (const long call : kRefused) refuse(call);
  if (network == Network::kNone) {
    for (const long call : kRefusedWithoutNetwork) refuse(call);
  }
  filter.push_back(Statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    return std::string("seccomp: ") + std::strerror(errno);
  }
  return {};
}

}  // namespace parley
