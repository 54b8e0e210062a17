#pragma once

// What a DNS server would send: answers to one question, with names pointing back as real ones do.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mixer/sip/dns_message.h"

namespace parley::sip::test {

class DnsAnswerWriter {
 public:
  DnsAnswerWriter(uint16_t id, const DnsQuestion& question, uint8_t code = 0,
                  bool truncated = false)
      : bytes_{static_cast<uint8_t>(id >> 8),
               static_cast<uint8_t>(id),
               static_cast<uint8_t>(truncated ? 0x83 : 0x81),
               static_cast<uint8_t>(0x80 | code),
               0,
               1,
               0,
               0,
               0,
               0,
               0,
               0} {
    Name(question.name);
    U16(static_cast<uint16_t>(question.type));
    U16(1);
  }

  DnsAnswerWriter& Add(const DnsRecord& record) {
    // The owner is that of the question, most of the time.
    U16(0xC00C);
    U16(TypeOf(record));
    U16(1);
    U16(0);
    U16(300);
    const size_t length_at = bytes_.size();
    U16(0);
    std::visit([this](const auto& data) { Write(data); }, record.data);
    const size_t length = bytes_.size() - length_at - 2;
    bytes_[length_at] = static_cast<uint8_t>(length >> 8);
    bytes_[length_at + 1] = static_cast<uint8_t>(length);
    ++bytes_[7];
    return *this;
  }
  DnsAnswerWriter& Add(const std::vector<DnsRecord>& records) {
    for (const DnsRecord& record : records) Add(record);
    return *this;
  }

  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  static uint16_t TypeOf(const DnsRecord& record) {
    if (const auto* address = std::get_if<SocketAddress>(&record.data)) {
      return static_cast<uint16_t>(address->is_v4() ? DnsType::kA : DnsType::kAaaa);
    }
    if (std::holds_alternative<DnsAlias>(record.data))
      return static_cast<uint16_t>(DnsType::kCname);
    return static_cast<uint16_t>(std::holds_alternative<DnsSrv>(record.data) ? DnsType::kSrv
                                                                             : DnsType::kNaptr);
  }
  void U16(uint16_t v) {
    bytes_.push_back(static_cast<uint8_t>(v >> 8));
    bytes_.push_back(static_cast<uint8_t>(v));
  }
  void Text(std::string_view text) {
    bytes_.push_back(static_cast<uint8_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void Name(std::string_view name) {
    while (!name.empty()) {
      const auto label = name.substr(0, name.find('.'));
      Text(label);
      name.remove_prefix(std::min(label.size() + 1, name.size()));
    }
    bytes_.push_back(0);
  }
  void Write(const SocketAddress& address) {
    const size_t n = address.is_v4() ? 4 : 16;
    bytes_.insert(bytes_.end(), address.ip().begin(), address.ip().begin() + n);
  }
  void Write(const DnsAlias& alias) { Name(alias.name); }
  void Write(const DnsSrv& srv) {
    U16(srv.priority);
    U16(srv.weight);
    U16(srv.port);
    Name(srv.target);
  }
  void Write(const DnsNaptr& naptr) {
    U16(naptr.order);
    U16(naptr.preference);
    Text(naptr.flags);
    Text(naptr.service);
    Text("");
    Name(naptr.replacement);
  }

  std::vector<uint8_t> bytes_;
};

inline DnsRecord Address(std::string_view ip) { return {{}, *SocketAddress::Parse(ip, 0)}; }
inline DnsRecord Srv(uint16_t priority, uint16_t weight, uint16_t port, std::string target) {
  return {{}, DnsSrv{priority, weight, port, std::move(target)}};
}
inline DnsRecord Naptr(uint16_t order, uint16_t preference, std::string service,
                       std::string replacement) {
  return {{}, DnsNaptr{order, preference, "s", std::move(service), std::move(replacement)}};
}

}  // namespace parley::sip::test
