// What is sealed is read as it was written, whatever way it was written in; and nothing else is: no
// byte may be flipped, no piece cut, moved, repeated or taken from elsewhere.

#include "recorder/storage/sealed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/recorder/storage/stored_file_fixture.h"

namespace parley::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kName = "1-1-1.webm";
// On the disk; see FORMAT.md.
constexpr size_t kFileHead = 24;
constexpr size_t kChunkHead = 40;
constexpr size_t kTag = 16;

class SealedFileTest : public StoredFileFixture {
 protected:
  void SetUp() override {
    StoredFileFixture::SetUp();
    Seal();
  }
  // Pieces of those sizes, one after the other; what they are together.
  Bytes Write(const std::string& name, const std::vector<size_t>& sizes, bool end = true) {
    auto file = StoredFile::Create(Path(name));
    EXPECT_TRUE(file);
    Bytes all;
    for (const size_t size : sizes) {
      const Bytes piece = RandomBytes(size, static_cast<uint32_t>(all.size() + size));
      EXPECT_FALSE(file->WriteAt(all.size(), piece));
      all.insert(all.end(), piece.begin(), piece.end());
    }
    if (end) {
      EXPECT_FALSE(file->End());
    }
    return all;
  }
  Bytes Read(const std::string& name) {
    auto file = StoredFile::Open(Path(name));
    return file ? ReadWhole(*file) : Bytes();
  }
  SealedCheck Check(const std::string& name) {
    auto file = StoredFile::Open(Path(name));
    return file ? file->sealed()->Check() : SealedCheck();
  }
  // Nothing is wrong with it, and nothing missing.
  bool IsWhole(const std::string& name) {
    const SealedCheck check = Check(name);
    return check.chunks_damaged == 0 && check.tail == 0 && check.ended;
  }
};

bool IsPrefix(const Bytes& prefix, const Bytes& of) {
  return prefix.size() <= of.size() &&
         std::ranges::equal(prefix, std::span(of).first(prefix.size()));
}

TEST_F(SealedFileTest, IsReadAsItWasWrittenFromAnywhere) {
  const Bytes all = Write(kName, {100, 1, 300'000, 17, 4096, 700'000});
  EXPECT_EQ(Read(kName), all);
  EXPECT_TRUE(IsWhole(kName));
  auto file = StoredFile::Open(Path(kName));
  ASSERT_TRUE(file);
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const size_t at = random() % (all.size() + 10);
    Bytes part(random() % 5000);
    const size_t wanted = at < all.size() ? std::min(part.size(), all.size() - at) : 0;
    ASSERT_EQ(file->ReadAt(at, part), wanted) << at;
    EXPECT_TRUE(std::equal(part.begin(), part.begin() + static_cast<ptrdiff_t>(wanted),
                           all.begin() + static_cast<ptrdiff_t>(std::min(at, all.size()))));
  }
}

TEST_F(SealedFileTest, NothingOfItStandsOnTheDiskInPlain) {
  auto file = StoredFile::Create(Path(kName));
  const std::string secret = "what nobody else shall read";
  const std::span bytes(reinterpret_cast<const uint8_t*>(secret.data()), secret.size());
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(file->WriteAt(secret.size() * i, bytes));
  const std::string disk = OnDisk(kName);
  EXPECT_THAT(disk, StartsWith("PARLEYS1"));
  EXPECT_EQ(disk.find("nobody"), std::string::npos);
  // The same, twice, looks different.
  const size_t chunk = kChunkHead + secret.size() + kTag;
  EXPECT_NE(disk.substr(kFileHead, chunk), disk.substr(kFileHead + chunk, chunk));
}

TEST_F(SealedFileTest, AnEmptyOneIsEmptyAndWholeWhenItIsEnded) {
  Write(kName, {});
  EXPECT_THAT(Read(kName), IsEmpty());
  EXPECT_TRUE(IsWhole(kName));
  Write("2-1-1.webm", {}, false);
  EXPECT_FALSE(IsWhole("2-1-1.webm"));
  PutOnDisk("3-1-1.webm", "");
  EXPECT_EQ(StoredFile::Open(Path("3-1-1.webm")).error(), std::errc::bad_message);
}

TEST_F(SealedFileTest, ChangesInTheMiddleAndHolesAreAsInAPlainFile) {
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    const std::string name = std::to_string(round) + "-1-1.webm";
    auto file = StoredFile::Create(Path(name));
    Bytes plain;
    for (int i = 0; i < 30; ++i) {
      const size_t at = random() % (plain.size() + 2000);
      const Bytes piece = RandomBytes(1 + random() % 3000, random());
      ASSERT_FALSE(file->WriteAt(at, piece));
      plain.resize(std::max(plain.size(), at + piece.size()));
      std::ranges::copy(piece, plain.begin() + static_cast<ptrdiff_t>(at));
      if (i % 7 == 0) {
        EXPECT_EQ(ReadWhole(*file), plain) << "by its writer";
      }
    }
    ASSERT_FALSE(file->End());
    EXPECT_EQ(ReadWhole(*file), plain) << "by its writer, at the end";
    EXPECT_EQ(Read(name), plain) << round;
    EXPECT_TRUE(IsWhole(name));
  }
}

