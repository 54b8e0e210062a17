#pragma once

// Whose packet is it: local ufrag to transport for connectivity checks, remote address to transport
// for everything else (RFC 7983 tells them apart by the first byte). One per worker; Transports
// enter and leave their own keys. A packet nobody knows costs one look-up and a counter. Fixed
// capacity, no allocation after the constructor. One thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sfu/base/socket_address.h"

namespace parley {

// The worker's own number of a transport: its place in the worker's table.
using TransportSlot = uint32_t;

class Demux {
 public:
  static constexpr size_t kMaxUfrag = 32;  // bytes; ours are shorter

  struct Counters {
    uint64_t unknown_ufrag = 0;
    uint64_t unknown_address = 0;
    uint64_t address_conflicts = 0;  // a valid check from an address that is another transport's
    uint64_t full = 0;
  };

  // Room for `transports`, each with two ufrags and four addresses on average. `seed` keeps others
  // from choosing addresses that collide: random, but in tests.
  Demux(size_t transports, uint64_t seed);

  // The transport that a USERNAME "local:remote" (RFC 8445 section 7.2.2) is for.
  std::optional<TransportSlot> FindByUsername(std::string_view username);
  std::optional<TransportSlot> FindByAddress(const SocketAddress& address);

  // False when the table is full or the key is taken by another transport.
  bool AddUfrag(std::string_view ufrag, TransportSlot slot);
  // Nothing happens when the key is not this transport's.
  void RemoveUfrag(std::string_view ufrag, TransportSlot slot);
  // Whether AddAddress would succeed; counted when not.
  bool CanAdd(const SocketAddress& address, TransportSlot slot);
  bool AddAddress(const SocketAddress& address, TransportSlot slot);
  void RemoveAddress(const SocketAddress& address, TransportSlot slot);

  size_t address_count() const { return address_count_; }
  size_t ufrag_count() const { return ufrag_count_; }
  const Counters& counters() const { return counters_; }

 private:
  static constexpr TransportSlot kEmpty = UINT32_MAX;
  struct UfragEntry {
    std::string_view key() const { return {ufrag, size}; }
    char ufrag[kMaxUfrag];
    uint8_t size = 0;
    TransportSlot slot = kEmpty;
  };
  struct AddressEntry {
    const SocketAddress& key() const { return address; }
    SocketAddress address;
    TransportSlot slot = kEmpty;
  };

  size_t HomeOf(std::string_view ufrag) const;
  size_t HomeOf(const SocketAddress& address) const;
  size_t Locate(std::string_view ufrag) const;
  size_t Locate(const SocketAddress& address) const;
  template <class Entry>
  void Erase(std::vector<Entry>& table, size_t hole);

  std::vector<UfragEntry> ufrags_;       // open addressing, linear probing, at most half full
  std::vector<AddressEntry> addresses_;  // likewise
  size_t ufrag_count_ = 0;
  size_t address_count_ = 0;
  uint64_t seed_;
  Counters counters_;
};

}  // namespace parley
