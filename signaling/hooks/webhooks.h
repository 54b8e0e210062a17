#pragma once

// Tells other servers what happens in rooms (PROTOCOL.md, "Webhooks"). Whoever tells of something
// only puts it into a queue of kInbox events, of which the oldest gives way; a thread of its own
// writes it down, delivers it by libcurl and tries again what was not taken. What waits survives
// the server. Owned by main, outlives the rooms; Tell and Read from any thread.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/hooks/dead_letters.h"
#include "signaling/hooks/webhook_queue.h"
#include "signaling/hooks/webhook_rows.h"
#include "signaling/hooks/webhook_transfer.h"
#include "signaling/room/event_port.h"
#include "signaling/room/now.h"

namespace parley {

struct WebhookConfig {
  std::vector<std::string> urls;
  std::string secret;
};

class Webhooks final : public EventPort, public DeadLetters {
 public:
  static constexpr size_t kInbox = 10'000;

  struct Counts {
    std::atomic<uint64_t> waiting = 0;
    std::atomic<uint64_t> delivered = 0;
    std::atomic<uint64_t> failed = 0;     // attempts
    std::atomic<uint64_t> dead = 0;       // given up
    std::atomic<uint64_t> dropped = 0;    // gave way to later ones
    std::atomic<uint64_t> unwritten = 0;  // batches that the disk did not take
  };

  // `file`: the store's, with its tables up to date. `clock` is called from any thread.
  static std::expected<std::unique_ptr<Webhooks>, std::string> Start(
      WebhookConfig config, const std::filesystem::path& file, std::function<Now()> clock);
  // What is on its way is broken off; it is delivered again by the next server.
  ~Webhooks() override;
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  // EventPort
  void Tell(std::string_view type, std::string_view room, std::string data) override;
  // DeadLetters
  void Read(std::function<void(std::vector<DeadLetter>)> done) override;

  const Counts& counts() const { return counts_; }

 private:
  struct Endpoint {
    std::string url;
    WebhookQueue queue;
    std::vector<std::unique_ptr<WebhookTransfer>> transfers;
    bool failing = false;
  };
  struct Told {
    std::string type;
    std::string room;
    WallTime at;
    std::string data;
  };
  struct CleanupMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  Webhooks(WebhookConfig config, WebhookRows rows, std::function<Now()> clock);
  void Load();

  // Of the thread.
  void Loop();
  void TakeInbox();
  void Enqueue(Told told);
  void TakeResults();
  void HandleResult(Endpoint& endpoint, const WebhookTransfer& transfer, CURLcode code);
  void StartTransfers();
  void AnswerReaders();
  int MillisToWait() const;

  const WebhookConfig config_;
  const std::function<Now()> clock_;
  SystemRandom random_;
  WebhookRows rows_;
  uint64_t last_number_ = 0;
  std::unique_ptr<CURLM, CleanupMulti> multi_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  Counts counts_;

  std::mutex mutex_;
  std::deque<Told> inbox_;
  std::vector<std::function<void(std::vector<DeadLetter>)>> readers_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace parley
