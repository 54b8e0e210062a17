#pragma once

// The server of the forward benchmark: a WorkerPool in a process of its own, told what to do over a
// socket pair. Both processes make the same members from the same seeds, so that no signaling is
// needed.

#include <array>
#include <cstdint>
#include <vector>

#include "sfu/transport/dtls_certificate.h"
#include "tests/client/member_plan.h"
#include "tests/client/test_peer.h"

namespace parley::bench {

struct Setup {
  int workers = 1;
  int subscriber_worker = 0;
  bool join_datagrams = true;
  bool open_microphones = false;  // everybody has one, and nobody watches
  bool gallery = false;           // kGallery members have a camera, and see all others
  // Subscribers give transport-wide feedback, as browsers do; without, they get no numbers either.
  bool feedback = false;
};

inline constexpr test::MemberShape kPublisherShape{
    .microphone = true, .camera = true, .audio_slots = 0, .video_slots = 0};
inline constexpr test::MemberShape kSubscriberShape{
    .audio_slots = 3, .video_slots = 1, .transport_cc = true};
inline constexpr test::MemberShape kSilentShape{.audio_slots = 3, .video_slots = 1};
inline constexpr test::MemberShape kTalkerShape{
    .microphone = true, .audio_slots = 3, .video_slots = 0};
inline constexpr uint32_t kGallery = 20;
inline constexpr test::MemberShape kGalleryShape{
    .microphone = true, .camera = true, .audio_slots = 3, .video_slots = kGallery - 1};
// Who is who: 1 publishes, the rest watch.
inline constexpr uint32_t kPublisher = 1;

inline const test::MemberShape& ShapeOf(const Setup& setup, uint32_t number) {
  if (setup.open_microphones) return kTalkerShape;
  if (setup.gallery) return kGalleryShape;
  if (number == kPublisher) return kPublisherShape;
  return setup.feedback ? kSubscriberShape : kSilentShape;
}

struct Request {
  enum class Kind : uint8_t { kJoin, kSnapshot, kLimit, kHandshake, kQuit } kind{};
  uint32_t number = 0;  // kJoin: first member; kLimit: size of a packet
  uint32_t count = 0;   // kJoin: members; kLimit: packets; kHandshake: handshakes
  Duration pause{};     // kLimit, between rounds
  uint32_t port_count = 0;
  std::array<uint16_t, 500> ports{};  // kLimit
};

// To kJoin: as it was when the members were made and before the workers were told of them.
struct Reply {
  std::array<uint16_t, 2> ports{};  // of the workers
  int64_t cpu_ns = 0;               // user and system of the whole process
  uint64_t allocations = 0;
  int64_t resident_bytes = 0;
  uint64_t datagrams_sent = 0;
  uint64_t send_dropped = 0;
  double limit_ns = 0;  // kLimit, kHandshake
};

// Never returns. `cpu`: the first core of the server's workers.
[[noreturn]] void RunServer(int fd, const Setup& setup, const test::TestIdentity& clients,
                            const DtlsIdentity& identity);

}  // namespace parley::bench
