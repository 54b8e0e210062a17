#include "mixer/sip/authenticator.h"

#include "mixer/sip/random_text.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {

bool Authenticator::Answer(const Message& refusal, const Flow& from, Message& request,
                           RandomSource& random, Timestamp now) {
  if (now < rest_until_ || !peer_ || peer_->ip() != from.remote.ip()) return false;
  const std::string_view name = refusal.status == 407 ? "Proxy-Authorization" : "Authorization";
  const auto challenge = ChooseChallenge(refusal, credentials_);
  const bool tried = request.Find(name).has_value();
  // A stale nonce refuses the nonce and not the password.
  if (tried && (!challenge || !challenge->stale)) CountFailure(now);
  if (!challenge || (tried && !challenge->stale)) return false;
  if (challenge->nonce != nonce_) {
    nonce_ = challenge->nonce;
    nonce_count_ = 0;
  }
  std::erase_if(request.headers,
                [&](const Header& header) { return EqualsIgnoreCase(header.name, name); });
  request.Add(name,
              AnswerDigest(*challenge, credentials_, request.method, request.request_uri.ToString(),
                           ++nonce_count_, RandomText(random)));
  return true;
}

void Authenticator::CountFailure(Timestamp now) {
  ++failures_;
  if (++failures_in_row_ < kMaxFailures) return;
  failures_in_row_ = 0;
  rest_until_ = now + kRest;
}

}  // namespace parley::sip
