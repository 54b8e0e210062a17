#include "mixer/sip/stream_framer.h"

#include <gtest/gtest.h>

#include "mixer/sip/raw_message.h"

namespace parley::sip {
namespace {

using Next = StreamFramer::Next;

TEST(StreamFramerTest, CutsByContentLengthHoweverTheBytesArrive) {
  const std::string one = "OPTIONS sip:a SIP/2.0\r\nl: 3\r\n\r\nabc";
  const std::string two = "BYE sip:a SIP/2.0\r\nContent-Length : 0\r\n\r\n";
  const std::string stream = "\r\n" + one + "\r\n\r\n" + two;
  for (size_t chunk = 1; chunk <= stream.size(); ++chunk) {
    StreamFramer framer;
    std::vector<std::string> messages;
    int pings = 0;
    for (size_t at = 0; at < stream.size(); at += chunk) {
      framer.Append(std::string_view(stream).substr(at, chunk));
      for (Next next = framer.Poll(); next != Next::kNothing; next = framer.Poll()) {
        ASSERT_NE(next, Next::kBroken);
        if (next == Next::kKeepalive) ++pings;
        if (next == Next::kMessage) messages.emplace_back(framer.message());
      }
    }
    EXPECT_EQ(messages, (std::vector{one, two})) << chunk;
    EXPECT_EQ(pings, 1) << chunk;
  }
}

TEST(StreamFramerTest, BreaksWhereNoBoundaryCanBeFound) {
  for (const char* head :
       {"OPTIONS sip:a SIP/2.0\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n", "x\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nl: 65536\r\n\r\n"}) {
    StreamFramer framer;
    framer.Append(head);
    EXPECT_EQ(framer.Poll(), Next::kBroken) << head;
    EXPECT_EQ(framer.message(), head);
    framer.Append("OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n");
    EXPECT_EQ(framer.Poll(), Next::kNothing) << "a broken stream stays broken";
  }
}

TEST(StreamFramerTest, BoundsAHeadThatDoesNotEnd) {
  StreamFramer framer;
  framer.Append(std::string(kMaxMessageBytes, 'x'));
  EXPECT_EQ(framer.Poll(), Next::kNothing);
  framer.Append("x");
  EXPECT_EQ(framer.Poll(), Next::kBroken);
}

}  // namespace
}  // namespace parley::sip
