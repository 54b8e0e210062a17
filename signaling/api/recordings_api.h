#pragma once

// The resources below /api/v1/recordings (PROTOCOL.md, "HTTP"). Requests are judged on the
// signaling thread; what needs the disk is done on a thread of its own, and answered later. On that
// thread lives also what is made of recordings, and what is deleted with time.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/api/api_context.h"
#include "signaling/api/http_message.h"
#include "signaling/recording/composition_queue.h"
#include "signaling/recording/disk_thread.h"
#include "signaling/recording/recording_library.h"
#include "signaling/recording/upload_thread.h"
#include "signaling/room/now.h"
#include "signaling/session/token_verifier.h"

namespace parley {

class RecordingsApi {
 public:
  struct Counts {
    std::atomic<uint64_t> stored = 0;  // recordings
    std::atomic<uint64_t> bytes = 0;   // of them
    std::atomic<uint64_t> expired = 0;
  };

  explicit RecordingsApi(ApiContext& context);

  // `path` is what follows "/api/v1/recordings": "", "/ID", "/ID/files/NAME".
  HttpResponse Handle(const HttpRequest& request, std::string_view path, Now now);
  // Call it every turn.
  void HandleTimeout(Now now);

  const Counts& counts() const { return counts_; }
  // Null where nothing is copied elsewhere.
  const Uploader::Counts* upload_counts() const {
    return uploads_ ? &uploads_->uploader().counts() : nullptr;
  }
  const CompositionQueue::Counts& composition_counts() const { return queue_.counts(); }

 private:
  static constexpr Duration kTurn = Duration::Millis(250);
  // Recordings are counted, and those that are kept no longer deleted, so often.
  static constexpr Duration kSweep = Duration::Seconds(60);

  using Work = std::function<HttpResponse(RecordingLibrary& library)>;

  HttpResponse List(const HttpRequest& request, Grants grants);
  HttpResponse Change(const HttpRequest& request, Grants grants, std::string id);
  HttpResponse Ticket(Grants grants, std::string id, Now now);
  HttpResponse File(const HttpRequest& request, Grants grants, std::string id, std::string name);
  // `file`: what follows "/compositions".
  HttpResponse Compositions(const HttpRequest& request, Grants grants, std::string id,
                            std::string_view file, Now now);
  HttpResponse Compose(const HttpRequest& request, Grants grants, std::string id, Now now);
  HttpResponse Later(Work work);
  // `work` for a bearer who may see the recording. What needs its key is refused where it is
  // locked.
  enum class Wants : uint8_t { kKey, kNothing };
  HttpResponse LaterFor(Grants grants, std::string id, Work work, Wants wants = Wants::kKey);
  // Of the disk thread.
  void Sweep(WallTime now);
  void TellMade(const std::string& id, const std::string& file) const;

  ApiContext& context_;
  Counts counts_;
  Timestamp next_turn_;
  Timestamp next_sweep_;
  std::atomic<bool> in_turn_ = false;
  std::optional<UploadThread> uploads_;  // where the operator wants any
  RecordingLibrary library_;             // the disk thread's
  CompositionQueue queue_;               // the disk thread's
  DiskThread disk_;                      // last: its jobs use the others
};

}  // namespace parley
