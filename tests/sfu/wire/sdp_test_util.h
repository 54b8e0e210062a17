#pragma once

// Offers of real clients, as they were captured (tests/sfu/wire/testdata/offers): Chromium 156 and
// Firefox ESR 153 with 4 sending and several receiving m-lines, as WHIP and WHEP clients, and again
// for an ICE restart; GStreamer 1.22's webrtcbin; and one in the manner of OBS.

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace parley {

inline constexpr std::array<std::string_view, 11> kOfferFiles = {
    "chromium-meeting", "chromium-meeting-restart", "chromium-whip", "chromium-whep",
    "firefox-meeting",  "firefox-meeting-restart",  "firefox-whip",  "firefox-whep",
    "gstreamer-whip",   "gstreamer-whep",           "obs-whip"};

inline std::string ReadOffer(std::string_view name) {
  std::ifstream in(
      std::string(PARLEY_SOURCE_DIR "/tests/sfu/wire/testdata/offers/").append(name).append(".sdp"),
      std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace parley
