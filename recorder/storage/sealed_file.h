#pragma once

// A file that is encrypted as it is written and authenticated as it is read (FORMAT.md, "Sealed
// files"): a log of chunks, each one write to the file that is meant, at any place. What a crash
// leaves is whole chunks and perhaps a piece of one. Readers find their way by an index in memory
// (24 bytes a chunk) made of the chunks' heads, which are authenticated for themselves; writers
// that only append have none. Borrows a descriptor. One thread; blocks for as long as the disk
// does.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "recorder/storage/aes_gcm.h"
#include "recorder/storage/secret_key.h"

namespace parley {

// What is found when everything is read.
struct SealedCheck {
  size_t chunks_damaged = 0;  // with whole ones behind them
  uint64_t tail = 0;          // bytes on the disk behind the last whole chunk
  bool ended = false;         // the mark that nothing follows is there
};

class SealedFile {
 public:
  static constexpr size_t kMostChunk = 256 << 10;  // bytes of the file that is meant
  static constexpr uint64_t kMostSize = uint64_t{1} << 48;

  // `name`: the file's; under another it is nothing. The first writes the head of a new file.
  static std::expected<SealedFile, std::error_code> Create(int fd, const SecretKey& recording,
                                                           std::string_view name);
  static std::expected<SealedFile, std::error_code> Open(int fd, const SecretKey& recording,
                                                         std::string_view name);

  // Fewer bytes than asked for at the end, or where something is not what was written. What was
  // never written between is zero.
  size_t ReadAt(uint64_t at, std::span<uint8_t> out);
  // All that was appended, without what is damaged; changes in the middle are not looked at.
  std::string ReadText();
  // At once; when the disk refuses, nothing of it is there.
  std::error_code WriteAt(uint64_t at, std::span<const uint8_t> bytes);
  // Cuts at a place where a WriteAt() began; what was written after that goes, too.
  std::error_code Truncate(uint64_t size);
  // Marks that nothing follows; whoever finds no such mark knows that the file was cut.
  std::error_code End();

  // As far as it was read or written: whether nothing follows.
  bool ended() const { return ended_; }
  // Of the file that is meant, now.
  uint64_t size();
  // Where on the disk about that byte is.
  uint64_t PlaceOf(uint64_t at);

  SealedCheck Check();
  // Removes the tail that Check() found.
  std::error_code CutTail();

 private:
  static constexpr uint32_t kMostChunks = UINT32_MAX / 2;
  static constexpr uint32_t kNoChunk = UINT32_MAX;

  struct Chunk {
    uint64_t offset = 0;  // in the file that is meant
    uint64_t place = 0;   // of its head on the disk
    uint32_t size = 0;
    uint32_t number = 0;
  };
  struct Opened {
    uint32_t number = kNoChunk;
    std::vector<uint8_t> plain;
  };

  SealedFile(int fd, const SecretKey& file_key);
  // Reads on through the heads as far as chunks are whole.
  void Walk();
  void Forget();
  // What is written next stands behind what was read.
  void WriteOn();
  // What stands in the chunk; nothing when that is not what was written.
  const std::vector<uint8_t>* OpenChunk(const Chunk& chunk, Opened& kept);
  void AppendChunk(std::vector<uint8_t>& out, uint8_t kind, uint64_t at,
                   std::span<const uint8_t> bytes);
  std::error_code Put(std::span<const uint8_t> bytes, uint64_t size);
  std::error_code CutAt(uint64_t place);
  // The first that ends behind that byte.
  std::vector<Chunk>::const_iterator FindBase(uint64_t at) const;

  int fd_;
  AesGcm cipher_;
  // Of the chunks that were seen by Walk():
  std::vector<Chunk> base_;     // each behind what was there before, by offset
  std::vector<Chunk> patches_;  // the others, as they came; later ones stand above earlier ones
  uint64_t walked_;             // to there on the disk
  uint32_t walked_chunks_ = 0;
  uint64_t walked_size_ = 0;
  bool walked_end_ = false;  // the end is among them
  bool ended_ = false;
  // Where is written:
  uint64_t end_;
  uint32_t next_ = 0;
  uint64_t size_ = 0;
  Opened last_base_;
  Opened last_patch_;
  std::vector<uint8_t> sealed_;
  uint64_t whole_end_ = 0;  // what Check() found
};

}  // namespace parley
