#include "sfu/transport/demux.h"

#include <bit>
#include <cstring>
#include <utility>

#include "sfu/base/check.h"

namespace parley {
namespace {

uint64_t Mix(uint64_t h) {
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93u;
  return h ^ h >> 32;
}

}  // namespace

Demux::Demux(size_t transports, uint64_t seed)
    : ufrags_(std::bit_ceil(4 * transports)),
      addresses_(std::bit_ceil(8 * transports)),
      seed_(seed) {}

size_t Demux::HomeOf(std::string_view ufrag) const {
  uint64_t h = seed_;
  for (char c : ufrag) h = Mix(h ^ static_cast<uint8_t>(c));
  return h & (ufrags_.size() - 1);
}

size_t Demux::HomeOf(const SocketAddress& address) const {
  uint64_t hi, lo;
  std::memcpy(&hi, address.ip().data(), 8);
  std::memcpy(&lo, address.ip().data() + 8, 8);
  uint64_t h = Mix(seed_ ^ hi);
  h = Mix(h ^ lo);
  h = Mix(h ^ (uint64_t{address.local_index()} << 48 | uint64_t{address.port()} << 32 |
               address.tcp_connection()));
  return h & (addresses_.size() - 1);
}

// The entry with the key, or the empty one where it would go.
size_t Demux::Locate(std::string_view ufrag) const {
  size_t i = HomeOf(ufrag);
  while (ufrags_[i].slot != kEmpty && ufrags_[i].key() != ufrag) {
    i = (i + 1) & (ufrags_.size() - 1);
  }
  return i;
}

size_t Demux::Locate(const SocketAddress& address) const {
  size_t i = HomeOf(address);
  while (addresses_[i].slot != kEmpty && addresses_[i].key() != address) {
    i = (i + 1) & (addresses_.size() - 1);
  }
  return i;
}

std::optional<TransportSlot> Demux::FindByUsername(std::string_view username) {
  std::string_view ufrag = username.substr(0, username.find(':'));
  TransportSlot slot = ufrag.size() <= kMaxUfrag ? ufrags_[Locate(ufrag)].slot : kEmpty;
  if (slot == kEmpty) {
    ++counters_.unknown_ufrag;
    return std::nullopt;
  }
  return slot;
}

std::optional<TransportSlot> Demux::FindByAddress(const SocketAddress& address) {
  TransportSlot slot = addresses_[Locate(address)].slot;
  if (slot == kEmpty) {
    ++counters_.unknown_address;
    return std::nullopt;
  }
  return slot;
}

bool Demux::AddUfrag(std::string_view ufrag, TransportSlot slot) {
  PARLEY_CHECK(slot != kEmpty);
  if (ufrag.empty() || ufrag.size() > kMaxUfrag) return false;
  UfragEntry& entry = ufrags_[Locate(ufrag)];
  if (entry.slot != kEmpty) return entry.slot == slot;
  if (2 * (ufrag_count_ + 1) > ufrags_.size()) {
    ++counters_.full;
    return false;
  }
  std::memcpy(entry.ufrag, ufrag.data(), ufrag.size());
  entry.size = static_cast<uint8_t>(ufrag.size());
  entry.slot = slot;
  ++ufrag_count_;
  return true;
}

bool Demux::CanAdd(const SocketAddress& address, TransportSlot slot) {
  const AddressEntry& entry = addresses_[Locate(address)];
  if (entry.slot == slot) return true;
  if (entry.slot != kEmpty) {
    ++counters_.address_conflicts;
    return false;
  }
  if (2 * (address_count_ + 1) > addresses_.size()) {
    ++counters_.full;
    return false;
  }
  return true;
}

bool Demux::AddAddress(const SocketAddress& address, TransportSlot slot) {
  PARLEY_CHECK(slot != kEmpty);
  if (!CanAdd(address, slot)) return false;
  AddressEntry& entry = addresses_[Locate(address)];
  if (entry.slot == slot) return true;
  entry.address = address;
  entry.slot = slot;
  ++address_count_;
  return true;
}

// Empties entry `hole` and moves up those that were pushed past it, so that no look-up stops short.
template <class Entry>
void Demux::Erase(std::vector<Entry>& table, size_t hole) {
  const size_t mask = table.size() - 1;
  for (size_t i = (hole + 1) & mask; table[i].slot != kEmpty; i = (i + 1) & mask) {
    size_t home = HomeOf(table[i].key());
    if (((i - home) & mask) >= ((i - hole) & mask)) {
      table[hole] = table[i];
      hole = i;
    }
  }
  table[hole].slot = kEmpty;
}

void Demux::RemoveUfrag(std::string_view ufrag, TransportSlot slot) {
  if (ufrag.empty() || ufrag.size() > kMaxUfrag) return;
  size_t i = Locate(ufrag);
  if (ufrags_[i].slot != slot) return;
  Erase(ufrags_, i);
  --ufrag_count_;
}

void Demux::RemoveAddress(const SocketAddress& address, TransportSlot slot) {
  size_t i = Locate(address);
  if (addresses_[i].slot != slot) return;
  Erase(addresses_, i);
  --address_count_;
}

}  // namespace parley
