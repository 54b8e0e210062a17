#pragma once

// Real sound and real pictures on their way to a recorder: Opus of a tone, VP8 of a clock that
// ffmpeg drew, as the server's feed messages. Packets may be lost, late or strange.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/port/feed_message.h"

namespace parley::testing {

using Message = std::vector<uint8_t>;

struct FeedPacket {
  Message message;
  Timestamp at;
  Ssrc ssrc;  // none: control
};

Message MakeMessage(FeedMessage type, Ssrc ssrc, Timestamp at, std::string_view text = {});

struct MeetingOptions {
  Duration length = Duration::Seconds(5);
  Timestamp start = Timestamp::Seconds(1000);
  WallTime wall = WallTime::UnixMicros(1'700'000'000'000'000);
  double clock_skew = 0;                    // of the sender's clocks
  Duration video_delay = Duration::Zero();  // of pictures on their way here, behind the sound
  bool reports = true;
  bool capture_times = false;  // in every packet
};

// Of sources of the same numbers.
inline constexpr Ssrc kMicrophone{11};
inline constexpr Ssrc kCamera{12};

// Begin, one participant with both sources, and their packets in the order of arrival.
std::vector<FeedPacket> MakeMeeting(const MeetingOptions& options);

// The output of a command, with its exit status as its last line.
std::string Run(const std::string& command);
// Empty when ffmpeg decodes the file without a word, and mkvinfo and mediaconch find nothing wrong
// with one that is Matroska.
std::string FileFaults(const std::string& file);
// Seconds, by ffprobe.
double DurationOf(const std::string& file);

}  // namespace parley::testing