TEST_F(SealedFileTest, GrowsBeforeTheEyesOfItsReader) {
  auto writer = StoredFile::Create(Path(kName));
  auto reader = StoredFile::Open(Path(kName));
  ASSERT_TRUE(reader);
  Bytes all;
  for (uint32_t i = 0; i < 50; ++i) {
    const Bytes piece = RandomBytes(50 + i * 100, i);
    ASSERT_FALSE(writer->WriteAt(all.size(), piece));
    all.insert(all.end(), piece.begin(), piece.end());
    ASSERT_EQ(reader->size(), all.size());
    Bytes last(piece.size());
    ASSERT_EQ(reader->ReadAt(all.size() - piece.size(), last), last.size());
    EXPECT_EQ(last, piece);
  }
  EXPECT_EQ(ReadWhole(*reader), all);
}

TEST_F(SealedFileTest, EveryCutLeavesWhatWasWholeBeforeItAndIsSeen) {
  const std::vector<size_t> sizes = {100, 1, 257, 90};
  const Bytes all = Write(kName, sizes);
  const std::string disk = OnDisk(kName);
  for (size_t cut = 0; cut < disk.size(); ++cut) {
    PutOnDisk(kName, disk.substr(0, cut));
    size_t whole = 0;
    size_t place = kFileHead;
    for (const size_t size : sizes) {
      place += kChunkHead + size + kTag;
      if (place <= cut) whole += size;
    }
    const Bytes read = Read(kName);
    EXPECT_EQ(read.size(), whole) << cut;
    EXPECT_TRUE(IsPrefix(read, all)) << cut;
    EXPECT_FALSE(IsWhole(kName)) << cut;
  }
}

TEST_F(SealedFileTest, IsWrittenOnBehindACutAndWholeAgain) {
  const Bytes all = Write(kName, {100, 200, 300});
  const std::string disk = OnDisk(kName);
  PutOnDisk(kName, disk.substr(0, disk.size() - kChunkHead - 7));
  {
    auto file = StoredFile::Open(Path(kName), StoredFile::Access::kWrite);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->sealed()->Check().tail, kChunkHead + 300 + kTag - 7);
    ASSERT_FALSE(file->sealed()->CutTail());
    EXPECT_EQ(file->size(), 300u);
    ASSERT_FALSE(file->WriteAt(300, RandomBytes(50, 3)));
    ASSERT_FALSE(file->End());
    EXPECT_EQ(file->WriteAt(350, RandomBytes(1, 1)), std::errc::operation_not_permitted);
  }
  EXPECT_EQ(Read(kName).size(), 350u);
  EXPECT_TRUE(IsWhole(kName));
}

TEST_F(SealedFileTest, NoFlippedByteIsRead) {
  const Bytes all = Write(kName, {60, 5, 80});
  const std::string disk = OnDisk(kName);
  for (size_t at = 0; at < disk.size(); ++at) {
    std::string flipped = disk;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x40);
    PutOnDisk(kName, flipped);
    EXPECT_TRUE(IsPrefix(Read(kName), all)) << at;
    EXPECT_FALSE(IsWhole(kName)) << at;
  }
}

TEST_F(SealedFileTest, NoPieceIsMovedRepeatedOrLeftOut) {
  const Bytes all = Write(kName, {64, 64, 64, 64});
  const std::string disk = OnDisk(kName);
  const size_t chunk = kChunkHead + 64 + kTag;
  const auto piece = [&](size_t i) { return disk.substr(kFileHead + i * chunk, chunk); };
  const std::string head = disk.substr(0, kFileHead);
  const std::string end = disk.substr(kFileHead + 4 * chunk);
  for (const std::string& changed :
       {head + piece(1) + piece(0) + piece(2) + piece(3) + end,
        head + piece(0) + piece(2) + piece(3) + end,
        head + piece(0) + piece(0) + piece(1) + piece(2) + piece(3) + end,
        head + piece(0) + piece(1) + piece(2) + end, disk + piece(3), disk + "x"}) {
    PutOnDisk(kName, changed);
    EXPECT_TRUE(IsPrefix(Read(kName), all));
    EXPECT_FALSE(IsWhole(kName));
  }
}

