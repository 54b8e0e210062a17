#include "mixer/sip/dns_message.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/mixer/sip/dns_answers.h"

namespace parley::sip {
namespace {

using test::DnsAnswerWriter;

using Bytes = std::vector<uint8_t>;

// dig's question for "_sip._udp.example.com. SRV" (its answer of example.com's kind follows RFC
// 2782).
TEST(DnsMessageTest, AsksAsDigDoes) {
  const Bytes query = WriteDnsQuery(0x1234, {"_sip._udp.example.com", DnsType::kSrv});
  const Bytes wanted = {0x12, 0x34, 0x01, 0x00, 0,    1,   0,   0,   0,   0, 0,   1,   4,
                        '_',  's',  'i',  'p',  4,    '_', 'u', 'd', 'p', 7, 'e', 'x', 'a',
                        'm',  'p',  'l',  'e',  3,    'c', 'o', 'm', 0,   0, 33,  0,   1,
                        0,    0,    41,   0x04, 0xD0, 0,   0,   0,   0,   0, 0};
  EXPECT_EQ(query, wanted);
}

TEST(DnsMessageTest, ReadsWhatItAskedFor) {
  const DnsQuestion question{"example.com", DnsType::kNaptr};
  const auto bytes = DnsAnswerWriter(7, question)
                         .Add(test::Naptr(10, 20, "SIPS+D2T", "_sips._tcp.example.com"))
                         .Add(test::Srv(1, 2, 5061, "a.example.com"))
                         .Add(test::Address("192.0.2.1"))
                         .Add(test::Address("2001:db8::1"))
                         .Add(DnsRecord{{}, DnsAlias{"b.example.com"}})
                         .bytes();
  const auto answer = DnsAnswer::Parse(bytes);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->id, 7);
  EXPECT_EQ(answer->question, question);
  EXPECT_EQ(answer->code, 0);
  ASSERT_EQ(answer->records.size(), 5u);
  EXPECT_EQ(answer->records[0].name, "example.com") << "out of a pointer";
  const auto& naptr = std::get<DnsNaptr>(answer->records[0].data);
  EXPECT_EQ(naptr.order, 10);
  EXPECT_EQ(naptr.preference, 20);
  EXPECT_EQ(naptr.flags, "s");
  EXPECT_EQ(naptr.service, "SIPS+D2T");
  EXPECT_EQ(naptr.replacement, "_sips._tcp.example.com");
  const auto& srv = std::get<DnsSrv>(answer->records[1].data);
  EXPECT_EQ(srv.priority, 1);
  EXPECT_EQ(srv.weight, 2);
  EXPECT_EQ(srv.port, 5061);
  EXPECT_EQ(srv.target, "a.example.com");
  EXPECT_EQ(std::get<SocketAddress>(answer->records[2].data).IpString(), "192.0.2.1");
  EXPECT_EQ(std::get<SocketAddress>(answer->records[3].data).IpString(), "2001:db8::1");
  EXPECT_EQ(std::get<DnsAlias>(answer->records[4].data).name, "b.example.com");
}

TEST(DnsMessageTest, EveryTruncationIsRefusedOrMarked) {
  const auto bytes = DnsAnswerWriter(7, {"example.com", DnsType::kSrv})
                         .Add(test::Srv(1, 2, 5061, "a.example.com"))
                         .Add(test::Address("192.0.2.1"))
                         .bytes();
  for (size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(DnsAnswer::Parse(std::span(bytes).first(n))) << n;
  }
  Bytes marked = bytes;
  marked[2] |= 0x02;  // TC
  const auto whole = DnsAnswer::Parse(marked);
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->truncated);
  const auto part = DnsAnswer::Parse(std::span(marked).first(marked.size() - 3));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->records.size(), 1u) << "what came whole counts";
}

TEST(DnsMessageTest, NamesThatNeverEndAreRefused) {
  Bytes bytes = DnsAnswerWriter(7, {"a", DnsType::kA}).Add(test::Address("192.0.2.1")).bytes();
  const size_t owner = 12 + 3 + 4;
  ASSERT_EQ(bytes[owner], 0xC0);
  ASSERT_TRUE(DnsAnswer::Parse(bytes));
  bytes[owner + 1] = static_cast<uint8_t>(owner);  // at itself
  EXPECT_FALSE(DnsAnswer::Parse(bytes));
  bytes[owner + 1] = static_cast<uint8_t>(owner + 2);  // forwards
  EXPECT_FALSE(DnsAnswer::Parse(bytes));
  bytes[owner] = 0x80;  // a kind of label that nobody has
  EXPECT_FALSE(DnsAnswer::Parse(bytes));
}

TEST(DnsMessageTest, WhatIsNoAnswerIsRefused) {
  Bytes bytes = DnsAnswerWriter(7, {"a", DnsType::kA}).bytes();
  ASSERT_TRUE(DnsAnswer::Parse(bytes));
  EXPECT_FALSE(DnsAnswer::Parse(WriteDnsQuery(7, {"a", DnsType::kA}))) << "a question";
  Bytes two = bytes;
  two[5] = 2;
  EXPECT_FALSE(DnsAnswer::Parse(two)) << "of two questions";
  EXPECT_FALSE(DnsAnswer::Parse(Bytes(DnsAnswer::kMostBytes + 1)));
  EXPECT_EQ(DnsAnswer::Parse(DnsAnswerWriter(7, {"a", DnsType::kA}, 3).bytes())->code, 3);
}

TEST(DnsMessageTest, RecordsAreBounded) {
  DnsAnswerWriter writer(7, {"a", DnsType::kA});
  for (int i = 0; i < 200; ++i) writer.Add(test::Address("192.0.2.1"));
  EXPECT_EQ(DnsAnswer::Parse(writer.bytes())->records.size(), DnsAnswer::kMostRecords);
}

TEST(DnsMessageTest, NamesAreNormalizedOrRefused) {
  EXPECT_EQ(NormalizeDnsName("Sip.Example.COM."), "sip.example.com");
  EXPECT_EQ(NormalizeDnsName(std::string(63, 'a')), std::string(63, 'a'));
  for (const std::string& wrong :
       {std::string(), std::string("."), std::string("a..b"), std::string(".a"), std::string("a b"),
        std::string(64, 'a'), std::string(254, 'a')}) {
    EXPECT_FALSE(NormalizeDnsName(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace parley::sip
