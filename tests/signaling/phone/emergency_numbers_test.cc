#include "signaling/phone/emergency_numbers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace parley {
namespace {

std::vector<std::string> NumbersOf(const EmergencyCountry& country) {
  std::vector<std::string> numbers;
  std::string text(country.numbers);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    numbers.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return numbers;
}

TEST(EmergencyNumbersTest, EveryCountrysNumbersAreKnownBehindEveryPrefix) {
  size_t checked = 0;
  for (const EmergencyCountry& country : EmergencyCountries()) {
    EXPECT_EQ(country.country.size(), 2u);
    const auto numbers = NumbersOf(country);
    EXPECT_FALSE(numbers.empty()) << country.country;
    const std::string code(country.calling_code);
    for (const std::string& number : numbers) {
      ASSERT_EQ(number.find_first_not_of("0123456789"), std::string::npos) << country.country;
      for (const std::string& prefix :
           std::vector<std::string>{"",           "0",           "9",
                                    "00",         "8",           "1",
                                    "9-",         "0,",          "09",
                                    "+",          "+" + code,    "+" + code + "0",
                                    "00" + code,  "000" + code,  "900" + code,
                                    "011" + code, "9011" + code, "0011" + code,
                                    "010" + code, "810" + code,  "00" + code + "0",
                                    "0" + code,   "tel:",        "tel:+" + code}) {
        EXPECT_TRUE(ReachesEmergency(prefix + number))
            << country.country << ' ' << prefix << number;
        ++checked;
      }
    }
  }
  EXPECT_GT(EmergencyCountries().size(), 200u);
  EXPECT_GT(checked, 10'000u);
}

TEST(EmergencyNumbersTest, NeitherSpacesNorSignsHideOne) {
  for (const char* typed :
       {"9 1 1", "9-1-1", "(112)", "112#", "*112", "1.1.2", "+1 911", "+44 999", "+44 (0) 999",
        "00 49 110", "0 0 4 9 1 1 2", "116 117", "+49 116123", "08"}) {
    EXPECT_TRUE(ReachesEmergency(typed)) << typed;
  }
}

TEST(EmergencyNumbersTest, OrdinaryNumbersAreNone) {
  for (const char* typed : {"+442079460123", "+4930123456", "+911123456789", "+12125550123",
                            "+8613812345678", "+33142685300", "020 7946 0123", "0049 30 123456",
                            "011442079460123", "+3905556789", "", "hello", "+", "7946"}) {
    EXPECT_FALSE(ReachesEmergency(typed)) << typed;
  }
}

TEST(EmergencyNumbersTest, TheOperatorAddsTheirOwn) {
  const std::vector<std::string> own = {"4444", "442079460999"};
  EXPECT_FALSE(ReachesEmergency("4444"));
  for (const char* typed : {"4444", "94444", "+49 4444", "+44 20 7946 0999", "00442079460999"}) {
    EXPECT_TRUE(ReachesEmergency(typed, own)) << typed;
  }
  EXPECT_FALSE(ReachesEmergency("+44 20 7946 0998", own));
}

TEST(EmergencyNumbersTest, ACallingCodeIsFoundInFront) {
  EXPECT_EQ(CallingCodeSize("442079460123"), 2u);
  EXPECT_EQ(CallingCodeSize("12125550123"), 1u);
  EXPECT_EQ(CallingCodeSize("8521234567"), 3u);
  EXPECT_EQ(CallingCodeSize("999123456"), 0u);
  EXPECT_EQ(CallingCodeSize(""), 0u);
}

}  // namespace
}  // namespace parley