TEST_F(SealedFileTest, NothingOfAnotherFileIsReadInItsPlace) {
  const Bytes all = Write(kName, {64, 64});
  Write("2-1-1.webm", {64, 64});
  const std::string one = OnDisk(kName);
  const std::string two = OnDisk("2-1-1.webm");
  PutOnDisk(kName, two);
  EXPECT_THAT(Read(kName), IsEmpty()) << "the whole file";
  EXPECT_FALSE(IsWhole(kName));
  const size_t first = kFileHead + kChunkHead + 64 + kTag;
  PutOnDisk(kName, one.substr(0, first) + two.substr(first));
  EXPECT_EQ(Read(kName).size(), 64u) << "a piece of it";
  PutOnDisk(kName, "plain, as anybody could put it there");
  EXPECT_EQ(StoredFile::Open(Path(kName)).error(), std::errc::bad_message);
}

TEST_F(SealedFileTest, DamageInTheMiddleIsToldFromATailThatACrashLeft) {
  Write(kName, {64, 64, 64});
  std::string disk = OnDisk(kName);
  disk[kFileHead + kChunkHead + 5] ^= 1;
  PutOnDisk(kName, disk);
  EXPECT_EQ(Check(kName).chunks_damaged, 1u);
  EXPECT_EQ(Check(kName).tail, 0u);
  Bytes part(64);
  auto file = StoredFile::Open(Path(kName));
  EXPECT_EQ(file->ReadAt(0, part), 0u);
  EXPECT_EQ(file->ReadAt(64, part), 64u) << "what stands behind it";
  EXPECT_EQ(file->ReadText().size(), 128u);
}

TEST_F(SealedFileTest, IsCutWhereAWriteBegan) {
  auto file = StoredFile::Create(Path(kName));
  const Bytes one = RandomBytes(100, 1);
  const Bytes two = RandomBytes(300'000, 2);
  ASSERT_FALSE(file->WriteAt(0, one));
  ASSERT_FALSE(file->WriteAt(100, two));
  ASSERT_FALSE(file->WriteAt(10, RandomBytes(5, 3)));
  EXPECT_EQ(file->Truncate(150), std::errc::invalid_argument);
  ASSERT_FALSE(file->Truncate(300'100));
  EXPECT_EQ(file->size(), 300'100u);
  ASSERT_FALSE(file->Truncate(100));
  EXPECT_EQ(ReadWhole(*file), one) << "what was changed later is gone, too";
  ASSERT_FALSE(file->WriteAt(100, one));
  ASSERT_FALSE(file->End());
  EXPECT_EQ(Read(kName).size(), 200u);
  EXPECT_TRUE(IsWhole(kName));
}

TEST_F(SealedFileTest, FarOffsetsAreHolesAndTheFarthestRefused) {
  auto file = StoredFile::Create(Path(kName));
  const Bytes piece = RandomBytes(10, 1);
  const uint64_t far = SealedFile::kMostSize - 10;
  ASSERT_FALSE(file->WriteAt(far, piece));
  EXPECT_EQ(file->WriteAt(SealedFile::kMostSize - 5, piece), std::errc::file_too_large);
  EXPECT_EQ(file->WriteAt(UINT64_MAX - 3, piece), std::errc::file_too_large);
  ASSERT_FALSE(file->End());
  auto reader = StoredFile::Open(Path(kName));
  EXPECT_EQ(reader->size(), SealedFile::kMostSize);
  Bytes read(20);
  ASSERT_EQ(reader->ReadAt(far - 10, read), 20u);
  EXPECT_EQ(Bytes(read.begin(), read.begin() + 10), Bytes(10));
  EXPECT_EQ(Bytes(read.begin() + 10, read.end()), piece);
  EXPECT_EQ(reader->ReadAt(UINT64_MAX - 5, read), 0u);
  EXPECT_EQ(reader->ReadAt(SealedFile::kMostSize, read), 0u);
}

TEST_F(SealedFileTest, IsNotReadWithAnotherRecordingsKey) {
  const Bytes all = Write(kName, {100});
  const std::string key = OnDisk(kRecordingKeyFile);
  ASSERT_FALSE(RecordingKey::Make(directory_));
  EXPECT_THAT(Read(kName), IsEmpty());
  PutOnDisk(kRecordingKeyFile, key);
  EXPECT_EQ(Read(kName), all);
}

TEST_F(SealedFileTest, IsMadeOnlyOnceAndUnderTheNameItWillHave) {
  Write(kName, {1});
  EXPECT_EQ(StoredFile::Create(Path(kName)).error(), std::errc::file_exists);
  auto file = StoredFile::Create(Path("720p.mp4.part"), "720p.mp4");
  ASSERT_TRUE(file);
  const Bytes piece = RandomBytes(10, 1);
  ASSERT_FALSE(file->WriteAt(0, piece));
  ASSERT_FALSE(file->End());
  fs::rename(Path("720p.mp4.part"), Path("720p.mp4"));
  EXPECT_EQ(Read("720p.mp4"), piece);
}

}  // namespace
}  // namespace parley::testing
