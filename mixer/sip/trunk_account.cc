#include "mixer/sip/trunk_account.h"

#include <array>
#include <string_view>

#include "mixer/sip/uri.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

// Who writes another wants something that is not there: better told than done without.
constexpr std::array<std::string_view, 5> kSettings = {"transport", "realm", "auth", "expires",
                                                       "keepalive"};
constexpr uint32_t kLeastExpires = 60, kMostExpires = 86'400;
constexpr uint32_t kMostKeepalive = 3'600;

bool OnlySettings(Params params) {
  for (const std::string_view name : kSettings) params.Remove(name);
  return params.empty();
}

// `seconds` as it is where the account says nothing of it.
bool ReadSeconds(const Params& params, std::string_view name, uint32_t least, uint32_t most,
                 Duration& seconds) {
  const auto text = params.Get(name);
  if (!text) return true;
  const auto value = ParseDecimal<uint32_t>(*text);
  if (!value || *value < least || *value > most) return false;
  seconds = Duration::Seconds(*value);
  return true;
}

}  // namespace

std::optional<TrunkConfig> TrunkOf(const std::string& account) {
  const auto uri = Uri::Parse(account);
  if (!uri || uri->scheme != "sip" || uri->user.empty() || !uri->password) return std::nullopt;
  const Params& settings = uri->params;
  if (!OnlySettings(settings)) return std::nullopt;
  TrunkConfig trunk;
  trunk.domain = uri->host;
  trunk.user = uri->user;
  const auto wanted = settings.Get("transport");
  const std::string_view transport = wanted.value_or("udp");
  if (transport == "tls") {
    trunk.flow.transport = TransportKind::kTls;
    trunk.flow.tls_name = uri->host;
  } else if (transport == "tcp") {
    trunk.flow.transport = TransportKind::kTcp;
  } else if (transport != "udp") {
    return std::nullopt;
  }
  const uint16_t port = uri->port.value_or(DefaultPort(trunk.flow.transport));
  if (const auto numeric = SocketAddress::Parse(uri->host, port)) trunk.flow.remote = *numeric;
  trunk.servers = {.host = uri->host,
                   .port = uri->port,
                   .transport = wanted ? std::optional(trunk.flow.transport) : std::nullopt};
  const std::string user = uri->DecodedUser();
  trunk.credentials = Credentials{.realm = std::string(settings.Get("realm").value_or(uri->host)),
                                  .user = std::string(settings.Get("auth").value_or(user)),
                                  .password = *uri->password};
  if (!ReadSeconds(settings, "expires", kLeastExpires, kMostExpires, trunk.expires) ||
      !ReadSeconds(settings, "keepalive", 0, kMostKeepalive, trunk.keepalive)) {
    return std::nullopt;
  }
  return trunk;
}

}  // namespace parley::sip
