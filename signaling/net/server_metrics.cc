#include "signaling/net/server_metrics.h"

#include "signaling/api/metrics.h"
#include "signaling/net/frontend.h"
#include "signaling/net/http_server.h"
#include "signaling/room/room_registry.h"
#include "signaling/store/sqlite_store.h"

namespace parley {

void AddServerMetrics(Metrics& metrics, const HttpServer& server, const Frontend& frontend,
                      const RoomRegistry& rooms, const SqliteStore& store) {
  auto gauge = [&](const char* name, const char* help, auto value) {
    metrics.Add(Metrics::Type::kGauge, name, help, {},
                [=] { return static_cast<double>(value()); });
  };
  auto counter = [&](const char* name, const char* help, auto value) {
    metrics.Add(Metrics::Type::kCounter, name, help, {},
                [=] { return static_cast<double>(value()); });
  };
  gauge("parley_rooms", "Rooms that exist", [&] { return rooms.room_count(); });
  gauge("parley_participants", "Participants in all rooms",
        [&] { return rooms.participant_count(); });
  gauge("parley_http_connections", "TCP connections, WebSockets included",
        [&] { return server.connection_count(); });
  gauge("parley_websockets", "Open WebSockets", [&] { return server.socket_count(); });
  counter("parley_websockets_opened_total", "WebSockets opened",
          [&] { return frontend.counts().sockets_opened; });
  counter("parley_messages_received_total", "Messages from clients",
          [&] { return frontend.counts().messages_received; });
  counter("parley_messages_sent_total", "Messages to clients",
          [&] { return frontend.counts().messages_sent; });
  counter("parley_http_requests_total", "HTTP requests",
          [&] { return frontend.counts().requests; });
  counter("parley_http_requests_refused_total", "HTTP requests answered with 4xx",
          [&] { return frontend.counts().requests_refused; });
  counter("parley_http_requests_failed_total", "HTTP requests answered with 5xx",
          [&] { return frontend.counts().requests_failed; });
  counter("parley_playback_heard_ms_total", "Sound that clients told they played",
          [&] { return rooms.playback().heard.ms(); });
  counter("parley_playback_concealed_ms_total", "Of it, what was made up for lost packets",
          [&] { return rooms.playback().concealed.ms(); });
  counter("parley_playback_frozen_ms_total", "Time that pictures stood still, as clients told",
          [&] { return rooms.playback().frozen.ms(); });
  counter("parley_playback_freezes_total", "Times that pictures stood still",
          [&] { return rooms.playback().freezes; });
  counter("parley_store_failures_total", "Writes to the store that failed and were tried again",
          [&] { return store.failures(); });
}

}  // namespace parley
