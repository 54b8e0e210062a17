#include "mixer/net/sip_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "mixer/net/asio_address.h"

namespace parley::sip {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
namespace ssl = boost::asio::ssl;

}  // namespace

SipConnection::SipConnection(tcp::socket socket, ssl::context* tls, Flow flow, Owner& owner)
    : socket_(std::move(socket)), flow_(std::move(flow)), owner_(&owner), heard_at_(SteadyNow()) {
  if (tls) tls_.emplace(socket_, *tls);
}

void SipConnection::Start() {
  if (tls_) return Handshake(ssl::stream_base::server);
  Ready();
}

void SipConnection::Connect() {
  opened_by_us_ = true;
  socket_.async_connect(ToAsioEndpoint<tcp::endpoint>(flow_.remote), [self = shared_from_this()](
                                                                         const error_code& error) {
    if (error) return self->Fail();
    if (!self->tls_) return self->Ready();
    self->tls_->set_verify_mode(ssl::verify_peer);
    self->tls_->set_verify_callback(ssl::host_name_verification(self->flow_.tls_name));
    SSL_set_tlsext_host_name(self->tls_->native_handle(), self->flow_.tls_name.c_str());
    self->Handshake(ssl::stream_base::client);
  });
}

void SipConnection::Handshake(ssl::stream_base::handshake_type side) {
  tls_->async_handshake(side, [self = shared_from_this()](const error_code& error) {
    if (error) return self->Fail();
    self->Ready();
  });
}

void SipConnection::Ready() {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  ready_ = true;
  Read();
  if (!unsent_.empty()) Write();
}

void SipConnection::Read() {
  auto done = [self = shared_from_this()](const error_code& error, size_t size) {
    if (!self->owner_) return;
    if (error) return self->Fail();
    self->framer_.Append(std::string_view(self->buffer_.data(), size));
    self->Deliver();
    if (self->owner_) self->Read();
  };
  const auto space = boost::asio::buffer(buffer_);
  if (tls_) {
    tls_->async_read_some(space, std::move(done));
  } else {
    socket_.async_read_some(space, std::move(done));
  }
}

void SipConnection::Deliver() {
  while (owner_) {
    switch (framer_.Poll()) {
      case StreamFramer::Next::kNothing:
        return;
      case StreamFramer::Next::kKeepalive:
        heard_at_ = SteadyNow();
        Send("\r\n");
        break;
      case StreamFramer::Next::kMessage:
        heard_at_ = SteadyNow();
        spoke_ = true;
        owner_->OnMessage(*this, framer_.message(), false);
        break;
      case StreamFramer::Next::kBroken:
        // What the agent answers is still written; then nothing more can be understood.
        owner_->OnMessage(*this, framer_.message(), true);
        return Fail();
    }
  }
}

void SipConnection::Send(std::string bytes) {
  if (!owner_) return;
  unsent_bytes_ += bytes.size();
  if (unsent_bytes_ > kMaxUnsentBytes) {
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->Fail(); });
    return;
  }
  unsent_.push_back(std::move(bytes));
  if (ready_ && unsent_.size() == 1) Write();
}

void SipConnection::Write() {
  auto done = [self = shared_from_this()](const error_code& error, size_t) {
    if (error) return self->Fail();
    self->unsent_bytes_ -= self->unsent_.front().size();
    self->unsent_.pop_front();
    if (!self->unsent_.empty()) return self->Write();
    // A connection that failed after a last word may go now.
    if (!self->owner_) self->Detach();
  };
  const auto bytes = boost::asio::buffer(unsent_.front());
  if (tls_) {
    boost::asio::async_write(*tls_, bytes, std::move(done));
  } else {
    boost::asio::async_write(socket_, bytes, std::move(done));
  }
}

void SipConnection::Fail() {
  Owner* owner = std::exchange(owner_, nullptr);
  // One last word may still go; who has not read those before it gets none.
  if (unsent_.size() != 1 || !ready_) Detach();
  if (owner) owner->OnClosed(*this);
}

void SipConnection::Detach() {
  owner_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace parley::sip
