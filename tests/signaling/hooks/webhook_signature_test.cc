#include "signaling/hooks/webhook_signature.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

// The example of Standard Webhooks 1.0; its secret is whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.
TEST(WebhookSignatureTest, IsThatOfStandardWebhooks) {
  const std::string secret =
      "\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d"
      "\xa4\xb0";
  EXPECT_EQ(
      SignWebhook(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace parley
