#include "signaling/net/response_head.h"

#include <gtest/gtest.h>

#include "signaling/protocol/error.h"

namespace parley {
namespace {

constexpr std::time_t kNow = 784111777;  // RFC 9110 section 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT

TEST(ResponseHeadTest, IsWhatTheRfcSays) {
  HttpResponse response;
  response.Set("Content-Type", "text/plain");
  EXPECT_EQ(SerializeHead(response, 5, false, kNow),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
  EXPECT_NE(SerializeHead(response, 5, true, kNow).find("\r\nConnection: close\r\n"),
            std::string::npos);
}

TEST(ResponseHeadTest, NoContentHasNoLength) {
  HttpResponse response;
  for (int status : {204, 304}) {
    response.status = status;
    EXPECT_EQ(SerializeHead(response, 0, false, kNow).find("Content-Length"), std::string::npos);
  }
}

TEST(ResponseHeadTest, AValueCannotBeginAnotherField) {
  HttpResponse response;
  response.Set("Location", "/whip/a\r\nSet-Cookie: x=1\r\n\r\n<script>");
  const std::string head = SerializeHead(response, 0, false, kNow);
  EXPECT_EQ(head.find("\nSet-Cookie"), std::string::npos);
  EXPECT_EQ(head.find("\r\n\r\n"), head.size() - 4);
}

TEST(ResponseHeadTest, EveryErrorHasAReason) {
  for (const ErrorCodeInfo& info : ErrorCodes()) {
    EXPECT_FALSE(ReasonPhrase(info.http_status).empty()) << info.name;
  }
}

}  // namespace
}  // namespace parley
