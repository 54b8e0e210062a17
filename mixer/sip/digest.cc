#include "mixer/sip/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>

#include "mixer/sip/scanner.h"
#include "sfu/base/check.h"
#include "sfu/wire/sdp_tokens.h"

namespace parley::sip {
namespace {

using Algorithm = DigestChallenge::Algorithm;

constexpr size_t kMaxNonceBytes = 1024;

struct AlgorithmName {
  Algorithm algorithm;
  std::string_view name;
};
constexpr std::array<AlgorithmName, 3> kAlgorithms = {{{Algorithm::kMd5, "MD5"},
                                                       {Algorithm::kSha256, "SHA-256"},
                                                       {Algorithm::kSha512Of256, "SHA-512-256"}}};

const EVP_MD* HashOf(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kSha256:
      return EVP_sha256();
    case Algorithm::kSha512Of256:
      return EVP_sha512_256();
    case Algorithm::kMd5:
      break;
  }
  return EVP_md5();
}

// In lower-case hexadecimal, as the RFC writes it.
std::string Hash(Algorithm algorithm, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  PARLEY_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), &size, HashOf(algorithm), nullptr) == 1);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4];
    hex += kHex[digest[i] & 15];
  }
  return hex;
}

bool SetAlgorithm(DigestChallenge& challenge, std::string_view name) {
  constexpr std::string_view kSession = "-sess";
  if (name.size() > kSession.size() &&
      EqualsIgnoreCase(name.substr(name.size() - kSession.size()), kSession)) {
    challenge.session = true;
    name.remove_suffix(kSession.size());
  }
  for (const AlgorithmName& known : kAlgorithms) {
    if (!EqualsIgnoreCase(name, known.name)) continue;
    challenge.algorithm = known.algorithm;
    return true;
  }
  return false;
}

// qop="auth,auth-int": we have auth.
bool ListsAuth(std::string_view list) {
  while (!list.empty()) {
    if (EqualsIgnoreCase(TrimSpaces(CutUntil(list, ',')), "auth")) return true;
  }
  return false;
}

// False when the parameter makes the challenge one that we cannot answer.
bool TakeParam(DigestChallenge& challenge, std::string_view name, std::string value) {
  if (EqualsIgnoreCase(name, "realm")) {
    challenge.realm = std::move(value);
  } else if (EqualsIgnoreCase(name, "nonce")) {
    challenge.nonce = std::move(value);
  } else if (EqualsIgnoreCase(name, "opaque")) {
    challenge.opaque = std::move(value);
  } else if (EqualsIgnoreCase(name, "stale")) {
    challenge.stale = EqualsIgnoreCase(value, "true");
  } else if (EqualsIgnoreCase(name, "algorithm")) {
    return SetAlgorithm(challenge, value);
  } else if (EqualsIgnoreCase(name, "qop")) {
    challenge.qop_auth = ListsAuth(value);
    return challenge.qop_auth;
  }
  return true;
}

std::string AlgorithmText(const DigestChallenge& challenge) {
  std::string text(kAlgorithms[static_cast<size_t>(challenge.algorithm)].name);
  return challenge.session ? text + "-sess" : text;
}

}  // namespace

std::optional<DigestChallenge> DigestChallenge::Parse(std::string_view value) {
  Scanner scanner(value);
  const auto scheme = scanner.TakeToken();
  if (!scheme || !EqualsIgnoreCase(*scheme, "Digest")) return std::nullopt;
  scanner.SkipSpace();
  DigestChallenge challenge;
  do {
    const auto name = scanner.TakeToken();
    if (!name || !scanner.TakeSeparator('=')) return std::nullopt;
    const auto text = scanner.Peek() == '"' ? scanner.TakeQuoted() : scanner.TakeToken();
    if (!text || !TakeParam(challenge, *name, Unquote(*text))) return std::nullopt;
  } while (scanner.TakeSeparator(','));
  scanner.SkipSpace();
  const bool good = scanner.AtEnd() && !challenge.realm.empty() && !challenge.nonce.empty() &&
                    challenge.nonce.size() <= kMaxNonceBytes;
  return good ? std::optional(std::move(challenge)) : std::nullopt;
}

// RFC 7616 section 3.4.
std::string AnswerDigest(const DigestChallenge& challenge, const Credentials& credentials,
                         std::string_view method, std::string_view uri, uint32_t count,
                         std::string_view cnonce) {
  const auto hash = [&](const std::string& text) { return Hash(challenge.algorithm, text); };
  std::string a1 = credentials.user + ':' + challenge.realm + ':' + credentials.password;
  if (challenge.session) a1 = hash(a1) + ':' + challenge.nonce + ':' + std::string(cnonce);
  const std::string a2 = std::string(method) + ':' + std::string(uri);
  std::array<char, 9> nc;
  std::snprintf(nc.data(), nc.size(), "%08x", count);
  const std::string middle = challenge.qop_auth
                                 ? std::string(nc.data()) + ':' + std::string(cnonce) + ":auth:"
                                 : std::string();
  const std::string response = hash(hash(a1) + ':' + challenge.nonce + ':' + middle + hash(a2));

  std::string text = "Digest username=" + Quote(credentials.user) +
                     ", realm=" + Quote(challenge.realm) + ", nonce=" + Quote(challenge.nonce) +
                     ", uri=" + Quote(uri) + ", response=\"" + response +
                     "\", algorithm=" + AlgorithmText(challenge);
  if (challenge.opaque) text += ", opaque=" + Quote(*challenge.opaque);
  if (challenge.qop_auth) text += std::string(", qop=auth, nc=") + nc.data();
  if (challenge.qop_auth || challenge.session) text += ", cnonce=" + Quote(cnonce);
  return text;
}

std::optional<DigestChallenge> ChooseChallenge(const Message& response,
                                               const Credentials& credentials) {
  const std::string_view name = response.status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
  for (const Header& header : response.headers) {
    if (!EqualsIgnoreCase(header.name, name)) continue;
    auto challenge = DigestChallenge::Parse(header.value);
    if (challenge && challenge->realm == credentials.realm) return challenge;
  }
  return std::nullopt;
}

}  // namespace parley::sip
