#pragma once

// Every bound that an operator may set, with its default. A plain value, read on the signaling
// thread; filled from the configuration before anything starts.

#include <cstddef>

#include "sfu/base/units.h"

namespace parley {

struct Limits {
  size_t participants_per_room = 500;
  size_t participants_in_all = 5000;
  // Past so many who may speak and show themselves, whoever comes by an invitation or the PIN only
  // watches, until they are called on stage.
  size_t active_per_room = 200;
  size_t rooms = 10'000;
  size_t recordings = 100;  // at the same time

  size_t message_bytes = 64 * 1024;
  int json_depth = 32;
  size_t sdp_bytes = 64 * 1024;
  // Receive slots of one offer, sound and pictures together; a receiving m-line beyond is rejected
  // in the answer. What it may send are the four kinds of source.
  size_t streams_per_peer = 64;

  // Of one socket: a bucket that fills at the rate and holds the burst.
  int messages_per_second = 30;
  int message_burst = 90;
  // Refused messages in a row before the socket is closed with 1008.
  int flood_tolerance = 60;

  // Of one address (IPv6: one /64): join, resume, WHIP and WHEP together.
  int joins_per_minute = 60;
  size_t join_addresses = 20'000;  // how many are remembered

  size_t name_characters = 64;
  size_t title_characters = 200;
  size_t chat_characters = 4000;
  size_t chat_history = 200;

  // A participant whose socket was lost stays this long.
  Duration resume_grace = Duration::Seconds(60);
  // A resume token outlives restarts of the server this long.
  Duration resume_token_life = Duration::Seconds(12 * 3600);
  Duration quality_interval = Duration::Seconds(2);
};

}  // namespace parley
