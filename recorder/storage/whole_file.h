#pragma once

// Small files that are replaced as a whole: whoever reads one, after a crash too, finds the old or
// the new. Any thread; blocks for as long as the disk does.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace parley {

// kCrash: of a program. What the machine's end may spoil costs nobody a wait for the disk.
enum class Survives : uint8_t { kCrash, kPowerLoss };

std::error_code ReplaceFile(const std::filesystem::path& file, std::string_view text,
                            Survives survives = Survives::kPowerLoss);
// Empty when there is none, or it is larger than `most` bytes.
std::string ReadWholeFile(const std::filesystem::path& file, size_t most);

}  // namespace parley
