#pragma once

// The small exports of a recording: who speaks as subtitles, the chat as text. Pure.

#include <string>

#include "recorder/library/manifest.h"
#include "recorder/scene/kept_time.h"

namespace parley {

// WebVTT: a cue for each time that somebody spoke, with the name as its voice and as its text. In
// the time of what is composed.
std::string SpeakersAsWebVtt(const Manifest& manifest, const KeptTime& time);

// A line for each message: "[0:01:05] Name: text"; further lines of a message are indented.
std::string ChatAsText(const Manifest& manifest, const KeptTime& time);

}  // namespace parley
