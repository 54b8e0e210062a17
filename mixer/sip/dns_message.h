#pragma once

// Questions to a DNS server and its answers (RFC 1035), as far as finding SIP servers needs them
// (RFC 3263): addresses, SRV (RFC 2782), NAPTR (RFC 3403). Pure functions, any thread. Bounded: 4
// KiB a message, 64 records.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sfu/base/socket_address.h"

namespace parley::sip {

enum class DnsType : uint16_t { kA = 1, kCname = 5, kAaaa = 28, kSrv = 33, kNaptr = 35 };

struct DnsQuestion {
  std::string name;  // lower case, without the last dot
  DnsType type = DnsType::kA;
  bool operator==(const DnsQuestion&) const = default;
};

struct DnsAlias {
  std::string name;
};
struct DnsSrv {
  uint16_t priority = 0;
  uint16_t weight = 0;
  uint16_t port = 0;
  std::string target;  // empty: there is no such service
};
// Of those with a replacement; regular expressions are not for finding servers (RFC 3263 section
// 4).
struct DnsNaptr {
  uint16_t order = 0;
  uint16_t preference = 0;
  std::string flags;
  std::string service;
  std::string replacement;
};
struct DnsRecord {
  std::string name;
  // An address has port 0.
  std::variant<SocketAddress, DnsAlias, DnsSrv, DnsNaptr> data;
};

struct DnsAnswer {
  uint16_t id = 0;
  DnsQuestion question;
  uint8_t code = 0;        // 0: no error, 3: no such name
  bool truncated = false;  // not all of it came in the datagram
  // Of the answer itself, perhaps behind an alias; what servers add unasked is left out.
  std::vector<DnsRecord> records;

  static constexpr size_t kMostBytes = 4096;
  static constexpr size_t kMostRecords = 64;

  // Records of other types and classes are left out. Nothing when it is malformed, no answer, or
  // answers other than one question.
  static std::optional<DnsAnswer> Parse(std::span<const uint8_t> message);
};

// Lower case and without the last dot; nothing when it is no name (RFC 1035 section 2.3.4).
std::optional<std::string> NormalizeDnsName(std::string_view name);

// `question.name` is normalized. Asks for recursion, and for answers of up to 1,232 bytes (RFC
// 6891).
std::vector<uint8_t> WriteDnsQuery(uint16_t id, const DnsQuestion& question);

}  // namespace parley::sip
