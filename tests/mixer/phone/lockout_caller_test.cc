#include "mixer/phone/lockout_caller.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

sip::IncomingCall CallFrom(std::string caller, uint16_t port = 5060) {
  sip::IncomingCall call;
  call.caller = std::move(caller);
  call.from = SocketAddress::V4({203, 0, 113, 5}, port);
  return call;
}

TEST(LockoutCallerTest, AStrangerWhoChangesNumbersAndPortsIsOneCaller) {
  const std::string first = LockoutCaller(CallFrom("+442079460123"));
  EXPECT_EQ(LockoutCaller(CallFrom("+442079460124", 40'000)), first);
  EXPECT_EQ(LockoutCaller(CallFrom("anonymous")), first);
  sip::IncomingCall asserts = CallFrom("bob");
  asserts.from = SocketAddress::V4({203, 0, 113, 6}, 5060);
  asserts.asserted = "+442079460125";
  EXPECT_EQ(LockoutCaller(asserts), LockoutCaller({.call = {},
                                                   .dialled = {},
                                                   .caller = "eve",
                                                   .caller_name = {},
                                                   .identity = {},
                                                   .asserted = {},
                                                   .trunk = {},
                                                   .from = asserts.from}))
      << "what only a provider may say";
}

TEST(LockoutCallerTest, AProvidersCallersAreToldApart) {
  sip::IncomingCall ada = CallFrom("+442079460123");
  sip::IncomingCall bo = CallFrom("+442079460124");
  ada.trunk = bo.trunk = 0;
  EXPECT_EQ(LockoutCaller(ada), "+442079460123");
  EXPECT_NE(LockoutCaller(ada), LockoutCaller(bo));
  // Who hides their number from us, but not from the provider.
  ada.caller = bo.caller = "anonymous";
  EXPECT_EQ(LockoutCaller(ada), LockoutCaller(bo));
  ada.asserted = "+442079460123";
  bo.asserted = "+442079460124";
  EXPECT_EQ(LockoutCaller(ada), "+442079460123");
  EXPECT_EQ(LockoutCaller(bo), "+442079460124");
}

}  // namespace
}  // namespace parley
