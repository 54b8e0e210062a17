#include "mixer/sip/trunk.h"

#include <utility>

#include "mixer/sip/random_text.h"
#include "sfu/base/check.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// RFC 5626 section 4.5 has the shape: doubling up to a bound, never all at the same moment.
constexpr Duration kFirstPause = Duration::Seconds(30);
constexpr Duration kLongestPause = Duration::Seconds(1800);
constexpr Duration kMaxExpires = Duration::Seconds(24 * 3600);
constexpr Duration kMinExpires = Duration::Seconds(30);

std::optional<Duration> SecondsOf(std::string_view text) {
  const auto seconds = ParseDecimal<uint32_t>(TrimSpaces(text));
  return seconds ? std::optional(Duration::Seconds(*seconds)) : std::nullopt;
}

}  // namespace

Trunk::Trunk(const TrunkConfig& config, NameAddr contact, RandomSource& random)
    : config_(config),
      contact_(std::move(contact)),
      random_(random),
      call_id_(RandomText(random)),
      cseq_(random.Below(1u << 16)),
      expires_(config.expires) {
  if (config.credentials) authenticator_.emplace(*config.credentials);
}

void Trunk::SetServers(std::vector<Flow> servers, Timestamp now) {
  PARLEY_CHECK(!servers.empty());
  servers_ = std::move(servers);
  failed_servers_ = 0;
  const auto same = std::ranges::find(servers_, config_.flow);
  const bool stands = config_.registers ? registered_ : reachable_;
  if (resolved_ && stands && same != servers_.end()) {
    server_ = static_cast<size_t>(same - servers_.begin());
    return;
  }
  Use(0, now);
}

void Trunk::Use(size_t server, Timestamp now) {
  server_ = server;
  config_.flow = servers_[server];
  if (authenticator_) authenticator_->SetPeer(config_.flow.remote);
  resolved_ = true;
  if (config_.registers && !register_) register_at_ = now;
  if (config_.keepalive > Duration() && !options_under_way_) options_at_ = now + config_.keepalive;
}

bool Trunk::MoveOn(Timestamp now) {
  if (stopping_ || servers_.size() < 2) return false;
  const bool all = ++failed_servers_ >= servers_.size();
  if (all) failed_servers_ = 0;
  Use((server_ + 1) % servers_.size(), now);
  return !all;
}

void Trunk::HandleCallFailure(const Flow& through, Timestamp now) {
  if (through == config_.flow) MoveOn(now);
}

void Trunk::Stop() {
  options_at_ = register_at_ = Timestamp::Never();
  stopping_ = true;
  if (!registered_) return;
  registered_ = false;
  expires_ = Duration();
  SendRegister();
}

void Trunk::HandleTimeout(Timestamp now) {
  if (now >= register_at_) {
    register_at_ = Timestamp::Never();
    SendRegister();
  }
  if (now >= options_at_) {
    options_at_ = Timestamp::Never();
    options_under_way_ = true;
    output_.push_back(MakeRequest("OPTIONS"));
  }
}

void Trunk::HandleResponse(const Message& response, const Flow& from, Timestamp now) {
  if (response.status < 200) return;
  // Whatever it says, it lives.
  reachable_ = response.status != 408 && response.status != 503;
  if (reachable_) failed_servers_ = 0;
  if (response.cseq.method == "REGISTER") return HandleRegisterResponse(response, from, now);
  last_status_ = response.status;
  options_under_way_ = false;
  if (stopping_) return;
  options_at_ = now + config_.keepalive;
  if (!reachable_ && MoveOn(now)) options_at_ = now;
}

