#pragma once

// What a feature keeps of its room on disk: values by key, each as the feature writes it. They are
// of the meeting that is on, and handed back by Feature::Restore when the server starts again while
// it lives. Only queues; signaling thread.

#include <string>
#include <string_view>

namespace parley {

class Room;

class FeatureRows {
 public:
  // `feature` is the name in its FeatureEntry, a literal.
  FeatureRows(Room& room, std::string_view feature) : room_(room), feature_(feature) {}

  // Replaces what stood under the key. Keys are handed back in their order as text.
  void Save(std::string_view key, std::string value);
  void Forget(std::string_view key);

 private:
  Room& room_;
  const std::string_view feature_;
};

}  // namespace parley
