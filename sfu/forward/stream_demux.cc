#include "sfu/forward/stream_demux.h"

#include <algorithm>

#include "sfu/wire/rtp_extensions.h"

namespace parley {
namespace {

void Merge(uint8_t& into, uint8_t id) {
  if (into == 0) into = id;
}

}  // namespace

StreamDemux::StreamDemux(const std::vector<ProducerParams>& producers, size_t max_ssrcs)
    : max_ssrcs_(max_ssrcs) {
  ssrcs_.reserve(max_ssrcs);
  bindings_.reserve(max_ssrcs);
  for (uint8_t p = 0; p < producers.size(); ++p) {
    const ProducerParams& params = producers[p];
    Line& line = lines_.emplace_back();
    line.mid = params.mid;
    line.codecs = params.codecs;
    Merge(extensions_.mid, params.extensions.mid);
    Merge(extensions_.rid, params.extensions.rid);
    Merge(extensions_.repaired_rid, params.extensions.repaired_rid);
    for (uint8_t e = 0; e < params.encodings.size(); ++e) {
      const EncodingParams& encoding = params.encodings[e];
      line.rids.push_back(encoding.rid);
      if (encoding.ssrc) Bind(*encoding.ssrc, {p, e, false});
      if (encoding.rtx_ssrc) Bind(*encoding.rtx_ssrc, {p, e, true});
    }
  }
}

std::optional<StreamDemux::Binding> StreamDemux::Find(Ssrc ssrc) const {
  auto it = std::find(ssrcs_.begin(), ssrcs_.end(), ssrc);
  if (it == ssrcs_.end()) return std::nullopt;
  return bindings_[static_cast<size_t>(it - ssrcs_.begin())];
}

std::optional<StreamDemux::Binding> StreamDemux::Find(const RtpView& packet) {
  if (auto known = Find(packet.ssrc())) return known;
  std::optional<Binding> deduced = Deduce(packet);
  if (!deduced) return std::nullopt;
  Bind(packet.ssrc(), *deduced);
  return Find(packet.ssrc());
}

void StreamDemux::Bind(Ssrc ssrc, const Binding& binding) {
  auto it = std::find(bindings_.begin(), bindings_.end(), binding);
  if (it != bindings_.end()) {
    ssrcs_[static_cast<size_t>(it - bindings_.begin())] = ssrc;
    return;
  }
  if (ssrcs_.size() == max_ssrcs_) return;
  ssrcs_.push_back(ssrc);
  bindings_.push_back(binding);
}

void StreamDemux::Forget(Ssrc ssrc) {
  auto it = std::find(ssrcs_.begin(), ssrcs_.end(), ssrc);
  if (it == ssrcs_.end()) return;
  bindings_.erase(bindings_.begin() + (it - ssrcs_.begin()));
  ssrcs_.erase(it);
}

std::optional<Ssrc> StreamDemux::SsrcOf(const Binding& binding) const {
  auto it = std::find(bindings_.begin(), bindings_.end(), binding);
  if (it == bindings_.end()) return std::nullopt;
  return ssrcs_[static_cast<size_t>(it - bindings_.begin())];
}

std::optional<StreamDemux::Binding> StreamDemux::Deduce(const RtpView& packet) const {
  if (extensions_.mid != 0 && packet.FindExtension(extensions_.mid)) return DeduceByMid(packet);
  return DeduceByPayloadType(packet);
}

std::optional<StreamDemux::Binding> StreamDemux::DeduceByMid(const RtpView& packet) const {
  auto mid = ReadMid(*packet.FindExtension(extensions_.mid));
  if (!mid) return std::nullopt;
  for (uint8_t p = 0; p < lines_.size(); ++p) {
    if (!(lines_[p].mid == *mid)) continue;
    std::optional<bool> rtx = IsRtxPayload(p, packet.payload_type());
    if (!rtx) return std::nullopt;
    const std::vector<Rid>& rids = lines_[p].rids;
    uint8_t id = *rtx && extensions_.repaired_rid ? extensions_.repaired_rid : extensions_.rid;
    auto element = packet.FindExtension(id);
    auto rid = element ? ReadRid(*element) : std::nullopt;
    if (!rid) {
      if (rids.size() != 1) return std::nullopt;
      return Binding{p, 0, *rtx};
    }
    auto it = std::find(rids.begin(), rids.end(), *rid);
    if (it == rids.end()) return std::nullopt;
    return Binding{p, static_cast<uint8_t>(it - rids.begin()), *rtx};
  }
  return std::nullopt;
}

std::optional<StreamDemux::Binding> StreamDemux::DeduceByPayloadType(const RtpView& packet) const {
  std::optional<Binding> found;
  for (uint8_t p = 0; p < lines_.size(); ++p) {
    std::optional<bool> rtx = IsRtxPayload(p, packet.payload_type());
    if (!rtx) continue;
    if (found || lines_[p].rids.size() != 1) return std::nullopt;
    found = Binding{p, 0, *rtx};
  }
  return found;
}

// Nothing when the m-line has no such payload type.
std::optional<bool> StreamDemux::IsRtxPayload(uint8_t producer, PayloadType pt) const {
  for (const CodecParams& c : lines_[producer].codecs) {
    if (c.payload_type == pt) return false;
    if (c.rtx_payload_type == pt) return true;
  }
  return std::nullopt;
}

}  // namespace parley
