#pragma once

// A running conference server with one room, as a client's signaling sees it: hand over an offer or
// take one, get what a TestPeer needs to connect. The calls wait for the server's answer. One
// thread; ends the program when the server refuses, since there is nothing to measure then.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>

#include "tests/client/test_answer.h"
#include "tests/client/test_offer.h"
#include "tests/client/test_peer.h"

namespace parley::bench {

class Conference {
 public:
  virtual ~Conference() = default;

  // Somebody at `local` who sends what `offer` has, a microphone and a camera, and receives
  // nothing.
  virtual test::TestAnswer Publish(const test::TestPeer& peer, const SocketAddress& local,
                                   const test::TestOffer& offer) = 0;
  // Somebody who receives the publisher's microphone and camera.
  virtual test::TestAnswer Watch(const test::TestPeer& peer, const SocketAddress& local) = 0;
  // The publisher's, as the CSRC list of what others receive names them; empty where the server
  // names nobody there.
  virtual std::unordered_set<uint32_t> Sources() const = 0;
};

// Parley on a plain HTTP port of this machine. `feedback`: those who watch give transport-wide
// feedback, so that the server estimates and paces. One WebSocket each.
std::unique_ptr<Conference> MakeParleyConference(uint16_t port, std::string room,
                                                 std::string invite, bool feedback);
// Janus with its HTTP transport and VideoRoom; makes the room. One session each.
std::unique_ptr<Conference> MakeJanusConference(uint16_t port);

}  // namespace parley::bench
