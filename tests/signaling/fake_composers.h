#pragma once

// Composers that only take notes; the test says how far they are.

#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "signaling/recording/composer_link.h"

namespace parley::test {

struct FakeComposer {
  std::filesystem::path directory;
  std::string file;
  ComposerStatus status;
  bool ended = false;  // nobody follows it any more
};

class FakeComposers final : public ComposerLauncher {
 public:
  std::expected<std::unique_ptr<ComposerLink>, std::string> Launch(
      const std::filesystem::path& directory, std::string_view file) override {
    if (broken) return std::unexpected("broken");
    const std::lock_guard lock(mutex);
    started.push_back(std::make_shared<FakeComposer>());
    started.back()->directory = directory;
    started.back()->file = file;
    std::ofstream(directory / (std::string(file) + ".part")) << "half";
    return std::make_unique<Link>(*this, started.back());
  }
  // "720p.mp4" of each that was started.
  std::vector<std::string> Files() {
    const std::lock_guard lock(mutex);
    std::vector<std::string> files;
    for (const auto& composer : started) files.push_back(composer->file);
    return files;
  }
  // What the last one tells from now on.
  void Tell(ComposerStatus status) {
    const std::lock_guard lock(mutex);
    started.back()->status = std::move(status);
  }
  // The last one leaves its file, as the real one does.
  void Finish(const std::string& bytes = "made") {
    const std::lock_guard lock(mutex);
    FakeComposer& last = *started.back();
    std::filesystem::remove(last.directory / (last.file + ".part"));
    std::ofstream(last.directory / last.file) << bytes;
    last.status.state = ComposerStatus::State::kDone;
  }

  bool broken = false;
  std::mutex mutex;  // where the test and the queue have threads of their own
  std::vector<std::shared_ptr<FakeComposer>> started;

 private:
  class Link final : public ComposerLink {
   public:
    Link(FakeComposers& all, std::shared_ptr<FakeComposer> composer)
        : all_(all), composer_(std::move(composer)) {}
    ~Link() override {
      const std::lock_guard lock(all_.mutex);
      composer_->ended = true;
    }
    ComposerStatus Poll() override {
      const std::lock_guard lock(all_.mutex);
      return composer_->status;
    }

   private:
    FakeComposers& all_;
    std::shared_ptr<FakeComposer> composer_;
  };
};

}  // namespace parley::test
