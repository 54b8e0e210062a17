#include "mixer/sip/sdes.h"

#include <algorithm>
#include <span>

#include "sfu/base/base64url.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

constexpr std::string_view kCmName = "AES_CM_128_HMAC_SHA1_80";
constexpr std::string_view kGcmName = "AEAD_AES_128_GCM";

std::optional<SrtpSuite> SuiteFromName(std::string_view name) {
  if (name == kCmName) return SrtpSuite::kAesCm128HmacSha1_80;
  if (name == kGcmName) return SrtpSuite::kAeadAes128Gcm;
  return std::nullopt;
}

// RFC 4648 section 4, by way of its URL alphabet.
std::optional<std::vector<uint8_t>> DecodeBase64(std::string_view text) {
  std::string url(text);
  std::ranges::replace(url, '-', '!');
  std::ranges::replace(url, '_', '!');
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  while (url.ends_with('=') && text.size() - url.size() < 2) url.pop_back();
  return DecodeBase64Url(url);
}

std::string EncodeBase64(std::span<const uint8_t> bytes) {
  std::string text = EncodeBase64Url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return text;
}

// "inline:KEY|lifetime|mki:length": the lifetime is looked over, an MKI is not for us.
std::optional<std::vector<uint8_t>> ParseKey(std::string_view params, SrtpSuite suite) {
  // More than one key would need MKIs (RFC 4568 section 6.1).
  if (params.contains(';') || !params.starts_with("inline:")) return std::nullopt;
  params.remove_prefix(7);
  auto key = DecodeBase64(CutUntil(params, '|'));
  if (params.contains(':')) return std::nullopt;
  if (!key || key->size() != SrtpKeyBytes(suite)) return std::nullopt;
  return key;
}

}  // namespace

size_t SrtpKeyBytes(SrtpSuite suite) {
  return suite == SrtpSuite::kAesCm128HmacSha1_80 ? 16 + 14 : 16 + 12;
}

SdesCrypto SdesCrypto::Make(uint32_t tag, SrtpSuite suite, RandomSource& random) {
  SdesCrypto crypto{tag, suite, std::vector<uint8_t>(SrtpKeyBytes(suite))};
  random.Fill(crypto.key);
  return crypto;
}

std::optional<SdesCrypto> SdesCrypto::Parse(std::string_view value) {
  const auto tag = ParseDecimal<uint32_t>(NextWord(value));
  const auto suite = SuiteFromName(NextWord(value));
  if (!tag || *tag > 999'999'999 || !suite) return std::nullopt;
  auto key = ParseKey(NextWord(value), *suite);
  if (!key) return std::nullopt;
  for (auto param = NextWord(value); !param.empty(); param = NextWord(value)) {
    // RFC 4568 section 6.3: a window is a hint, '-' marks what may be ignored.
    if (!param.starts_with("WSH=") && !param.starts_with('-')) return std::nullopt;
  }
  return SdesCrypto{*tag, *suite, std::move(*key)};
}

std::string SdesCrypto::ToString() const {
  return std::to_string(tag) + ' ' +
         std::string(suite == SrtpSuite::kAesCm128HmacSha1_80 ? kCmName : kGcmName) +
         " inline:" + EncodeBase64(key);
}

}  // namespace parley::sip
