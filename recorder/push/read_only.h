#pragma once

// What parley-push gives up besides (recorder/write/sandbox.h): it talks to somebody else's server,
// so of the disk it sees the segments and the system's own files, and writes nothing. By Landlock,
// where the kernel has it. Called once, before threads.

#include <filesystem>

namespace parley {

// False where the kernel does not do it.
bool SeeOnly(const std::filesystem::path& directory);

}  // namespace parley
