#include "recorder/push/rtmp_sender.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "recorder/live/public_address.h"

namespace parley {
namespace {

constexpr AVRational kMicroseconds = {1, 1'000'000};

std::expected<std::vector<std::string>, PushTrouble> Resolve(const std::string& host,
                                                             bool may_be_private) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) {
    return std::unexpected(PushTrouble::kNameUnknown);
  }
  std::vector<std::string> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (!may_be_private && !IsPublicAddress(*entry->ai_addr)) continue;
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
      continue;
    }
    addresses.push_back(entry->ai_family == AF_INET6 ? '[' + std::string(text.data()) + ']'
                                                     : std::string(text.data()));
  }
  freeaddrinfo(found);
  if (addresses.empty()) return std::unexpected(PushTrouble::kAddressRefused);
  return addresses;
}

bool AddStream(AVFormatContext& context, const AVCodecParameters& parameters) {
  AVStream* stream = avformat_new_stream(&context, nullptr);
  if (stream == nullptr || avcodec_parameters_copy(stream->codecpar, &parameters) < 0) return false;
  stream->codecpar->codec_tag = 0;
  stream->time_base = kMicroseconds;
  return true;
}

}  // namespace

std::string_view ToString(PushTrouble trouble) {
  switch (trouble) {
    case PushTrouble::kNameUnknown:
      return "name_unknown";
    case PushTrouble::kAddressRefused:
      return "address_refused";
    case PushTrouble::kUnreachable:
      return "unreachable";
    case PushTrouble::kRefused:
      return "refused";
    case PushTrouble::kLost:
      break;
  }
  return "lost";
}

int RtmpSender::IsOver(void* sender) {
  return std::chrono::steady_clock::now() > static_cast<RtmpSender*>(sender)->deadline_ ? 1 : 0;
}

std::expected<std::unique_ptr<RtmpSender>, PushTrouble> RtmpSender::Connect(const RtmpUrl& url,
                                                                            bool may_be_private,
                                                                            const Segment& like) {
  const auto addresses = Resolve(url.host, may_be_private);
  if (!addresses) return std::unexpected(addresses.error());
  PushTrouble trouble = PushTrouble::kUnreachable;
  for (const std::string& address : *addresses) {
    std::unique_ptr<RtmpSender> sender(new RtmpSender());
    const auto opened = sender->Open(url, address, like);
    if (opened) return sender;
    trouble = opened.error();
  }
  return std::unexpected(trouble);
}

std::expected<void, PushTrouble> RtmpSender::Open(const RtmpUrl& url, const std::string& address,
                                                  const Segment& like) {
  Start();
  if (avformat_alloc_output_context2(&context_, nullptr, "flv", nullptr) < 0) {
    return std::unexpected(PushTrouble::kLost);
  }
  context_->interrupt_callback = {&RtmpSender::IsOver, this};
  if (!AddStream(*context_, like.parameters(0)) || !AddStream(*context_, like.parameters(1))) {
    return std::unexpected(PushTrouble::kLost);
  }
  const std::string where = (url.tls ? "rtmps://" : "rtmp://") + address + ':' +
                            std::to_string(url.port) + '/' + url.app + '/' + url.key;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "rtmp_tcurl", url.tc_url().c_str(), 0);
  av_dict_set(&options, "rtmp_app", url.app.c_str(), 0);
  av_dict_set(&options, "rtmp_playpath", url.key.c_str(), 0);
  av_dict_set(&options, "rtmp_live", "live", 0);
  if (url.tls) {
    av_dict_set(&options, "tls_verify", "1", 0);
    av_dict_set(&options, "verifyhost", url.host.c_str(), 0);
  }
  const int result = avio_open2(&context_->pb, where.c_str(), AVIO_FLAG_WRITE,
                                &context_->interrupt_callback, &options);
  av_dict_free(&options);
  if (result < 0) {
    const bool reached = result != AVERROR(ECONNREFUSED) && result != AVERROR(ETIMEDOUT) &&
                         result != AVERROR(EHOSTUNREACH) && result != AVERROR(ENETUNREACH) &&
                         result != AVERROR_EXIT;
    return std::unexpected(reached ? PushTrouble::kRefused : PushTrouble::kUnreachable);
  }
  AVDictionary* flags = nullptr;
  av_dict_set(&flags, "flvflags", "no_duration_filesize", 0);
  has_header_ = avformat_write_header(context_, &flags) >= 0;
  av_dict_free(&flags);
  if (!has_header_) return std::unexpected(PushTrouble::kLost);
  return {};
}

RtmpSender::~RtmpSender() {
  if (context_ == nullptr) return;
  Start();
  if (context_->pb != nullptr) avio_closep(&context_->pb);
  avformat_free_context(context_);
}

bool RtmpSender::Send(AVPacket& packet, const Segment* like) {
  Start();
  bytes_ += static_cast<uint64_t>(packet.size);
  if (like != nullptr) {
    const AVCodecParameters& now = like->parameters(packet.stream_index);
    const auto size = static_cast<size_t>(now.extradata_size);
    uint8_t* data = av_packet_new_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, size);
    if (data != nullptr) std::memcpy(data, now.extradata, size);
  }
  av_packet_rescale_ts(&packet, kMicroseconds, context_->streams[packet.stream_index]->time_base);
  return av_write_frame(context_, &packet) >= 0 && context_->pb->error >= 0;
}

void RtmpSender::Finish() {
  Start();
  if (std::exchange(has_header_, false)) av_write_trailer(context_);
}

}  // namespace parley
