#include "signaling/api/config_settings.h"

#include <algorithm>
#include <limits>

#include "recorder/storage/secret_key.h"
#include "sfu/base/ids.h"
#include "sfu/base/socket_address.h"

namespace parley {
namespace {

// A setting from a function that says where in Config it goes: [](Config& c) -> auto& {...}.
template <class Place>
ConfigSetting Integer(std::string section, std::string key, int64_t low, int64_t high,
                      Place place) {
  return {std::move(section), std::move(key),
          "an integer from " + std::to_string(low) + " to " + std::to_string(high),
          [=](const ConfigValue& value, Config& config) {
            const auto* number = std::get_if<int64_t>(&value);
            if (!number || *number < low || *number > high) return false;
            place(config) = static_cast<std::remove_reference_t<decltype(place(config))>>(*number);
            return true;
          }};
}

template <class Place>
ConfigSetting Seconds(std::string section, std::string key, int64_t low, int64_t high,
                      Place place) {
  return {std::move(section), std::move(key),
          "a number of seconds from " + std::to_string(low) + " to " + std::to_string(high),
          [=](const ConfigValue& value, Config& config) {
            const auto* number = std::get_if<int64_t>(&value);
            if (!number || *number < low || *number > high) return false;
            place(config) = Duration::Seconds(*number);
            return true;
          }};
}

template <class Place>
ConfigSetting Flag(std::string section, std::string key, Place place) {
  return {std::move(section), std::move(key), "true or false",
          [=](const ConfigValue& value, Config& config) {
            const auto* flag = std::get_if<bool>(&value);
            if (flag) place(config) = *flag;
            return flag != nullptr;
          }};
}

template <class Place, class Check>
ConfigSetting Text(std::string section, std::string key, std::string allowed, Place place,
                   Check good) {
  return {std::move(section), std::move(key), std::move(allowed),
          [=](const ConfigValue& value, Config& config) {
            const auto* text = std::get_if<std::string>(&value);
            if (!text || !good(*text)) return false;
            place(config) = *text;
            return true;
          }};
}

template <class Place, class Check>
ConfigSetting List(std::string section, std::string key, std::string allowed, Place place,
                   Check good) {
  return {std::move(section), std::move(key), std::move(allowed),
          [=](const ConfigValue& value, Config& config) {
            const auto* list = std::get_if<std::vector<std::string>>(&value);
            if (!list || !std::ranges::all_of(*list, good)) return false;
            place(config) = *list;
            return true;
          }};
}

// Of a picture, as parley-compose takes them.
template <class Place>
ConfigSetting Heights(std::string section, std::string key, Place place) {
  return {std::move(section), std::move(key), "360, 540, 720 or 1080",
          [=](const ConfigValue& value, Config& config) {
            constexpr int64_t kHeights[] = {360, 540, 720, 1080};
            const auto* number = std::get_if<int64_t>(&value);
            if (!number || std::ranges::find(kHeights, *number) == std::end(kHeights)) return false;
            place(config) = static_cast<int>(*number);
            return true;
          }};
}

bool NotEmpty(const std::string& text) { return !text.empty(); }

bool IsSecretKey(const std::string& text) { return SecretKey::Parse(text).has_value(); }
bool IsAddress(const std::string& text) { return SocketAddress::Parse(text, 0).has_value(); }

bool HasDigit(const std::string& text) {
  return text.find_first_of("0123456789") != std::string::npos;
}
bool IsRoomNumber(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || !HasDigit(text.substr(0, equals))) return false;
  return text.find_first_not_of(' ', equals + 1) != std::string::npos;
}
// "+" itself is every number.
bool IsNumberPrefix(const std::string& text) {
  return text.starts_with('+') && text.find_first_not_of("0123456789", 1) == std::string::npos;
}
bool IsCallingCode(const std::string& text) {
  constexpr size_t kLongest = 4;  // with its plus
  return IsNumberPrefix(text) && text.size() > 1 && text.size() <= kLongest && text[1] != '0';
}

bool IsOrigin(const std::string& text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string::npos || (!text.starts_with("https:") && !text.starts_with("http:"))) {
    return false;
  }
  const std::string_view host = std::string_view(text).substr(scheme + 3);
  return !host.empty() && host.find('/') == std::string_view::npos;
}

