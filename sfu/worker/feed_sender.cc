#include "sfu/worker/feed_sender.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "sfu/base/bytes.h"

namespace parley {
namespace {

// RFC 3550: where the SSRC stands in RTP, and SSRC, NTP and RTP time in a sender report.
constexpr size_t kRtpSsrc = 8;
constexpr size_t kReportSsrc = 4;
constexpr size_t kReportNtp = 8;
constexpr size_t kReportRtp = 16;
constexpr size_t kReportSize = 20;

void StoreLe(uint8_t* out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out[i] = static_cast<uint8_t>(value >> 8 * i);
}

}  // namespace

FeedSender::~FeedSender() {
  for (const Feed& feed : feeds_) close(feed.socket);
}

void FeedSender::Open(FeedId feed, int socket) {
  Close(feed);
  feeds_.push_back({.id = feed, .socket = socket, .video_from = Timestamp()});
}

void FeedSender::Close(FeedId id) {
  std::erase_if(feeds_, [id](const Feed& feed) {
    if (feed.id != id) return false;
    close(feed.socket);
    return true;
  });
}

FeedSender::Feed* FeedSender::Find(FeedId id) {
  const auto found = std::ranges::find(feeds_, id, &Feed::id);
  return found == feeds_.end() ? nullptr : &*found;
}

void FeedSender::Send(std::span<const FeedDatagram> datagrams, Timestamp now,
                      WorkerMetrics& metrics) {
  while (!datagrams.empty()) {
    size_t count = 1;
    while (count < std::min(datagrams.size(), kBatch) &&
           datagrams[count].feed == datagrams[0].feed) {
      ++count;
    }
    if (Feed* feed = Find(datagrams[0].feed)) {
      SendBatch(*feed, datagrams.first(count), now, metrics);
    }
    datagrams = datagrams.subspan(count);
  }
}

void FeedSender::SendBatch(Feed& feed, std::span<const FeedDatagram> datagrams, Timestamp now,
                           WorkerMetrics& metrics) {
  std::array<mmsghdr, kBatch> headers{};
  std::array<std::array<iovec, 2>, kBatch> parts;
  size_t count = 0;
  for (const FeedDatagram& datagram : datagrams) {
    Message& message = messages_[count];
    message.priority = datagram.priority;
    const uint8_t* bytes = datagram.bytes.data();
    if (datagram.priority == SendPriority::kVideo && now < feed.video_from) {
      metrics.feed_dropped_video.Add();
      continue;
    }
    std::span<const uint8_t> payload = datagram.bytes;
    if (datagram.priority == SendPriority::kRtcp) {
      if (payload.size() < kReportSize) continue;
      message.header =
          WriteFeedHeader(FeedMessage::kSenderReport, Ssrc(LoadBe32(bytes + kReportSsrc)), now);
      StoreLe(message.report.data(), LoadBe64(bytes + kReportNtp), 8);
      StoreLe(message.report.data() + 8, LoadBe32(bytes + kReportRtp), 4);
      payload = message.report;
    } else {
      message.header = WriteFeedHeader(FeedMessage::kRtp, Ssrc(LoadBe32(bytes + kRtpSsrc)), now);
    }
    // The kernel's structures want what is not const; it only reads.
    parts[count] = {{{message.header.data(), message.header.size()},
                     {const_cast<uint8_t*>(payload.data()), payload.size()}}};
    headers[count].msg_hdr.msg_iov = parts[count].data();
    headers[count].msg_hdr.msg_iovlen = parts[count].size();
    ++count;
  }
  for (size_t sent = 0; sent < count;) {
    const int done = sendmmsg(feed.socket, headers.data() + sent,
                              static_cast<unsigned>(count - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (done > 0) {
      metrics.feed_sent.Add(static_cast<uint64_t>(done));
      sent += static_cast<size_t>(done);
      continue;
    }
    // Full, or the recorder is gone; its owner finds out by the control socket.
    if (messages_[sent].priority == SendPriority::kVideo) {
      feed.video_from = now + kVideoPause;
      while (sent < count && messages_[sent].priority == SendPriority::kVideo) {
        metrics.feed_dropped_video.Add();
        ++sent;
      }
    } else {
      metrics.feed_dropped_other.Add();
      ++sent;
    }
  }
}

}  // namespace parley
