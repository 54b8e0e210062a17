#include "mixer/sip/server_locator.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

constexpr std::array<std::pair<std::string_view, TransportKind>, 3> kNaptrServices = {
    {{"sip+d2u", TransportKind::kUdp},
     {"sip+d2t", TransportKind::kTcp},
     {"sips+d2t", TransportKind::kTls}}};

std::string ServiceName(TransportKind transport, const std::string& domain) {
  switch (transport) {
    case TransportKind::kTcp:
      return "_sip._tcp." + domain;
    case TransportKind::kTls:
      return "_sips._tcp." + domain;
    case TransportKind::kUdp:
      break;
  }
  return "_sip._udp." + domain;
}

template <class Data>
std::vector<Data> All(const std::vector<DnsRecord>& records) {
  std::vector<Data> found;
  for (const DnsRecord& record : records) {
    if (const auto* data = std::get_if<Data>(&record.data)) found.push_back(*data);
  }
  return found;
}

// RFC 2782: by priority, and by lot among equals, a heavier one more often first.
void Order(std::vector<DnsSrv>& records, RandomSource& random) {
  std::ranges::sort(records, {},
                    [](const DnsSrv& r) { return std::pair(r.priority, r.weight != 0); });
  for (size_t first = 0; first < records.size(); ++first) {
    uint32_t sum = 0;
    size_t end = first;
    while (end < records.size() && records[end].priority == records[first].priority) {
      sum += records[end++].weight;
    }
    uint32_t lot = random.Below(sum + 1);
    size_t chosen = first;
    while (lot > records[chosen].weight) lot -= records[chosen++].weight;
    std::rotate(records.begin() + static_cast<ptrdiff_t>(first),
                records.begin() + static_cast<ptrdiff_t>(chosen),
                records.begin() + static_cast<ptrdiff_t>(chosen) + 1);
  }
}

}  // namespace

ServerLocator::ServerLocator(ServerWish wish, RandomSource& random)
    : wish_(std::move(wish)), random_(random) {
  const auto host = NormalizeDnsName(wish_.host);
  if (!host) return;
  const TransportKind transport = wish_.transport.value_or(TransportKind::kUdp);
  if (wish_.port) {
    hosts_.push_back({*host, *wish_.port, transport});
  } else if (wish_.transport) {
    services_.push_back({ServiceName(transport, *host), transport});
  } else {
    question_ = DnsQuestion{*host, DnsType::kNaptr};
    return;
  }
  Next();
}

void ServerLocator::HandleAnswer(const std::vector<DnsRecord>& records) {
  if (!question_) return;
  const DnsType type = std::exchange(question_, std::nullopt)->type;
  if (type == DnsType::kNaptr) {
    TakeNaptr(records);
  } else if (type == DnsType::kSrv) {
    TakeSrv(records);
  } else if (type == DnsType::kA) {
    TakeAddresses(records);
    question_ = DnsQuestion{hosts_.front().name, DnsType::kAaaa};
    return;
  } else {
    TakeAddresses(records);
    hosts_.pop_front();
  }
  Next();
}

void ServerLocator::TakeNaptr(const std::vector<DnsRecord>& records) {
  std::vector<DnsNaptr> naptrs = All<DnsNaptr>(records);
  std::ranges::sort(naptrs, {}, [](const DnsNaptr& r) { return std::pair(r.order, r.preference); });
  for (const DnsNaptr& naptr : naptrs) {
    if (AsciiLower(naptr.flags) != "s" || naptr.replacement.empty()) continue;
    for (const auto& [name, transport] : kNaptrServices) {
      if (AsciiLower(naptr.service) == name && services_.size() < kMostServers) {
        services_.push_back({naptr.replacement, transport});
      }
    }
  }
  if (!services_.empty()) return;
  const std::string host = *NormalizeDnsName(wish_.host);
  for (const auto& [name, transport] : kNaptrServices) {
    services_.push_back({ServiceName(transport, host), transport});
  }
}

void ServerLocator::TakeSrv(const std::vector<DnsRecord>& records) {
  const TransportKind transport = services_.front().transport;
  services_.pop_front();
  std::vector<DnsSrv> srvs = All<DnsSrv>(records);
  Order(srvs, random_);
  for (const DnsSrv& srv : srvs) {
    // RFC 2782: a lone dot denies the service.
    if (srv.target.empty()) no_host_itself_ = true;
    if (srv.target.empty() || srv.port == 0 || hosts_.size() == kMostServers) continue;
    hosts_.push_back({srv.target, srv.port, transport});
  }
}

// An alias has been followed by whoever answered.
void ServerLocator::TakeAddresses(const std::vector<DnsRecord>& records) {
  for (const SocketAddress& address : All<SocketAddress>(records)) AddServer(address);
}

void ServerLocator::AddServer(const SocketAddress& address) {
  const Host& host = hosts_.front();
  Flow flow;
  flow.transport = host.transport;
  flow.remote = WithPort(address, host.port);
  if (host.transport == TransportKind::kTls) flow.tls_name = wish_.host;
  const bool known = std::ranges::find(servers_, flow) != servers_.end();
  if (!known && servers_.size() < kMostServers) servers_.push_back(std::move(flow));
}

void ServerLocator::Next() {
  if (!services_.empty()) {
    question_ = DnsQuestion{services_.front().name, DnsType::kSrv};
    return;
  }
  // RFC 3263 section 4.2: without SRV records the domain itself is the server.
  if (hosts_.empty() && servers_.empty() && !std::exchange(no_host_itself_, true)) {
    const TransportKind transport = wish_.transport.value_or(TransportKind::kUdp);
    hosts_.push_back({*NormalizeDnsName(wish_.host), DefaultPort(transport), transport});
  }
  if (!hosts_.empty()) question_ = DnsQuestion{hosts_.front().name, DnsType::kA};
}

}  // namespace parley::sip