// To be sent to as it is: no spaces or control characters, user or fragment.
bool IsWebhookUrl(const std::string& text) {
  constexpr size_t kMostBytes = 2000;
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
  const size_t scheme = text.find("://");
  if (!plain || text.size() > kMostBytes || scheme == std::string::npos ||
      (!text.starts_with("https:") && !text.starts_with("http:"))) {
    return false;
  }
  const std::string_view rest = std::string_view(text).substr(scheme + 3);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?"));
  return !host.empty() && rest.find_first_of("#\\") == std::string_view::npos &&
         host.find('@') == std::string_view::npos;
}
bool IsStorageUrl(const std::string& text) {
  return IsWebhookUrl(text) && !text.ends_with('/') && text.find('?') == std::string::npos;
}
bool IsBucket(const std::string& text) {
  return text.size() >= 3 && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}
// "live.example.org", "*.example.org" or "*"; an IPv6 address without brackets.
bool IsHostPattern(const std::string& text) {
  if (text == "*") return true;
  const std::string_view host = std::string_view(text).substr(text.starts_with("*.") ? 2 : 0);
  return !host.empty() &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.:") == std::string::npos;
}
bool IsSecret(const std::string& text) { return text.size() >= 32; }

bool IsLogLevel(const std::string& text) {
  constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error", "off"};
  return std::ranges::find(kLevels, text) != std::end(kLevels);
}

