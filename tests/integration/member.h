#pragma once

// One person in a meeting: a WebSocket to the server and a WebRTC peer of our own, with a
// microphone that can sound.

#include <memory>
#include <optional>
#include <string>

#include "tests/client/test_answer.h"
#include "tests/client/test_media.h"
#include "tests/client/test_offer.h"
#include "tests/client/test_peer.h"
#include "tests/client/test_peer_loop.h"
#include "tests/client/web_client.h"

namespace parley::test {

class Member {
 public:
  Member(const TestIdentity& identity, TestPeerLoop& loop, uint32_t seed);
  ~Member();

  // Opens a socket and joins with an offer; the result's JSON, empty when there is none.
  std::string Join(uint16_t port, bool tls, const std::string& room, const std::string& invite,
                   const std::string& name);
  // The same, as what a token says.
  std::string JoinByToken(uint16_t port, const std::string& room, const std::string& token,
                          const std::string& name);
  // Opens a new socket and takes the participant back, the peer connection kept.
  std::string Resume(uint16_t port);
  // Sends a request and waits for its answer; events on the way are dropped.
  std::string Ask(const std::string& type, const std::string& data);
  // The next event of this type; empty when none comes.
  std::string Await(const std::string& type);

  // Sends the packets that are due, when connected.
  void Sound(Timestamp now);
  uint64_t heard() const { return heard_; }
  uint16_t media_port() const { return media_port_; }
  // Of the server, towards this member.
  const IceParams& server_ice() const { return server_ice_; }
  TestPeer& peer() { return peer_; }
  WebSocketClient& socket() { return *socket_; }
  const std::string& id() const { return id_; }

 private:
  bool Open(uint16_t port, bool tls);
  std::string JoinWith(const std::string& room, const std::string& credential,
                       const std::string& name);

  TestPeerLoop& loop_;
  TestPeer peer_;
  TestOffer offer_;
  std::optional<TestAudioSource> microphone_;
  std::unique_ptr<WebSocketClient> socket_;
  std::string id_, resume_;
  int last_request_ = 0;
  uint64_t heard_ = 0;
  uint16_t media_port_ = 0;
  IceParams server_ice_;
};

}  // namespace parley::test