void Trunk::HandleFailure(std::string_view method, Timestamp now) {
  reachable_ = false;
  last_status_ = 408;
  if (method == "REGISTER") {
    register_status_ = 408;
    register_.reset();
    registered_ = false;
    if (!MoveOn(now)) Retry(std::nullopt, now);
    return;
  }
  options_under_way_ = false;
  if (stopping_) return;
  options_at_ = now + config_.keepalive;
  if (MoveOn(now)) {
    options_at_ = now;
    return;
  }
  // What does not answer may have forgotten us as well.
  if (config_.registers && !register_) register_at_ = std::min(register_at_, now + kFirstPause);
}

std::optional<Message> Trunk::PollRequest() {
  if (output_.empty()) return std::nullopt;
  Message request = std::move(output_.front());
  output_.pop_front();
  return request;
}

bool Trunk::Is(const SocketAddress& address) const {
  return std::ranges::any_of(servers_, [&](const Flow& server) {
    return server.remote.ip() == address.ip() && server.remote.is_v4() == address.is_v4();
  });
}

Message Trunk::MakeRequest(std::string_view method) {
  Message request;
  request.method = method;
  request.request_uri = Uri::Sip("", config_.domain);
  request.from.uri = Uri::Sip(config_.user, config_.domain);
  request.from.set_tag(RandomText(random_));
  request.to.uri = request.from.uri;
  request.call_id = call_id_;
  request.cseq = {++cseq_, std::string(method)};
  request.contacts = {contact_};
  return request;
}

void Trunk::SendRegister() {
  Message request = MakeRequest("REGISTER");
  request.Add("Expires", std::to_string(expires_.ms() / 1000));
  register_ = request;
  output_.push_back(std::move(request));
}

void Trunk::HandleRegisterResponse(const Message& response, const Flow& from, Timestamp now) {
  if (!register_) return;
  Message request = std::move(*register_);
  register_.reset();
  if (response.status < 300) {
    failures_ = 0;
    last_status_ = register_status_ = response.status;
    if (authenticator_) authenticator_->Accepted();
    registered_ = !stopping_;
    const Duration granted = Granted(response);
    if (!stopping_) {
      register_at_ = now + std::max(granted / 2, granted - Duration::Seconds(60));
    }
    return;
  }
  const bool challenged = response.status == 401 || response.status == 407;
  if (challenged && authenticator_ &&
      authenticator_->Answer(response, from, request, random_, now)) {
    request.cseq.number = ++cseq_;
    register_ = request;
    output_.push_back(std::move(request));
    return;
  }
  last_status_ = register_status_ = response.status;
  registered_ = false;
  if (response.status == 423) {
    const auto min = SecondsOf(response.Find("Min-Expires").value_or(""));
    if (min && *min > expires_ && *min <= kMaxExpires && !stopping_) {
      expires_ = *min;
      return SendRegister();
    }
  }
  if (response.status == 503 && MoveOn(now)) return;
  Retry(SecondsOf(response.Find("Retry-After").value_or("")), now);
}

void Trunk::Retry(std::optional<Duration> wish, Timestamp now) {
  if (stopping_) return;
  Duration pause = std::min(kFirstPause * (int64_t{1} << std::min(failures_, 10)), kLongestPause);
  ++failures_;
  pause = std::max(pause / 2, Duration::Micros(random_.Below(static_cast<uint32_t>(pause.us()))));
  if (wish) pause = std::max(pause, std::min(*wish, kLongestPause));
  register_at_ = now + pause;
}

// RFC 3261 section 10.2.4: of our Contact, else of the whole response.
Duration Trunk::Granted(const Message& response) const {
  std::optional<Duration> granted;
  for (const NameAddr& contact : response.contacts) {
    const bool ours = contact.uri.user == contact_.uri.user &&
                      EqualsIgnoreCase(contact.uri.host, contact_.uri.host) &&
                      contact.uri.port == contact_.uri.port;
    if (ours) granted = SecondsOf(contact.params.Get("expires").value_or(""));
  }
  if (!granted) granted = SecondsOf(response.Find("Expires").value_or(""));
  return std::clamp(granted.value_or(expires_), kMinExpires, kMaxExpires);
}

}  // namespace parley::sip
