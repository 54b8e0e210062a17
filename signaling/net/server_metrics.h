#pragma once

// What the signaling side tells Prometheus of itself. Signaling thread.

namespace parley {

class Frontend;
class HttpServer;
class Metrics;
class RoomRegistry;
class SqliteStore;

// All outlive the last scrape.
void AddServerMetrics(Metrics& metrics, const HttpServer& server, const Frontend& frontend,
                      const RoomRegistry& rooms, const SqliteStore& store);

}  // namespace parley
