#include "recorder/mux/ebml.h"

#include "sfu/base/check.h"

namespace parley::ebml {
namespace {

size_t BytesOf(uint64_t value) { return (static_cast<size_t>(std::bit_width(value | 1)) + 7) / 8; }

// Of a number whose first byte says by its leading zeros how long it is (RFC 8794 section 4.1).
size_t LengthBy(uint8_t first) { return static_cast<size_t>(std::countl_zero(first)) + 1; }

}  // namespace

void AppendBigEndian(Bytes& out, uint64_t value, size_t bytes) {
  for (size_t i = bytes; i > 0; --i) out.push_back(static_cast<uint8_t>(value >> 8 * (i - 1)));
}

void AppendId(Bytes& out, Id id) {
  const auto value = static_cast<uint32_t>(id);
  AppendBigEndian(out, value, BytesOf(value));
}

void AppendSize(Bytes& out, uint64_t size) {
  size_t bytes = 1;
  // All ones is the unknown size.
  while (bytes < 8 && size >= (uint64_t{1} << 7 * bytes) - 1) ++bytes;
  AppendBigEndian(out, size | uint64_t{1} << 7 * bytes, bytes);
}

void AppendUnsigned(Bytes& out, Id id, uint64_t value) {
  AppendId(out, id);
  AppendSize(out, BytesOf(value));
  AppendBigEndian(out, value, BytesOf(value));
}

void AppendFloat(Bytes& out, Id id, double value) {
  AppendId(out, id);
  AppendSize(out, 8);
  AppendBigEndian(out, std::bit_cast<uint64_t>(value), 8);
}

void AppendText(Bytes& out, Id id, std::string_view text) {
  AppendBinary(out, id, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void AppendBinary(Bytes& out, Id id, std::span<const uint8_t> data) {
  AppendId(out, id);
  AppendSize(out, data.size());
  out.insert(out.end(), data.begin(), data.end());
}

void AppendMaster(Bytes& out, Id id, std::span<const uint8_t> children) {
  AppendBinary(out, id, children);
}

void AppendVoid(Bytes& out, size_t whole) {
  PARLEY_CHECK(whole >= 2 && whole <= 100);
  AppendId(out, Id::kVoid);
  AppendSize(out, whole - 2);
  out.resize(out.size() + whole - 2);
}

Head ReadHead(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return {};
  const size_t id_length = LengthBy(bytes[0]);
  if (id_length > 4 || bytes.size() <= id_length) return {};
  const size_t size_length = LengthBy(bytes[id_length]);
  if (size_length > 8 || bytes.size() < id_length + size_length) return {};
  Head head;
  head.id = static_cast<uint32_t>(ReadUnsigned(bytes.first(id_length)));
  const uint64_t all = (uint64_t{1} << 7 * size_length) - 1;
  head.size = ReadUnsigned(bytes.subspan(id_length, size_length)) & all;
  if (head.size == all) head.size = Head::kUnknown;
  head.length = id_length + size_length;
  return head;
}

uint64_t ReadUnsigned(std::span<const uint8_t> data) {
  uint64_t value = 0;
  for (const uint8_t byte : data) value = value << 8 | byte;
  return value;
}

}  // namespace parley::ebml
