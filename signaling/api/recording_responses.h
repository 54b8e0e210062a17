#pragma once

// What the resources of recordings answer (PROTOCOL.md, "HTTP"). Pure; any thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/api/http_message.h"
#include "signaling/recording/composition_queue.h"
#include "signaling/recording/recording_library.h"
#include "signaling/recording/uploader.h"

namespace parley {

HttpResponse RecordingNotFound();
HttpResponse RecordingForbidden();
HttpResponse RecordingLocked();
HttpResponse AnswerTo(RecordingLibrary::Outcome outcome);
HttpResponse AnswerTo(CompositionQueue::Refusal refusal);

struct RecordingPage {
  std::vector<RecordingSummary> recordings;
  std::string next;  // empty: there are no more
};
// Where its copy elsewhere stands; nothing where there is none to be.
using UploadOf = std::function<std::optional<UploadStatus>(const std::string& id)>;
// `keep_days`: where a recording says nothing else.
HttpResponse TellRecordings(const RecordingPage& page, int keep_days, const UploadOf& upload_of);
HttpResponse TellComposition(const Composition& composition);
HttpResponse TellCompositions(const std::vector<Composition>& compositions);
HttpResponse TellTicket(const std::string& ticket, int64_t expires_at_ms);

// A file, or the part of it that a Range field asks for: of a track, which may be growing, `most`
// bytes at most.
HttpResponse SendFile(StoredFile file, std::string_view name, const std::string& range,
                      uint64_t most);
HttpResponse SendText(std::string text, std::string_view name);

}  // namespace parley
