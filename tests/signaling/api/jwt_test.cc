#include "signaling/api/jwt.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/signaling/api/jwt_keys.h"

namespace parley {
namespace {

constexpr WallTime kNow = WallTime::UnixMicros(1'763'885'000'000'000);

// RFC 7515 appendix A.1.
constexpr std::string_view kHsSecret =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
constexpr std::string_view kHsToken =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
// RFC 7515 appendix A.2.
constexpr std::string_view kRsaModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4"
    "d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5re"
    "xMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX"
    "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
constexpr std::string_view kRsToken =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
// RFC 8037 appendix A.
constexpr std::string_view kEdPublic = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr std::string_view kEdPrivate = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr std::string_view kEdInput = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view kEdSignature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

std::vector<JwtKey> Keys(JwtKey key) {
  std::vector<JwtKey> keys;
  keys.push_back(std::move(key));
  return keys;
}

JwtKey EdKey() { return *JwtKey::FromPem(Ed25519PrivatePem(kEdPrivate)); }

std::string Part(std::string_view text) {
  return EncodeBase64Url({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// A token with any header and claims, signed by the key whatever the header says.
std::string Forge(const JwtKey& key, std::string_view header, std::string_view claims) {
  const std::string input = Part(header) + "." + Part(claims);
  return input + "." + EncodeBase64Url(key.Sign(input));
}

std::string ClaimsUntil(int64_t seconds_from_now) {
  return "{\"exp\":" + std::to_string(kNow.unix_seconds() + seconds_from_now) + "}";
}

JwtFault FaultOf(std::string_view token, const std::vector<JwtKey>& keys,
                 const JwtPolicy& policy = {}) {
  const auto result = VerifyJwt(token, keys, policy, kNow);
  EXPECT_FALSE(result) << "accepted: " << token;
  return result ? JwtFault{0xFF} : result.error();
}

TEST(JwtTest, KnownAnswerHs256) {
  const auto keys = Keys(SecretKey(kHsSecret));
  const auto before = WallTime::UnixMicros(1'300'819'379'000'000);
  const auto claims = VerifyJwt(kHsToken, keys, {}, before);
  ASSERT_TRUE(claims);
  EXPECT_EQ(*claims,
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
            "\"http://example.com/is_root\":true}");
  EXPECT_EQ(FaultOf(kHsToken, keys), JwtFault::kExpired);
  const size_t dot = kHsToken.rfind('.');
  EXPECT_EQ(EncodeBase64Url(keys[0].Sign(kHsToken.substr(0, dot))), kHsToken.substr(dot + 1));
}

TEST(JwtTest, KnownAnswerRs256) {
  const auto keys = Keys(*JwtKey::FromPem(RsaPublicPem(kRsaModulus, "AQAB")));
  EXPECT_FALSE(keys[0].can_sign());
  EXPECT_TRUE(VerifyJwt(kRsToken, keys, {}, WallTime::UnixMicros(1'300'819'379'000'000)));
  EXPECT_EQ(FaultOf(kRsToken, keys), JwtFault::kExpired);
}

TEST(JwtTest, KnownAnswerEdDsa) {
  const auto check = *JwtKey::FromPem(Ed25519PublicPem(kEdPublic));
  EXPECT_FALSE(check.can_sign());
  EXPECT_TRUE(check.Verify(kEdInput, *DecodeBase64Url(kEdSignature)));
  EXPECT_EQ(EncodeBase64Url(EdKey().Sign(kEdInput)), kEdSignature);
}

TEST(JwtTest, WhatWasMadeIsAccepted) {
  JwtKey named = EdKey();
  named.set_id("ops-1");
  std::vector<JwtKey> keys;
  keys.push_back(SecretKey(kHsSecret));
  keys.push_back(std::move(named));
  for (const JwtKey& key : keys) {
    const std::string token = MakeJwt(key, ClaimsUntil(60));
    EXPECT_EQ(VerifyJwt(token, keys, {}, kNow), ClaimsUntil(60));
  }
}

TEST(JwtTest, NoneIsNoAlgorithm) {
  const auto keys = Keys(SecretKey(kHsSecret));
  const std::string claims = Part(ClaimsUntil(60));
  for (std::string_view name : {"none", "None", "NONE", ""}) {
    const std::string header = Part("{\"alg\":\"" + std::string(name) + "\"}");
    EXPECT_EQ(FaultOf(header + "." + claims + ".", keys), JwtFault::kNoKey) << name;
  }
  EXPECT_EQ(FaultOf(Part("{}") + "." + claims + ".", keys), JwtFault::kNoKey);
}

// RFC 8725 section 2.1: an attacker signs with HMAC, the public key's text being the secret.
TEST(JwtTest, APublicKeyIsNoHmacSecret) {
  const std::string pem = RsaPublicPem(kRsaModulus, "AQAB");
  const auto keys = Keys(*JwtKey::FromPem(pem));
  const auto forger =
      *JwtKey::FromSecret({reinterpret_cast<const uint8_t*>(pem.data()), pem.size()});
  EXPECT_EQ(FaultOf(MakeJwt(forger, ClaimsUntil(60)), keys), JwtFault::kNoKey);
  EXPECT_EQ(FaultOf(Forge(forger, R"({"alg":"RS256"})", ClaimsUntil(60)), keys),
            JwtFault::kSignature);
  EXPECT_EQ(FaultOf(Forge(EdKey(), R"({"alg":"RS256"})", ClaimsUntil(60)), keys),
            JwtFault::kSignature);
}

TEST(JwtTest, AKeyIdChoosesAmongNamedKeys) {
  JwtKey a = SecretKey(kHsSecret);
  a.set_id("a");
  auto keys = Keys(std::move(a));
  const JwtKey& key = keys[0];
  EXPECT_TRUE(
      VerifyJwt(Forge(key, R"({"alg":"HS256","kid":"a"})", ClaimsUntil(9)), keys, {}, kNow));
  EXPECT_TRUE(VerifyJwt(Forge(key, R"({"alg":"HS256"})", ClaimsUntil(9)), keys, {}, kNow));
  EXPECT_EQ(FaultOf(Forge(key, R"({"alg":"HS256","kid":"b"})", ClaimsUntil(9)), keys),
            JwtFault::kNoKey);
}

TEST(JwtTest, TimesHaveALeeway) {
  const auto keys = Keys(SecretKey(kHsSecret));
  const JwtPolicy policy{.issuer = "", .leeway = Duration::Seconds(5)};
  EXPECT_TRUE(VerifyJwt(MakeJwt(keys[0], ClaimsUntil(-4)), keys, policy, kNow));
  EXPECT_EQ(FaultOf(MakeJwt(keys[0], ClaimsUntil(-5)), keys, policy), JwtFault::kExpired);
  const std::string exp = std::to_string(kNow.unix_seconds() + 60);
  auto with_nbf = [&](int64_t from) {
    return MakeJwt(keys[0], "{\"exp\":" + exp +
                                ",\"nbf\":" + std::to_string(kNow.unix_seconds() + from) + "}");
  };
  EXPECT_TRUE(VerifyJwt(with_nbf(5), keys, policy, kNow));
  EXPECT_EQ(FaultOf(with_nbf(6), keys, policy), JwtFault::kNotYet);
  EXPECT_TRUE(VerifyJwt(MakeJwt(keys[0], "{\"exp\":" + exp + ".5}"), keys, policy, kNow));
}

TEST(JwtTest, ExpiryIsRequiredAndANumber) {
  const auto keys = Keys(SecretKey(kHsSecret));
  EXPECT_EQ(FaultOf(MakeJwt(keys[0], "{}"), keys), JwtFault::kNoExpiry);
  for (std::string_view claims :
       {R"({"exp":"9999999999"})", R"({"exp":null})", R"({"exp":9999999999,"nbf":"0"})", "[]", "7",
        "", R"({"exp":9999999999,"exp":1})"}) {
    EXPECT_EQ(FaultOf(MakeJwt(keys[0], claims), keys), JwtFault::kMalformed) << claims;
  }
}

TEST(JwtTest, IssuerIsCompared) {
  const auto keys = Keys(SecretKey(kHsSecret));
  const JwtPolicy policy{.issuer = "ops"};
  const std::string exp = "\"exp\":" + std::to_string(kNow.unix_seconds() + 60);
  EXPECT_TRUE(VerifyJwt(MakeJwt(keys[0], "{\"iss\":\"ops\"," + exp + "}"), keys, policy, kNow));
  EXPECT_EQ(FaultOf(MakeJwt(keys[0], "{\"iss\":\"dev\"," + exp + "}"), keys, policy),
            JwtFault::kIssuer);
  EXPECT_EQ(FaultOf(MakeJwt(keys[0], "{" + exp + "}"), keys, policy), JwtFault::kIssuer);
}

TEST(JwtTest, CriticalHeadersAreNotUnderstood) {
  const auto keys = Keys(SecretKey(kHsSecret));
  EXPECT_EQ(FaultOf(Forge(keys[0], R"({"alg":"HS256","crit":["exp"]})", ClaimsUntil(9)), keys),
            JwtFault::kMalformed);
  EXPECT_EQ(FaultOf(Forge(keys[0], R"({"alg":"HS256","b64":false})", ClaimsUntil(9)), keys),
            JwtFault::kMalformed);
}

TEST(JwtTest, EveryTruncationAndEveryFlippedCharacterIsRefused) {
  const auto keys = Keys(EdKey());
  const std::string token = MakeJwt(keys[0], ClaimsUntil(60));
  for (size_t n = 0; n < token.size(); ++n) {
    EXPECT_FALSE(VerifyJwt(token.substr(0, n), keys, {}, kNow)) << n;
    std::string flipped = token;
    flipped[n] = flipped[n] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(VerifyJwt(flipped, keys, {}, kNow)) << n;
  }
  EXPECT_EQ(FaultOf(token + ".", keys), JwtFault::kMalformed);
  EXPECT_EQ(FaultOf(std::string(kMaxJwtBytes + 1, 'A'), keys), JwtFault::kMalformed);
}

TEST(JwtKeyTest, WeakKeysAreRefused) {
  std::array<uint8_t, 31> secret{};
  EXPECT_FALSE(JwtKey::FromSecret(secret));
  EXPECT_FALSE(JwtKey::FromPem("nothing"));
  EXPECT_FALSE(JwtKey::FromPem(PemOf(EVP_RSA_gen(1024), true)));
  EXPECT_FALSE(JwtKey::FromPem(PemOf(EVP_EC_gen("P-256"), true)));
}

TEST(JwtKeyTest, AnRsaKeySignsWhatItsPublicHalfChecks) {
  EVP_PKEY* pair = EVP_RSA_gen(2048);
  EVP_PKEY_up_ref(pair);
  const auto check = *JwtKey::FromPem(PemOf(pair, false));
  const auto sign = *JwtKey::FromPem(PemOf(pair, true));
  EXPECT_TRUE(check.Verify("input", sign.Sign("input")));
  EXPECT_FALSE(check.Verify("Input", sign.Sign("input")));
}

}  // namespace
}  // namespace parley
