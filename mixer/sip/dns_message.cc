#include "mixer/sip/dns_message.h"

#include <algorithm>
#include <array>

#include "sfu/base/bytes.h"
#include "sfu/base/check.h"

namespace parley::sip {
namespace {

constexpr size_t kLongestName = 253;
constexpr size_t kLongestLabel = 63;
constexpr uint16_t kInternet = 1;
constexpr uint16_t kEdns = 41;  // OPT
constexpr uint16_t kMostToSend = 1232;
constexpr uint16_t kRecursion = 0x0100;
constexpr uint16_t kResponse = 0x8000;
constexpr uint16_t kTruncated = 0x0200;
constexpr uint8_t kPointer = 0xC0;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// RFC 1035 section 4.1.4. A pointer leads backwards only, so that every name has an end.
std::optional<std::string> ReadName(std::span<const uint8_t> message, size_t& at) {
  std::string name;
  size_t pos = at;
  size_t before = at;  // where the next pointer may not lead beyond
  bool jumped = false;
  while (true) {
    if (pos >= message.size()) return std::nullopt;
    const uint8_t length = message[pos];
    if ((length & kPointer) == kPointer) {
      if (pos + 2 > message.size()) return std::nullopt;
      const size_t to = static_cast<size_t>(length & 0x3F) << 8 | message[pos + 1];
      if (to >= before) return std::nullopt;
      if (!jumped) at = pos + 2;
      jumped = true;
      before = pos = to;
      continue;
    }
    if (length > kLongestLabel || pos + 1 + length > message.size()) return std::nullopt;
    ++pos;
    if (length == 0) break;
    if (!name.empty()) name += '.';
    for (const uint8_t byte : message.subspan(pos, length)) {
      // A dot in a label would be another name in text.
      if (byte <= ' ' || byte >= 0x7F || byte == '.') return std::nullopt;
      name += Lower(static_cast<char>(byte));
    }
    if (name.size() > kLongestName) return std::nullopt;
    pos += length;
  }
  if (!jumped) at = pos;
  return name;
}

std::optional<std::string> ReadText(ByteReader& in) {
  const auto bytes = in.Bytes(in.U8());
  if (!in.ok()) return std::nullopt;
  return std::string(bytes.begin(), bytes.end());
}

// `data` begins at `at` of `message`, which its names may point into.
std::optional<DnsSrv> ReadSrv(std::span<const uint8_t> message, size_t at,
                              std::span<const uint8_t> data) {
  ByteReader in(data);
  DnsSrv srv{.priority = in.U16(), .weight = in.U16(), .port = in.U16(), .target = {}};
  if (!in.ok()) return std::nullopt;
  size_t name_at = at + in.position();
  auto target = ReadName(message, name_at);
  if (!target || name_at != at + data.size()) return std::nullopt;
  srv.target = *std::move(target);
  return srv;
}

// Nothing also for one with a regular expression.
std::optional<DnsNaptr> ReadNaptr(std::span<const uint8_t> message, size_t at,
                                  std::span<const uint8_t> data) {
  ByteReader in(data);
  DnsNaptr naptr;
  naptr.order = in.U16();
  naptr.preference = in.U16();
  auto flags = ReadText(in);
  auto service = ReadText(in);
  const auto expression = ReadText(in);
  if (!flags || !service || !expression || !expression->empty()) return std::nullopt;
  size_t name_at = at + in.position();
  auto replacement = ReadName(message, name_at);
  if (!replacement || name_at != at + data.size()) return std::nullopt;
  naptr.flags = *std::move(flags);
  naptr.service = *std::move(service);
  naptr.replacement = *std::move(replacement);
  return naptr;
}

using Data = decltype(DnsRecord::data);

std::optional<Data> ReadData(DnsType type, std::span<const uint8_t> message, size_t at,
                             std::span<const uint8_t> data) {
  switch (type) {
    case DnsType::kA:
      if (data.size() != 4) return std::nullopt;
      return SocketAddress::V4({data[0], data[1], data[2], data[3]}, 0);
    case DnsType::kAaaa: {
      if (data.size() != 16) return std::nullopt;
      std::array<uint8_t, 16> ip;
      std::ranges::copy(data, ip.begin());
      return SocketAddress::V6(ip, 0);
    }
    case DnsType::kCname: {
      size_t name_at = at;
      auto name = ReadName(message, name_at);
      if (!name || name_at != at + data.size()) return std::nullopt;
      return DnsAlias{*std::move(name)};
    }
    case DnsType::kSrv:
      return ReadSrv(message, at, data);
    case DnsType::kNaptr:
      return ReadNaptr(message, at, data);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> NormalizeDnsName(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  std::string normal;
  size_t label = 0;
  for (const char c : name) {
    if (c <= ' ' || c >= 0x7F) return std::nullopt;
    const bool dot = c == '.';
    if (dot && label == 0) return std::nullopt;
    label = dot ? 0 : label + 1;
    if (label > kLongestLabel) return std::nullopt;
    normal += Lower(c);
  }
  if (label == 0) return std::nullopt;
  return normal;
}

std::vector<uint8_t> WriteDnsQuery(uint16_t id, const DnsQuestion& question) {
  std::vector<uint8_t> bytes(kLongestName + 64);
  ByteWriter out(bytes);
  out.U16(id);
  out.U16(kRecursion);
  out.U16(1);  // question
  out.U16(0);
  out.U16(0);
  out.U16(1);  // additional record
  std::string_view rest = question.name;
  while (!rest.empty()) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    out.U8(static_cast<uint8_t>(label.size()));
    out.Bytes({reinterpret_cast<const uint8_t*>(label.data()), label.size()});
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
  }
  out.U8(0);
  out.U16(static_cast<uint16_t>(question.type));
  out.U16(kInternet);
  out.U8(0);  // the root's
  out.U16(kEdns);
  out.U16(kMostToSend);
  out.U32(0);
  out.U16(0);
  PARLEY_CHECK(out.ok());
  bytes.resize(out.size());
  return bytes;
}

std::optional<DnsAnswer> DnsAnswer::Parse(std::span<const uint8_t> message) {
  constexpr size_t kHeader = 12;
  if (message.size() < kHeader || message.size() > kMostBytes) return std::nullopt;
  ByteReader in(message);
  DnsAnswer answer;
  answer.id = in.U16();
  const uint16_t flags = in.U16();
  const uint16_t questions = in.U16();
  const uint16_t count = in.U16();
  if (!(flags & kResponse) || questions != 1) return std::nullopt;
  answer.truncated = (flags & kTruncated) != 0;
  answer.code = flags & 0xF;
  size_t at = kHeader;
  auto name = ReadName(message, at);
  if (!name || at + 4 > message.size()) return std::nullopt;
  answer.question = {*std::move(name), static_cast<DnsType>(LoadBe16(message.data() + at))};
  if (LoadBe16(message.data() + at + 2) != kInternet) return std::nullopt;
  at += 4;
  for (size_t i = 0; i < count; ++i) {
    // What was cut off ends where it ends.
    auto owner = ReadName(message, at);
    ByteReader fields(message.subspan(std::min(at, message.size())));
    const auto type = static_cast<DnsType>(fields.U16());
    const uint16_t of = fields.U16();
    fields.Skip(4);  // how long it holds; we ask again in our own time
    const auto data = fields.Bytes(fields.U16());
    if (!owner || !fields.ok()) {
      if (answer.truncated) break;
      return std::nullopt;
    }
    const size_t data_at = at + fields.position() - data.size();
    at += fields.position();
    if (of != kInternet || answer.records.size() == kMostRecords) continue;
    if (auto parsed = ReadData(type, message, data_at, data)) {
      answer.records.push_back({*std::move(owner), *std::move(parsed)});
    }
  }
  return answer;
}

}  // namespace parley::sip
