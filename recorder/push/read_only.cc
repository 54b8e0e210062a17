#include "recorder/push/read_only.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace parley {
namespace {

constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
// All of Landlock's first version.
constexpr uint64_t kHandled = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

bool Allow(int rules, const std::filesystem::path& directory) {
  const int fd = open(directory.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return false;
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = kRead;
  beneath.parent_fd = fd;
  const bool done =
      syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
  close(fd);
  return done;
}

}  // namespace

bool SeeOnly(const std::filesystem::path& directory) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kHandled;
  const auto rules =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
  if (rules < 0) return false;
  bool done = Allow(rules, directory);
  // How names are resolved and certificates judged; not all are everywhere.
  for (const char* system : {"/etc", "/usr", "/lib", "/lib64", "/run/systemd/resolve"}) {
    Allow(rules, system);
  }
  done = done && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return done;
}

}  // namespace parley
