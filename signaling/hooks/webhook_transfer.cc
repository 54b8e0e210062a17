#include "signaling/hooks/webhook_transfer.h"

#include "signaling/hooks/webhook_signature.h"

namespace parley {

WebhookTransfer::WebhookTransfer(const std::string& url, std::string_view secret,
                                 const WebhookEvent& event, WallTime now)
    : number_(event.number), body_(event.body), handle_(curl_easy_init()) {
  const int64_t at = now.unix_seconds();
  const std::string lines[] = {"Content-Type: application/json", "User-Agent: Parley",
                               "webhook-id: " + event.id,
                               "webhook-timestamp: " + std::to_string(at),
                               "webhook-signature: " + SignWebhook(secret, event.id, at, body_)};
  for (const std::string& line : lines) {
    headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
  }
  CURL* curl = handle();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(kTimeout.ms()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body_.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body_.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &WebhookTransfer::Discard);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
}

size_t WebhookTransfer::Discard(char* /*data*/, size_t size, size_t count, void* self) {
  auto* transfer = static_cast<WebhookTransfer*>(self);
  transfer->answered_ += size * count;
  return transfer->answered_ <= kMostAnswer ? size * count : 0;
}

std::string WebhookTransfer::Failure(CURLcode code) const {
  if (code != CURLE_OK) return curl_easy_strerror(code);
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status < 300) return {};
  return "It answered with the status " + std::to_string(status) + ".";
}

}  // namespace parley
