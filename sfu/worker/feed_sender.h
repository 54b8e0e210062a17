#pragma once

// One worker's sockets to recorders. Writes whole batches and never waits: what a full socket does
// not take is dropped and counted. Video gives way first: after a refusal none is offered for a
// moment, so that what the recorder frees meanwhile is left to sound. Worker thread; owns the
// sockets; nothing allocates per packet.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/feed_message.h"
#include "sfu/worker/engine.h"
#include "sfu/worker/worker_metrics.h"

namespace parley {

class FeedSender {
 public:
  FeedSender() = default;
  ~FeedSender();
  FeedSender(const FeedSender&) = delete;
  FeedSender& operator=(const FeedSender&) = delete;

  void Open(FeedId feed, int socket);
  void Close(FeedId feed);
  // What names no open feed is passed over.
  void Send(std::span<const FeedDatagram> datagrams, Timestamp now, WorkerMetrics& metrics);

 private:
  static constexpr size_t kBatch = 64;
  static constexpr Duration kVideoPause = Duration::Millis(20);

  struct Feed {
    FeedId id;
    int socket = -1;
    Timestamp video_from;  // none is offered before
  };

  struct Message {
    FeedHeader header;
    std::array<uint8_t, 12> report;  // kSenderReport's payload
    SendPriority priority{};
  };

  Feed* Find(FeedId feed);
  // All are of one feed; at most kBatch.
  void SendBatch(Feed& feed, std::span<const FeedDatagram> datagrams, Timestamp now,
                 WorkerMetrics& metrics);

  std::vector<Feed> feeds_;
  std::array<Message, kBatch> messages_;
};

}  // namespace parley