bool IsKey(const KeyConfig& key) {
  const bool plain_id = std::ranges::all_of(key.id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  return plain_id && key.secret.empty() != key.file.empty() &&
         (key.file.empty() ? key.secret.size() >= 32 : true);
}

ConfigSetting Keys() {
  return {"auth", "keys",
          "a list of {secret = \"at least 32 bytes\"} or {file = \"key.pem\"}, each with an id of "
          "letters, digits, '.', '-' and '_' if you like",
          [](const ConfigValue& value, Config& config) {
            const auto* keys = std::get_if<std::vector<KeyConfig>>(&value);
            if (!keys || !std::ranges::all_of(*keys, IsKey)) return false;
            config.auth.keys = *keys;
            return true;
          }};
}

constexpr int64_t kMany = 1'000'000;

std::vector<ConfigSetting> MakeSettings() {
  const std::string addresses = "a list of numeric addresses, as [\"192.0.2.1\", \"2001:db8::1\"]";
  const std::string path = "a path in quotes";
  return {
      Integer("http", "port", 1, 65535, [](Config& c) -> auto& { return c.http.port; }),
      Integer("http", "local_port", 1, 65535, [](Config& c) -> auto& { return c.http.local_port; }),
      List(
          "http", "bind", addresses, [](Config& c) -> auto& { return c.http.bind; }, IsAddress),
      Text(
          "http", "public_address", "a name or a numeric address in quotes",
          [](Config& c) -> auto& { return c.http.public_address; }, NotEmpty),
      List(
          "http", "origins", "a list of origins, as [\"https://meet.example.org\"]",
          [](Config& c) -> auto& { return c.http.origins; }, IsOrigin),
      Text(
          "http", "certificate", path, [](Config& c) -> auto& { return c.http.certificate; },
          NotEmpty),
      Text(
          "http", "key", path, [](Config& c) -> auto& { return c.http.key; }, NotEmpty),
      Text(
          "http", "web", path, [](Config& c) -> auto& { return c.http.web; }, NotEmpty),
      Integer("http", "connections", 1, kMany,
              [](Config& c) -> auto& { return c.http.connections; }),
      Integer("http", "connections_per_address", 1, kMany,
              [](Config& c) -> auto& { return c.http.connections_per_address; }),

      Integer("media", "port", 1, 65535, [](Config& c) -> auto& { return c.media.port; }),
      Integer("media", "workers", 0, kMaxWorkers,
              [](Config& c) -> auto& { return c.media.workers; }),
      Integer("media", "max_uplink_kbps", 100, kMany,
              [](Config& c) -> auto& { return c.media.max_uplink_kbps; }),
      List(
          "media", "bind", addresses, [](Config& c) -> auto& { return c.media.bind; }, IsAddress),
      List(
          "media", "announced_addresses", addresses,
          [](Config& c) -> auto& { return c.media.announced_addresses; }, IsAddress),

      Text(
          "phone", "address", "a numeric address in quotes",
          [](Config& c) -> auto& { return c.phone.address; }, IsAddress),
      Integer("phone", "port", 1, 65535, [](Config& c) -> auto& { return c.phone.port; }),
      Text(
          "phone", "announced_address", "a numeric address in quotes",
          [](Config& c) -> auto& { return c.phone.announced_address; }, IsAddress),
      List(
          "phone", "numbers", "a list of numbers in quotes, as [\"+44 20 7946 0123\"]",
          [](Config& c) -> auto& { return c.phone.numbers; }, NotEmpty),
      List(
          "phone", "chinese_numbers", "a list of numbers in quotes, as [\"+86 10 5555 0123\"]",
          [](Config& c) -> auto& { return c.phone.chinese_numbers; }, NotEmpty),
      List(
          "phone", "room_numbers",
          "a list of numbers with their rooms, as [\"+44 20 7946 0124 = weekly\"]",
          [](Config& c) -> auto& { return c.phone.room_numbers; }, IsRoomNumber),
      List(
          "phone", "trunks", addresses, [](Config& c) -> auto& { return c.phone.trunks; },
          IsAddress),
      List(
          "phone", "registrations", "a list of accounts in quotes, as [\"sip:USER:PASSWORD@HOST\"]",
          [](Config& c) -> auto& { return c.phone.registrations; }, NotEmpty),
      List(
          "phone", "dns_servers", addresses, [](Config& c) -> auto& { return c.phone.dns_servers; },
          IsAddress),
      Integer("phone", "tls_port", 1, 65535, [](Config& c) -> auto& { return c.phone.tls_port; }),
      Integer("phone", "rtp_port", 1024, 65000,
              [](Config& c) -> auto& { return c.phone.rtp_port; }),
      Integer("phone", "calls", 1, 10'000, [](Config& c) -> auto& { return c.phone.calls; }),
      Integer("phone", "threads", 0, 64, [](Config& c) -> auto& { return c.phone.threads; }),
      Text(
          "phone", "prompts", path, [](Config& c) -> auto& { return c.phone.prompts; }, NotEmpty),
      List(
          "phone", "dial_out", "a list of prefixes in quotes, each a plus and digits, as [\"+44\"]",
          [](Config& c) -> auto& { return c.phone.dial_out; }, IsNumberPrefix),
      Text(
          "phone", "dial_out_country", "a calling code in quotes, as \"+44\"",
          [](Config& c) -> auto& { return c.phone.dial_out_country; }, IsCallingCode),
      List(
          "phone", "dial_out_never", "a list of numbers in quotes",
          [](Config& c) -> auto& { return c.phone.dial_out_never; }, HasDigit),
      Integer("phone", "dial_out_per_hour", 1, 10'000,
              [](Config& c) -> auto& { return c.phone.dial_out_per_hour; }),

      Integer("recording", "keep_days", 0, 36'500,
              [](Config& c) -> auto& { return c.recording.keep_days; }),
      Integer("recording", "compositions", 1, 64,
              [](Config& c) -> auto& { return c.recording.compositions; }),
      Integer("recording", "min_free_mb", 1, 1'000'000,
              [](Config& c) -> auto& { return c.recording.min_free_mb; }),
      Text(
          "recording", "encryption_key", std::string(SecretKey::kAllowed) + ", in quotes",
          [](Config& c) -> auto& { return c.recording.encryption_key; }, IsSecretKey),
      Text(
          "recording", "encryption_key_file", path,
          [](Config& c) -> auto& { return c.recording.encryption_key_file; }, NotEmpty),
      Text(
          "upload", "url", "an address without a password, as \"https://s3.example.org\"",
          [](Config& c) -> auto& { return c.recording.upload.url; }, IsStorageUrl),
      Text(
          "upload", "bucket", "the name of a bucket in quotes: 3 to 63 of a-z, 0-9, . and -",
          [](Config& c) -> auto& { return c.recording.upload.bucket; }, IsBucket),
      Text(
          "upload", "region", "a text in quotes, as \"eu-central-1\"",
          [](Config& c) -> auto& { return c.recording.upload.region; }, NotEmpty),
      Text(
          "upload", "access_key", "a text in quotes",
          [](Config& c) -> auto& { return c.recording.upload.access_key; }, NotEmpty),
      Text(
          "upload", "secret_key", "a text in quotes",
          [](Config& c) -> auto& { return c.recording.upload.secret_key; }, NotEmpty),
      // What S3 takes as a part.
      Integer("upload", "part_mb", 5, 5 * 1024,
              [](Config& c) -> auto& { return c.recording.upload.part_mb; }),
      Flag("upload", "keep_local",
           [](Config& c) -> auto& { return c.recording.upload.keep_local; }),

      Flag("live", "hls", [](Config& c) -> auto& { return c.live.hls; }),
      List(
          "live", "rtmp_hosts",
          "a list of host names in quotes, as [\"live.example.org\", \"*.example.net\"]",
          [](Config& c) -> auto& { return c.live.rtmp_hosts; }, IsHostPattern),
      Flag("live", "private_addresses",
           [](Config& c) -> auto& { return c.live.private_addresses; }),
      Integer("live", "at_once", 1, 64, [](Config& c) -> auto& { return c.live.at_once; }),
      Integer("live", "targets", 1, 20, [](Config& c) -> auto& { return c.live.targets; }),
      Heights("live", "height", [](Config& c) -> auto& { return c.live.height; }),

      Keys(),
      Text(
          "auth", "issuer", "a text in quotes", [](Config& c) -> auto& { return c.auth.issuer; },
          NotEmpty),
      Flag("auth", "host_link", [](Config& c) -> auto& { return c.auth.host_link; }),
      Flag("auth", "public_metrics", [](Config& c) -> auto& { return c.auth.public_metrics; }),
      List(
          "webhooks", "urls",
          "a list of up to 8 different addresses, as [\"https://example.org/parley\"], without "
          "passwords",
          [](Config& c) -> auto& { return c.webhooks.urls; }, IsWebhookUrl),
      Text(
          "webhooks", "secret", "a text of at least 32 bytes in quotes",
          [](Config& c) -> auto& { return c.webhooks.secret; }, IsSecret),
      Flag("debug", "pcap", [](Config& c) -> auto& { return c.debug.pcap; }),

      Integer("limits", "participants_per_room", 1, kMany,
              [](Config& c) -> auto& { return c.limits.participants_per_room; }),
      Integer("limits", "active_per_room", 1, kMany,
              [](Config& c) -> auto& { return c.limits.active_per_room; }),
      Integer("limits", "participants_in_all", 1, kMany,
              [](Config& c) -> auto& { return c.limits.participants_in_all; }),
      Integer("limits", "rooms", 1, kMany, [](Config& c) -> auto& { return c.limits.rooms; }),
      Integer("limits", "recordings", 0, kMany,
              [](Config& c) -> auto& { return c.limits.recordings; }),
      Integer("limits", "message_bytes", 1024, 64 * 1024,
              [](Config& c) -> auto& { return c.limits.message_bytes; }),
      Integer("limits", "json_depth", 8, 64,
              [](Config& c) -> auto& { return c.limits.json_depth; }),
      Integer("limits", "sdp_bytes", 1024, 64 * 1024,
              [](Config& c) -> auto& { return c.limits.sdp_bytes; }),
      Integer("limits", "streams_per_peer", 4, 64,
              [](Config& c) -> auto& { return c.limits.streams_per_peer; }),
      Integer("limits", "messages_per_second", 1, kMany,
              [](Config& c) -> auto& { return c.limits.messages_per_second; }),
      Integer("limits", "message_burst", 1, kMany,
              [](Config& c) -> auto& { return c.limits.message_burst; }),
      Integer("limits", "joins_per_minute", 1, kMany,
              [](Config& c) -> auto& { return c.limits.joins_per_minute; }),
      Integer("limits", "chat_characters", 1, 10'000,
              [](Config& c) -> auto& { return c.limits.chat_characters; }),
      Integer("limits", "chat_history", 0, 1000,
              [](Config& c) -> auto& { return c.limits.chat_history; }),
      Seconds("limits", "resume_grace", 1, 3600,
              [](Config& c) -> auto& { return c.limits.resume_grace; }),

      Text(
          "log", "level", "\"debug\", \"info\", \"warning\", \"error\" or \"off\"",
          [](Config& c) -> auto& { return c.log_level; }, IsLogLevel),
      Text(
          "data", "directory", path, [](Config& c) -> auto& { return c.data_directory; }, NotEmpty),
  };
}

}  // namespace

std::span<const ConfigSetting> ConfigSettings() {
  static const std::vector<ConfigSetting> settings = MakeSettings();
  return settings;
}

}  // namespace parley
