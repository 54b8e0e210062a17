#pragma once

// Where this program lies, and with it those that it starts. At start.

#include <filesystem>
#include <system_error>

namespace parley {

inline std::filesystem::path ProgramDirectory() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace parley
