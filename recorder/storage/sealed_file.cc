#include "recorder/storage/sealed_file.h"

#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "sfu/base/check.h"

namespace parley {
namespace {

// The file's head: what it is, and what makes its key another one than every other file's.
constexpr std::string_view kMagic = "PARLEYS1";
constexpr size_t kSaltSize = 16;
constexpr size_t kFileHead = kMagic.size() + kSaltSize;

// A chunk's: what is drawn of its nonces, kind, offset, size, tag; little endian.
constexpr size_t kDrawn = AesGcm::kNonceSize - 1;
constexpr size_t kOffsetAt = kDrawn + 1;
constexpr size_t kSizeAt = kOffsetAt + 8;
constexpr size_t kKnown = kSizeAt + 4;
constexpr size_t kHead = kKnown + AesGcm::kTagSize;
enum Kind : uint8_t { kData = 0, kEnd = 1 };
// The last byte of the nonces: of the head's tag, and of what follows it.
enum Part : uint8_t { kOfHead = 0, kOfBody = 1 };

// Heads of small chunks are read together.
constexpr size_t kWindow = 32 << 10;
constexpr size_t kSmallChunk = 4 << 10;

std::error_code LastError() { return {errno, std::generic_category()}; }

size_t ReadDisk(int fd, uint64_t at, std::span<uint8_t> out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

uint64_t DiskSize(int fd) {
  struct stat status{};
  return fstat(fd, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

void StoreLe(std::span<uint8_t> out, uint64_t value) {
  for (uint8_t& byte : out) {
    byte = static_cast<uint8_t>(value);
    value >>= 8;
  }
}

uint64_t LoadLe(std::span<const uint8_t> bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
  return value;
}

AesGcm::Nonce NonceOf(std::span<const uint8_t> head, Part part) {
  AesGcm::Nonce nonce;
  std::ranges::copy(head.first(kDrawn), nonce.begin());
  nonce.back() = part;
  return nonce;
}

// The chunk's place in the order, and its head: authenticated with both its parts.
using Known = std::array<uint8_t, 4 + kKnown>;
Known KnownOf(uint32_t number, std::span<const uint8_t> head) {
  Known known;
  StoreLe(std::span(known).first(4), number);
  std::ranges::copy(head.first(kKnown), known.begin() + 4);
  return known;
}

uint64_t DiskSizeOf(uint8_t kind, uint64_t size) {
  return kHead + (kind == kData ? size + AesGcm::kTagSize : 0);
}

SecretKey FileKey(const SecretKey& recording, std::span<const uint8_t> salt,
                  std::string_view name) {
  std::string purpose = "file ";
  purpose.append(reinterpret_cast<const char*>(salt.data()), salt.size());
  purpose += name;
  return recording.Derive(purpose);
}

}  // namespace

SealedFile::SealedFile(int fd, const SecretKey& file_key)
    : fd_(fd), cipher_(file_key), walked_(kFileHead), end_(kFileHead) {}

std::expected<SealedFile, std::error_code> SealedFile::Create(int fd, const SecretKey& recording,
                                                              std::string_view name) {
  std::array<uint8_t, kFileHead> head;
  std::ranges::copy(kMagic, head.begin());
  const auto salt = std::span(head).subspan(kMagic.size());
  PARLEY_CHECK(RAND_bytes(salt.data(), static_cast<int>(salt.size())) == 1);
  SealedFile file(fd, FileKey(recording, salt, name));
  file.end_ = 0;
  if (auto error = file.Put(head, 0)) return std::unexpected(error);
  return file;
}

std::expected<SealedFile, std::error_code> SealedFile::Open(int fd, const SecretKey& recording,
                                                            std::string_view name) {
  std::array<uint8_t, kFileHead> head;
  const bool whole = ReadDisk(fd, 0, head) == head.size() &&
                     std::ranges::equal(std::span(head).first(kMagic.size()), kMagic);
  if (!whole) return std::unexpected(std::make_error_code(std::errc::bad_message));
  SealedFile file(fd, FileKey(recording, std::span(head).subspan(kMagic.size()), name));
  file.Walk();
  file.WriteOn();
  return file;
}

void SealedFile::WriteOn() {
  end_ = walked_;
  next_ = walked_chunks_;
  size_ = walked_size_;
}

void SealedFile::Forget() {
  base_.clear();
  patches_.clear();
  walked_ = kFileHead;
  walked_chunks_ = 0;
  walked_size_ = 0;
  walked_end_ = ended_ = false;
  last_base_ = {};
  last_patch_ = {};
}

void SealedFile::Walk() {
  if (walked_end_) return;
  const uint64_t disk = DiskSize(fd_);
  std::vector<uint8_t> window;
  uint64_t window_at = 0;
  size_t last_size = 0;
  while (disk >= walked_ + kHead) {
    if (window_at + window.size() < walked_ + kHead) {
      window.resize(last_size < kSmallChunk ? kWindow : kHead);
      window_at = walked_;
      window.resize(ReadDisk(fd_, window_at, window));
      if (window.size() < kHead) return;
    }
    const auto head =
        std::span<const uint8_t>(window).subspan(static_cast<size_t>(walked_ - window_at), kHead);
    const Known known = KnownOf(walked_chunks_, head);
    if (!cipher_.Open(NonceOf(head, kOfHead), known, head.subspan(kKnown), {})) return;
    const uint8_t kind = head[kDrawn];
    const uint64_t offset = LoadLe(head.subspan(kOffsetAt, 8));
    const uint64_t size = LoadLe(head.subspan(kSizeAt, 4));
    const uint64_t next = walked_ + DiskSizeOf(kind, size);
    const bool appends = offset >= walked_size_;
    const bool sound =
        size <= kMostChunk && offset <= kMostSize && (appends || offset + size <= walked_size_);
    if (next > disk || !sound) return;
    if (kind == kEnd) {
      walked_end_ = ended_ = true;
    } else {
      const Chunk chunk{.offset = offset,
                        .place = walked_,
                        .size = static_cast<uint32_t>(size),
                        .number = walked_chunks_};
      (appends ? base_ : patches_).push_back(chunk);
      if (appends) walked_size_ = offset + size;
      last_size = static_cast<size_t>(size);
    }
    ++walked_chunks_;
    walked_ = next;
    if (walked_end_) return;
  }
}

const std::vector<uint8_t>* SealedFile::OpenChunk(const Chunk& chunk, Opened& kept) {
  if (kept.number == chunk.number) return &kept.plain;
  kept.number = kNoChunk;
  sealed_.resize(static_cast<size_t>(DiskSizeOf(kData, chunk.size)));
  if (ReadDisk(fd_, chunk.place, sealed_) != sealed_.size()) return nullptr;
  const auto head = std::span<const uint8_t>(sealed_).first(kHead);
  kept.plain.resize(chunk.size);
  // The head that was read now, so that it is the one that was authenticated.
  if (!cipher_.Open(NonceOf(head, kOfBody), KnownOf(chunk.number, head),
                    std::span<const uint8_t>(sealed_).subspan(kHead), kept.plain)) {
    return nullptr;
  }
  kept.number = chunk.number;
  return &kept.plain;
}

std::vector<SealedFile::Chunk>::const_iterator SealedFile::FindBase(uint64_t at) const {
  return std::ranges::upper_bound(base_, at, {},
                                  [](const Chunk& chunk) { return chunk.offset + chunk.size; });
}

size_t SealedFile::ReadAt(uint64_t at, std::span<uint8_t> out) {
  if (at > kMostSize) return 0;
  if (at + out.size() > walked_size_) Walk();
  if (at >= walked_size_) return 0;
  out = out.first(static_cast<size_t>(std::min<uint64_t>(out.size(), walked_size_ - at)));
  size_t done = 0;
  for (auto chunk = FindBase(at); done < out.size() && chunk != base_.end();) {
    const uint64_t from = at + done;
    const auto rest = out.subspan(done);
    if (from < chunk->offset) {
      const auto hole = static_cast<size_t>(std::min<uint64_t>(rest.size(), chunk->offset - from));
      std::ranges::fill(rest.first(hole), uint8_t{0});
      done += hole;
      continue;
    }
    const auto* plain = OpenChunk(*chunk, last_base_);
    if (plain == nullptr) break;
    const auto some = std::span(*plain).subspan(static_cast<size_t>(from - chunk->offset));
    const size_t size = std::min(rest.size(), some.size());
    std::ranges::copy(some.first(size), rest.begin());
    done += size;
    ++chunk;
  }
  for (const Chunk& patch : patches_) {
    const uint64_t from = std::max(at, patch.offset);
    const uint64_t to = std::min(at + done, patch.offset + patch.size);
    if (from >= to) continue;
    const auto* plain = OpenChunk(patch, last_patch_);
    if (plain == nullptr) {
      done = static_cast<size_t>(from - at);
      continue;
    }
    std::copy_n(plain->begin() + static_cast<ptrdiff_t>(from - patch.offset), to - from,
                out.begin() + static_cast<ptrdiff_t>(from - at));
  }
  return done;
}

std::string SealedFile::ReadText() {
  Walk();
  std::string all;
  for (const Chunk& chunk : base_) {
    if (const auto* plain = OpenChunk(chunk, last_base_)) all.append(plain->begin(), plain->end());
  }
  return all;
}

void SealedFile::AppendChunk(std::vector<uint8_t>& out, uint8_t kind, uint64_t at,
                             std::span<const uint8_t> bytes) {
  const size_t begin = out.size();
  out.resize(begin + static_cast<size_t>(DiskSizeOf(kind, bytes.size())));
  const auto head = std::span(out).subspan(begin, kHead);
  PARLEY_CHECK(RAND_bytes(head.data(), static_cast<int>(kDrawn)) == 1);
  head[kDrawn] = kind;
  StoreLe(head.subspan(kOffsetAt, 8), at);
  StoreLe(head.subspan(kSizeAt, 4), bytes.size());
  const Known known = KnownOf(next_++, head);
  cipher_.Seal(NonceOf(head, kOfHead), known, {}, head.subspan(kKnown));
  if (kind == kData) {
    cipher_.Seal(NonceOf(head, kOfBody), known, bytes, std::span(out).subspan(begin + kHead));
  }
}

std::error_code SealedFile::WriteAt(uint64_t at, std::span<const uint8_t> bytes) {
  if (ended_) return std::make_error_code(std::errc::operation_not_permitted);
  if (at > kMostSize || bytes.size() > kMostSize - at || next_ > kMostChunks) {
    return std::make_error_code(std::errc::file_too_large);
  }
  const uint32_t first = next_;
  uint64_t size = size_;
  sealed_.clear();
  while (!bytes.empty()) {
    size_t some = std::min(bytes.size(), kMostChunk);
    // None stands on both sides of the end.
    if (at < size) some = static_cast<size_t>(std::min<uint64_t>(some, size - at));
    AppendChunk(sealed_, kData, at, bytes.first(some));
    bytes = bytes.subspan(some);
    at += some;
    size = std::max(size, at);
  }
  auto error = Put(sealed_, size);
  if (error) next_ = first;
  return error;
}

std::error_code SealedFile::End() {
  if (ended_) return {};
  sealed_.clear();
  AppendChunk(sealed_, kEnd, size_, {});
  auto error = Put(sealed_, size_);
  if (error) {
    --next_;
  } else {
    ended_ = true;
  }
  return error;
}

std::error_code SealedFile::Put(std::span<const uint8_t> bytes, uint64_t size) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put =
        pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(end_ + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      const std::error_code error =
          put < 0 ? LastError() : std::make_error_code(std::errc::io_error);
      // A piece that cannot be taken back is told from whole chunks by its tag.
      [[maybe_unused]] const int cut = ftruncate(fd_, static_cast<off_t>(end_));
      return error;
    }
    done += static_cast<size_t>(put);
  }
  end_ += bytes.size();
  size_ = size;
  return {};
}

std::error_code SealedFile::Truncate(uint64_t size) {
  if (size >= size_) return {};
  Walk();
  const auto first = FindBase(size);
  if (first == base_.end()) return {};
  if (first->offset < size) return std::make_error_code(std::errc::invalid_argument);
  return CutAt(first->place);
}

std::error_code SealedFile::CutAt(uint64_t place) {
  if (ftruncate(fd_, static_cast<off_t>(place)) != 0) return LastError();
  Forget();
  Walk();
  WriteOn();
  return {};
}

uint64_t SealedFile::size() {
  Walk();
  return std::max(size_, walked_size_);
}

uint64_t SealedFile::PlaceOf(uint64_t at) {
  const auto chunk = FindBase(at);
  return chunk == base_.end() ? walked_ : chunk->place;
}

SealedCheck SealedFile::Check() {
  Walk();
  std::vector<Chunk> all = base_;
  all.insert(all.end(), patches_.begin(), patches_.end());
  std::ranges::sort(all, {}, &Chunk::number);
  SealedCheck check;
  size_t bad = 0;  // in a row, last
  whole_end_ = kFileHead;
  for (const Chunk& chunk : all) {
    if (OpenChunk(chunk, last_base_) == nullptr) {
      ++bad;
      continue;
    }
    check.chunks_damaged += std::exchange(bad, 0);
    whole_end_ = chunk.place + DiskSizeOf(kData, chunk.size);
  }
  if (walked_end_) {
    check.chunks_damaged += bad;
    whole_end_ = walked_;
  }
  const uint64_t disk = DiskSize(fd_);
  check.tail = disk - std::min(disk, whole_end_);
  check.ended = walked_end_;
  return check;
}

std::error_code SealedFile::CutTail() { return CutAt(whole_end_); }

}  // namespace parley
