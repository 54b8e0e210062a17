#pragma once

// What a call sounds like to its listener, estimated from what the network did to it: the E-model's
// rating with default values for everything that is not measured (ITU-T G.107), and the mean
// opinion score that belongs to it. Pure functions, any thread.

#include "mixer/audio/audio_codec.h"
#include "sfu/base/units.h"

namespace parley {

struct CallImpairments {
  Duration one_way_delay = Duration::Zero();  // mouth to ear
  double loss = 0;                            // share of the sound that was concealed, 0..1
  double burst_ratio = 1;  // mean length of loss bursts over that of random loss (clause 7.5)
};

// 0 to 93.2.
double TransmissionRating(AudioCodec codec, const CallImpairments& impairments);
// 1 to 4.5 (annex B).
double MeanOpinionScore(double rating);

}  // namespace parley
