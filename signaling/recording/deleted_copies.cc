#include "signaling/recording/deleted_copies.h"

#include <set>
#include <string_view>

#include "recorder/library/upload_ledger.h"
#include "recorder/storage/whole_file.h"
#include "signaling/recording/copied_files.h"

namespace parley {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "deleted";
constexpr size_t kMostBytes = 4 << 20;

}  // namespace

std::error_code MarkDeleted(const fs::path& directory) {
  std::set<std::string> names;
  const UploadLedger ledger = UploadLedger::Load(directory);
  for (const UploadedFile& each : ledger.files()) names.insert(each.file);
  // A copy may have been made of them that no ledger tells of: one is being made, or was when the
  // server was killed.
  for (UploadedFile& each : FilesToCopy(directory)) names.insert(std::move(each.file));
  std::string text;
  for (const std::string& name : names) text += name + '\n';
  return ReplaceFile(directory / kMark, text);
}

void RemoveMarked(const fs::path& directory) {
  std::error_code error;
  // Without it there is no recording for anybody.
  fs::remove(directory / "recording.json", error);
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename() != kMark) fs::remove_all(entry.path(), error);
  }
}

std::optional<std::vector<std::string>> DeletedCopies(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory / kMark, error)) return std::nullopt;
  const std::string text = ReadWholeFile(directory / kMark, kMostBytes);
  std::vector<std::string> names;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = rest.find('\n');
    const std::string_view name = rest.substr(0, end);
    if (IsCopiedFile(name)) names.emplace_back(name);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return names;
}

}  // namespace parley
