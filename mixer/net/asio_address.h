#pragma once

// SocketAddress to and from Asio's endpoints, and the steady clock as a Timestamp. Any thread.

#include <boost/asio/ip/address.hpp>
#include <chrono>

#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"

namespace parley::sip {

inline boost::asio::ip::address ToAsio(const SocketAddress& address) {
  if (!address.is_v4()) return boost::asio::ip::address_v6(address.ip());
  const auto& ip = address.ip();
  return boost::asio::ip::address_v4({ip[0], ip[1], ip[2], ip[3]});
}

template <class Endpoint>
Endpoint ToAsioEndpoint(const SocketAddress& address) {
  return Endpoint(ToAsio(address), address.port());
}

template <class Endpoint>
SocketAddress FromAsio(const Endpoint& endpoint) {
  const boost::asio::ip::address ip = endpoint.address();
  if (!ip.is_v4()) return SocketAddress::V6(ip.to_v6().to_bytes(), endpoint.port());
  const auto bytes = ip.to_v4().to_bytes();
  return SocketAddress::V4({bytes[0], bytes[1], bytes[2], bytes[3]}, endpoint.port());
}

inline Timestamp SteadyNow() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

}  // namespace parley::sip
