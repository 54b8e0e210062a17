#include "signaling/phone/dial_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

// What comes of it: the number, or the name of the refusal.
std::string Of(const DialRules& rules, std::string_view typed) {
  const auto number = rules.Check(typed);
  if (number) return *number;
  constexpr const char* kNames[] = {"emergency", "malformed", "no country", "not allowed"};
  return kNames[static_cast<size_t>(number.error())];
}

TEST(DialRulesTest, ANumberIsBroughtIntoOneForm) {
  const DialRules rules({.prefixes = {"+"}, .country = "+44", .never = {}});
  for (const char* typed :
       {"+442079460123", " +44 20 7946 0123", "+44 (20) 7946-0123", "0044 20 7946 0123",
        "020 7946 0123", "+44/20.7946 0123", "＋４４２０７９４６０１２３"}) {
    EXPECT_EQ(Of(rules, typed), "+442079460123") << typed;
  }
  const DialRules american({.prefixes = {"+"}, .country = "1", .never = {}});
  EXPECT_EQ(Of(american, "(212) 555-0123"), "+12125550123");
  EXPECT_EQ(Of(american, "1 212 555 0123"), "+12125550123");
  EXPECT_EQ(Of(american, "011 44 20 7946 0123"), "+442079460123");
  const DialRules italian({.prefixes = {"+39"}, .country = "39", .never = {}});
  EXPECT_EQ(Of(italian, "055 567 890"), "+39055567890");
}

TEST(DialRulesTest, WithoutACountryNumbersNeedTheirs) {
  const DialRules rules({.prefixes = {"+"}, .country = {}, .never = {}});
  EXPECT_EQ(Of(rules, "020 7946 0123"), "no country");
  EXPECT_EQ(Of(rules, "+442079460123"), "+442079460123");
}

TEST(DialRulesTest, WhatIsNoNumberIsRefused) {
  const DialRules rules({.prefixes = {"+"}, .country = "44", .never = {}});
  for (const char* typed :
       {"", "+", "hello", "+44 20 ext 5", "+44207946012345678", "+442079", "+99912345678",
        "+442079460123@example.org", "+1 111 555 0123", "+1 212 055 0123", "+1 212 5550",
        "+44;phone-context=x", "+44 2079460123\r\nVia: x"}) {
    EXPECT_EQ(Of(rules, typed), "malformed") << typed;
  }
  EXPECT_EQ(Of(rules, std::string(100, '7')), "malformed");
}

TEST(DialRulesTest, OnlyTheOperatorsPrefixesAreCalled) {
  const DialRules rules({.prefixes = {"+44", "+4930"}, .country = {}, .never = {}});
  EXPECT_TRUE(rules.allows_any());
  EXPECT_EQ(Of(rules, "+442079460123"), "+442079460123");
  EXPECT_EQ(Of(rules, "+493012345678"), "+493012345678");
  EXPECT_EQ(Of(rules, "+494012345678"), "not allowed");
  EXPECT_EQ(Of(rules, "+12125550123"), "not allowed");
  EXPECT_FALSE(DialRules({}).allows_any());
  EXPECT_EQ(Of(DialRules({}), "+442079460123"), "not allowed");
}

TEST(DialRulesTest, EmergencyNumbersAreRefusedWhateverIsAllowed) {
  const DialRules rules({.prefixes = {"+"}, .country = "44", .never = {"+44 900 123 4567"}});
  for (const char* typed : {"999", "112", "9 999", "0112", "00112", "+44999", "+44 0 999",
                            "0044 999", "９１１", "116 123", "+44 900 123 4567", "0900 1234567"}) {
    EXPECT_EQ(Of(rules, typed), "emergency") << typed;
  }
  // With the country that a short one would get.
  const DialRules own({.prefixes = {"+"}, .country = "44", .never = {"44 5555 000"}});
  EXPECT_EQ(Of(own, "5555 000"), "emergency");
}

TEST(DialRulesTest, EveryRefusalIsASentence) {
  for (const auto refusal : {DialRefusal::kEmergency, DialRefusal::kMalformed,
                             DialRefusal::kNoCountry, DialRefusal::kNotAllowed}) {
    EXPECT_TRUE(SentenceOf(refusal).ends_with("."));
  }
}

}  // namespace
}  // namespace parley
