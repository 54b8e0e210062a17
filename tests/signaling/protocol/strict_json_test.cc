#include "signaling/protocol/strict_json.h"

#include <gtest/gtest.h>

#include <string>

namespace parley {
namespace {

JsonFault Parse(std::string_view text, JsonBounds bounds = {}) {
  rapidjson::Document document;
  return ParseStrictJson(text, bounds, document);
}

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') +
         std::string(static_cast<size_t>(depth), ']');
}

TEST(StrictJsonTest, TakesOneValueWithWhiteSpaceAround) {
  EXPECT_EQ(Parse("{}"), JsonFault::kNone);
  EXPECT_EQ(Parse(" {\"a\": [1, 2.5, null, true, \"\xC3\xA9\"]}\r\n"), JsonFault::kNone);
}

TEST(StrictJsonTest, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", " ", "{", "}", "{\"a\":}", "{\"a\" 1}", "{'a':1}", "{\"a\":1,}", "[1,]", "{}{}", "{} x",
        "nul", "01", "1e999", "\"\\x\"", "\"\n\"", "{\"a\":NaN}", "// c\n{}", "\xEF\xBB\xBF{"}) {
    EXPECT_EQ(Parse(text), JsonFault::kMalformed) << text;
  }
}

TEST(StrictJsonTest, EveryTruncationIsRefused) {
  const std::string whole =
      R"({"id":1,"type":"chat","data":{"text":"h\u00e9 \ud83d\ude00","n":[1.5e3,{}]}})";
  ASSERT_EQ(Parse(whole), JsonFault::kNone);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Parse(whole.substr(0, size)), JsonFault::kMalformed) << size;
  }
}

TEST(StrictJsonTest, RefusesBytesThatAreNoUtf8) {
  for (const char* bytes :
       {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"}) {
    EXPECT_EQ(Parse("{\"a\":\"" + std::string(bytes) + "\"}"), JsonFault::kMalformed);
  }
  EXPECT_EQ(Parse(R"({"a":"\ud800"})"), JsonFault::kMalformed) << "half a surrogate pair";
}

TEST(StrictJsonTest, ANulHidesNothingBehindIt) {
  using std::string_literals::operator""s;
  EXPECT_EQ(Parse("{}\0"s), JsonFault::kMalformed);
  EXPECT_EQ(Parse("{}\0garbage"s), JsonFault::kMalformed);
  EXPECT_EQ(Parse("{\"a\":\"\0\"}"s), JsonFault::kMalformed);
}

TEST(StrictJsonTest, DepthIsBoundedExactly) {
  EXPECT_EQ(Parse(Nested(32)), JsonFault::kNone);
  EXPECT_EQ(Parse(Nested(33)), JsonFault::kTooDeep);
  EXPECT_EQ(Parse(R"({"a":{"b":[]}})", {.bytes = 100, .depth = 2}), JsonFault::kTooDeep);
  EXPECT_EQ(Parse(R"({"a":"[[[[{{{{\"[[["})", {.bytes = 100, .depth = 1}), JsonFault::kNone)
      << "brackets in strings are text";
}

TEST(StrictJsonTest, DeepNestingCostsNoStack) {
  EXPECT_EQ(Parse(Nested(30'000)), JsonFault::kTooDeep);
  // With the bound lifted the parser itself is iterative.
  EXPECT_EQ(Parse(Nested(30'000), {.bytes = 1 << 20, .depth = 1 << 20}), JsonFault::kNone);
}

TEST(StrictJsonTest, SizeIsBoundedExactly) {
  const std::string text = "{\"a\":\"" + std::string(64 * 1024 - 8, 'x') + "\"}";
  ASSERT_EQ(text.size(), 64u * 1024);
  EXPECT_EQ(Parse(text), JsonFault::kNone);
  EXPECT_EQ(Parse(text + "\n"), JsonFault::kTooLarge);
}

TEST(StrictJsonTest, DuplicateKeysAreRefusedAtAnyLevel) {
  EXPECT_EQ(Parse(R"({"a":1,"a":1})"), JsonFault::kDuplicateKey);
  EXPECT_EQ(Parse(R"({"a":1,"b":{"c":1,"c":2}})"), JsonFault::kDuplicateKey);
  EXPECT_EQ(Parse(R"([{"x":[[{"c":1,"d":0,"c":2}]]}])"), JsonFault::kDuplicateKey);
  EXPECT_EQ(Parse(R"({"a":1,"\u0061":2})"), JsonFault::kDuplicateKey) << "escaped spelling";
  EXPECT_EQ(Parse(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})"), JsonFault::kNone);
}

}  // namespace
}  // namespace parley
