#include "recorder/compose/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "recorder/library/made_files.h"
#include "recorder/scene/exports.h"
#include "recorder/scene/kept_time.h"
#include "recorder/scene/text.h"

namespace parley {
namespace {

constexpr size_t kPiece = 256 << 10;
constexpr uint64_t kStep = 8 << 20;
constexpr mode_t kMode = 0644;

// A name that any system can have as part of a file's: no way out of the folder, none of what
// Windows refuses.
std::string PlainName(std::string_view name) {
  constexpr std::string_view kRefused = "\\/:*?\"<>|";
  std::string plain = OneLine(name);
  for (char& c : plain) {
    if (kRefused.contains(c)) c = '_';
  }
  const size_t first = plain.find_first_not_of(". ");
  return first == std::string::npos ? std::string("_") : plain.substr(first);
}

}  // namespace

Archive::Archive(const std::filesystem::path& directory, const Manifest& manifest,
                 const std::filesystem::path& output)
    : part_(output), written_at_us_(manifest.started_at_us), buffer_(kPiece) {
  std::map<std::string_view, std::string> names;
  for (const RecordedPerson& person : manifest.participants) {
    names[person.id] = PlainName(person.name);
  }
  for (const std::string_view made : kMadeFiles) {
    if (made != kEverythingFile && std::filesystem::exists(directory / made)) {
      AddFile(std::string(made), directory / made);
    }
  }
  const KeptTime time(manifest);
  AddText("subtitles.vtt", SpeakersAsWebVtt(manifest, time));
  AddText("chat.txt", ChatAsText(manifest, time));
  AddText("recording.json", manifest.ToJson());
  for (const RecordedTrack& track : manifest.tracks) {
    AddFile("tracks/" + names[track.participant] + " " + track.kind + " " + track.file,
            directory / track.file);
  }
}

std::expected<std::unique_ptr<Archive>, std::string> Archive::Open(
    const std::filesystem::path& directory, const Manifest& manifest,
    const std::filesystem::path& output) {
  std::unique_ptr<Archive> made(new Archive(directory, manifest, output));
  made->archive_ = archive_write_new();
  if (made->archive_ == nullptr) return std::unexpected("cannot write: no memory is left");
  archive_write_set_format_zip(made->archive_);
  archive_write_zip_set_compression_store(made->archive_);
  // Players seek in it by the directory at its end; padding helps nobody.
  archive_write_set_bytes_in_last_block(made->archive_, 1);
  archive_write_set_bytes_per_block(made->archive_, static_cast<int>(kPiece));
  auto out = made->part_.Create();
  if (!out) return std::unexpected(out.error());
  made->out_ = *std::move(out);
  if (archive_write_open(made->archive_, made.get(), nullptr, &Archive::Put, nullptr) !=
      ARCHIVE_OK) {
    return made->Refused();
  }
  return made;
}

Archive::~Archive() {
  if (archive_ != nullptr) archive_write_free(archive_);
}

std::unexpected<std::string> Archive::Refused() const {
  if (refused_) return std::unexpected("cannot write: " + refused_.message());
  const char* said = archive_error_string(archive_);
  return std::unexpected(std::string("cannot write: ") + (said != nullptr ? said : "unknown"));
}

ssize_t Archive::Put(::archive* /*archive*/, void* self, const void* bytes, size_t size) {
  auto& made = *static_cast<Archive*>(self);
  made.refused_ = made.out_->WriteAt(made.put_, {static_cast<const uint8_t*>(bytes), size});
  if (made.refused_) return -1;
  made.put_ += size;
  return static_cast<ssize_t>(size);
}

void Archive::AddFile(std::string name, const std::filesystem::path& file) {
  auto stored = StoredFile::Open(file);
  if (!stored) {
    ++unreadable_;
    return;
  }
  const uint64_t size = stored->size();
  size_ += size;
  members_.push_back({.name = std::move(name), .file = file, .text = {}, .size = size});
}

void Archive::AddText(std::string name, std::string text) {
  const uint64_t size = text.size();
  size_ += size;
  members_.push_back({.name = std::move(name), .file = {}, .text = std::move(text), .size = size});
}

std::expected<bool, std::string> Archive::Step() {
  const uint64_t until = written_ + kStep;
  while (written_ < until && (left_ > 0 || next_ < members_.size())) {
    if (left_ > 0) {
      if (auto copied = Copy(until - written_); !copied) return std::unexpected(copied.error());
    } else {
      if (auto begun = Begin(members_[next_++]); !begun) return std::unexpected(begun.error());
    }
  }
  if (left_ > 0 || next_ < members_.size()) return true;
  if (archive_write_close(archive_) != ARCHIVE_OK) return Refused();
  refused_ = out_->End();
  if (refused_) return Refused();
  if (auto committed = part_.Commit(); !committed) return std::unexpected(committed.error());
  return false;
}

double Archive::fraction() const {
  return size_ > 0 ? static_cast<double>(written_) / static_cast<double>(size_) : 0;
}

std::expected<void, std::string> Archive::Begin(const Member& member) {
  if (!member.file.empty()) {
    auto file = StoredFile::Open(member.file);
    if (!file) {
      ++unreadable_;
      size_ -= member.size;
      return {};
    }
    copied_ = *std::move(file);
  }
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, member.name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, kMode);
  archive_entry_set_size(entry, static_cast<int64_t>(member.size));
  archive_entry_set_mtime(entry, written_at_us_ / 1'000'000, 0);
  const int result = archive_write_header(archive_, entry);
  archive_entry_free(entry);
  // ARCHIVE_WARN: a name that does not fit the locale is written as it is.
  if (result < ARCHIVE_WARN) return Refused();
  if (member.file.empty()) {
    return Write(reinterpret_cast<const uint8_t*>(member.text.data()), member.text.size());
  }
  left_ = member_size_ = member.size;
  return {};
}

std::expected<void, std::string> Archive::Write(const uint8_t* bytes, size_t size) {
  if (archive_write_data(archive_, bytes, size) != static_cast<la_ssize_t>(size)) return Refused();
  written_ += size;
  return {};
}

// Of the open file, up to `most` bytes.
std::expected<void, std::string> Archive::Copy(uint64_t most) {
  while (most > 0 && left_ > 0) {
    const auto wanted =
        static_cast<size_t>(std::min({most, left_, static_cast<uint64_t>(buffer_.size())}));
    const size_t size = copied_->ReadAt(member_size_ - left_, std::span(buffer_).first(wanted));
    if (size == 0) {
      return std::unexpected("cannot read a track: it is shorter than it was, or damaged");
    }
    if (auto written = Write(buffer_.data(), size); !written) return written;
    left_ -= size;
    most -= size;
  }
  return {};
}

}  // namespace parley
