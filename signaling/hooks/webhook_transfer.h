#pragma once

// One delivery on its way: a curl handle and what it points into. To http and https only, TLS
// verified, no redirects and no proxy; what is answered beyond a status is not read. The webhooks'
// thread.

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sfu/base/units.h"
#include "signaling/hooks/webhook_event.h"

namespace parley {

class WebhookTransfer {
 public:
  // Of the whole, answer included.
  static constexpr Duration kTimeout = Duration::Seconds(10);
  // Of an answer, in bytes; more is a failure.
  static constexpr size_t kMostAnswer = 64 * 1024;

  WebhookTransfer(const std::string& url, std::string_view secret, const WebhookEvent& event,
                  WallTime now);
  WebhookTransfer(const WebhookTransfer&) = delete;
  WebhookTransfer& operator=(const WebhookTransfer&) = delete;

  CURL* handle() const { return handle_.get(); }
  uint64_t number() const { return number_; }
  // Empty when it was delivered (2xx), else why not.
  std::string Failure(CURLcode code) const;

 private:
  static size_t Discard(char* data, size_t size, size_t count, void* self);

  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  const uint64_t number_;
  const std::string body_;
  size_t answered_ = 0;
  std::unique_ptr<curl_slist, Cleanup> headers_;
  std::unique_ptr<CURL, Cleanup> handle_;
};

}  // namespace parley
