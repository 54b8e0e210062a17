#pragma once

// Makes packets that leave for one destination one after the other equal in size, so that the
// kernel takes them as one message (UdpSocket): encoders cut a frame into packets that differ by a
// byte or two. RTP padding (RFC 3550 section 5.1) on the shorter ones, never more than
// kMaxAlignment bytes of it, video only. Plain packets, before protection. A free function.

#include <cstddef>
#include <span>

#include "sfu/forward/outbox.h"

namespace parley {

// A joined packet costs half as much to send as a single one; this much of padding costs less than
// two percent of the bytes.
inline constexpr size_t kMaxAlignment = 16;

// `packets` are of one transport, in the order of leaving.
void AlignSizes(std::span<OutPacket> packets);

}  // namespace parley
