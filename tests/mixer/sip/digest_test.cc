#include "mixer/sip/digest.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

using Algorithm = DigestChallenge::Algorithm;

std::string ResponseOf(std::string_view answer) {
  const size_t at = answer.find("response=\"") + 10;
  return std::string(answer.substr(at, answer.find('"', at) - at));
}

// RFC 7616 section 3.9.1.
TEST(DigestTest, MatchesTheExamplesOfRfc7616) {
  DigestChallenge challenge{.realm = "http-auth@example.org",
                            .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                            .opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
                            .algorithm = Algorithm::kMd5,
                            .session = false,
                            .qop_auth = true,
                            .stale = false};
  const Credentials mufasa{"http-auth@example.org", "Mufasa", "Circle of Life"};
  const std::string_view cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  EXPECT_EQ(ResponseOf(AnswerDigest(challenge, mufasa, "GET", "/dir/index.html", 1, cnonce)),
            "8ca523f5e9506fed4657c9700eebdbec");
  challenge.algorithm = Algorithm::kSha256;
  const std::string answer = AnswerDigest(challenge, mufasa, "GET", "/dir/index.html", 1, cnonce);
  EXPECT_EQ(ResponseOf(answer), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
  EXPECT_TRUE(answer.contains("algorithm=SHA-256")) << answer;
  EXPECT_TRUE(answer.contains("qop=auth, nc=00000001, cnonce=\"f2/wE4q74E6")) << answer;
}

// RFC 2069 section 2.4 with its erratum's response: the form without qop.
TEST(DigestTest, AnswersTheOldFormWithoutQop) {
  const auto challenge = DigestChallenge::Parse(
      "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
      " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
  ASSERT_TRUE(challenge.has_value());
  EXPECT_FALSE(challenge->qop_auth);
  const std::string answer =
      AnswerDigest(*challenge, {"testrealm@host.com", "Mufasa", "CircleOfLife"}, "GET",
                   "/dir/index.html", 1, "unused");
  EXPECT_EQ(ResponseOf(answer), "1949323746fe6a43ef61f9606e7febea");
  EXPECT_FALSE(answer.contains("cnonce")) << answer;
}

TEST(DigestTest, ReadsChallenges) {
  const auto challenge = DigestChallenge::Parse(
      "digest Realm = \"a \\\"b\\\"\" ,nonce=\"n\", stale=TRUE, algorithm=SHA-512-256-sess, "
      "qop=\"auth-int,auth\", domain=\"sip:x\", charset=UTF-8");
  ASSERT_TRUE(challenge.has_value());
  EXPECT_EQ(challenge->realm, "a \"b\"");
  EXPECT_EQ(challenge->algorithm, Algorithm::kSha512Of256);
  EXPECT_TRUE(challenge->session && challenge->qop_auth && challenge->stale);
  for (const char* bad :
       {"", "Basic realm=\"x\"", "Digest", "Digest realm=\"x\"", "Digest nonce=\"x\"",
        "Digest realm=\"x\", nonce=\"y\", algorithm=SHA-1",
        "Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"", "Digest realm=\"x\", nonce=\"y\",",
        "Digest realm=\"x, nonce=\"y\"", "Digest realm=\"x\" nonce=\"y\""}) {
    EXPECT_FALSE(DigestChallenge::Parse(bad).has_value()) << bad;
  }
}

TEST(DigestTest, TakesTheFirstChallengeOfItsOwnRealmThatItCanAnswer) {
  Message response;
  response.status = 407;
  response.Add("WWW-Authenticate", "Digest realm=\"trunk\", nonce=\"not for a 407\"");
  response.Add("Proxy-Authenticate", "Digest realm=\"trunk\", nonce=\"1\", algorithm=SHA-1");
  response.Add("Proxy-Authenticate", "Digest realm=\"elsewhere\", nonce=\"2\"");
  response.Add("Proxy-Authenticate", "Digest realm=\"trunk\", nonce=\"3\", algorithm=SHA-256");
  response.Add("Proxy-Authenticate", "Digest realm=\"trunk\", nonce=\"4\", algorithm=MD5");
  EXPECT_EQ(ChooseChallenge(response, {"trunk", "u", "p"})->nonce, "3");
  EXPECT_FALSE(ChooseChallenge(response, {"other", "u", "p"}).has_value());
}

}  // namespace
}  // namespace parley::sip
