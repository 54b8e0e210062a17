#include "mixer/sip/session_timer.h"

#include <algorithm>
#include <string>

#include "mixer/sip/params.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

struct SessionExpires {
  Duration interval;
  std::string refresher;  // "uac", "uas" or empty
};

std::optional<Duration> TakeSeconds(Scanner& scanner) {
  const auto seconds = ParseDecimal<uint32_t>(scanner.TakeWhile(IsDigit));
  return seconds ? std::optional(Duration::Seconds(*seconds)) : std::nullopt;
}

std::optional<SessionExpires> ReadSessionExpires(const Message& message) {
  const auto value = message.Find("Session-Expires");
  if (!value) return std::nullopt;
  Scanner scanner(*value);
  const auto interval = TakeSeconds(scanner);
  const auto params = Params::Parse(scanner);
  if (!interval || !params) return std::nullopt;
  return SessionExpires{*interval, AsciiLower(params->Get("refresher").value_or(""))};
}

std::optional<Duration> ReadMinSe(const Message& message) {
  const auto value = message.Find("Min-SE");
  if (!value) return std::nullopt;
  Scanner scanner(*value);
  return TakeSeconds(scanner);
}

std::string Seconds(Duration duration) { return std::to_string(duration.ms() / 1000); }

}  // namespace

bool SessionTimer::TooShort(const Message& request) const {
  const auto expires = ReadSessionExpires(request);
  return expires && expires->interval < config_.min;
}

void SessionTimer::AddTo(Message& request) const {
  std::string value =
      Seconds(std::max(interval_ > Duration() ? interval_ : config_.interval, min_));
  // RFC 4028 section 7.4: who refreshes stays who refreshes.
  if (!at_.IsNever()) value += we_refresh_ ? ";refresher=uac" : ";refresher=uas";
  request.Add("Session-Expires", value);
  request.Add("Min-SE", Seconds(min_));
}

void SessionTimer::Answer(const Message& request, Message& response, Timestamp now) {
  const bool peer_has_timers = request.Lists("Supported", "timer");
  const auto asked = ReadSessionExpires(request);
  min_ = std::max(min_, ReadMinSe(request).value_or(min_));
  interval_ =
      std::max(asked ? std::min(asked->interval, config_.interval) : config_.interval, min_);
  // The peer's word counts; who has no timers leaves the refreshing to us (RFC 4028 section 9).
  we_refresh_ = !peer_has_timers || (asked && asked->refresher == "uas");
  response.Add("Session-Expires",
               Seconds(interval_) + (we_refresh_ ? ";refresher=uas" : ";refresher=uac"));
  if (peer_has_timers && !we_refresh_) response.Add("Require", "timer");
  Start(now);
}

void SessionTimer::TakeResponse(const Message& response, Timestamp now) {
  const auto agreed = ReadSessionExpires(response);
  interval_ = agreed ? std::max(agreed->interval, config_.min) : std::max(config_.interval, min_);
  // RFC 4028 section 7.2: a peer without timers says nothing, and we refresh.
  we_refresh_ = !agreed || agreed->refresher != "uas";
  Start(now);
}

bool SessionTimer::TakeTooShort(const Message& response) {
  const auto min = ReadMinSe(response);
  if (!min || *min <= min_ || *min > Duration::Seconds(24 * 3600)) return false;
  min_ = *min;
  return true;
}

SessionTimer::Due SessionTimer::HandleTimeout(Timestamp now) {
  if (now < at_) return Due::kNothing;
  if (!we_refresh_) {
    Stop();
    return Due::kExpired;
  }
  // Once more before the end, should this refresh fail.
  at_ = now + interval_ / 2;
  return Due::kRefresh;
}

void SessionTimer::Start(Timestamp now) {
  // RFC 4028 section 10: half of the interval; the other side gives up a little before its end.
  at_ = now +
        (we_refresh_ ? interval_ / 2 : interval_ - std::min(Duration::Seconds(32), interval_ / 3));
}

}  // namespace parley::sip
