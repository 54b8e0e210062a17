#pragma once

// One TCP or TLS connection that carries SIP: cut into messages, written in order. Closes itself on
// any error, on what cannot be framed, and when its peer reads too slowly. Kept alive by its own
// pending operations, which may complete after whoever opened it has let go: hence shared_ptr. One
// thread: the phone thread's.

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mixer/sip/flow.h"
#include "mixer/sip/stream_framer.h"
#include "sfu/base/units.h"

namespace parley::sip {

class SipConnection : public std::enable_shared_from_this<SipConnection> {
 public:
  static constexpr size_t kMaxUnsentBytes = 256 * 1024;

  // Told in the thread's loop, never from inside Send().
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void OnMessage(SipConnection& connection, std::string_view bytes, bool broken) = 0;
    virtual void OnClosed(SipConnection& connection) = 0;
  };

  // `tls` is null for TCP. Both outlive the connection's operations.
  SipConnection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls, Flow flow,
                Owner& owner);

  // One that was accepted.
  void Start();
  // One that we open; a TLS peer must show a certificate for the flow's tls_name.
  void Connect();
  void Send(std::string bytes);
  // Tells nobody.
  void Detach();

  const Flow& flow() const { return flow_; }
  // Of the last message that was whole.
  Timestamp heard_at() const { return heard_at_; }
  bool spoke() const { return spoke_; }
  bool opened_by_us() const { return opened_by_us_; }

 private:
  using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

  void Handshake(boost::asio::ssl::stream_base::handshake_type side);
  void Ready();
  void Read();
  void Write();
  void Deliver();
  void Fail();

  boost::asio::ip::tcp::socket socket_;
  std::optional<TlsStream> tls_;
  Flow flow_;
  Owner* owner_;
  StreamFramer framer_;
  std::array<char, 8192> buffer_;
  std::deque<std::string> unsent_;
  size_t unsent_bytes_ = 0;
  bool ready_ = false;
  bool opened_by_us_ = false;
  bool spoke_ = false;
  Timestamp heard_at_;
};

}  // namespace parley::sip
