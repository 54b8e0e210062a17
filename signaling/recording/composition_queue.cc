#include "signaling/recording/composition_queue.h"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "recorder/library/made_files.h"
#include "recorder/library/recording_state.h"
#include "sfu/base/log.h"

namespace parley {
namespace {

using State = Composition::State;

constexpr const char* kDiskFull = "The disk is nearly full.";
constexpr const char* kDiedTwice = "The program that makes the file was ended twice.";
constexpr const char* kWentOn = "The recording went on. Ask again when it has ended.";

bool IsBeingWritten(const RecordingState& state) { return state.state == "recording"; }

}  // namespace

void CompositionQueue::Resume() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, error)) {
    const std::string id = entry.path().filename().string();
    const auto state = RecordingState::Load(entry.path());
    // What was asked for of one that is locked waits for its key.
    if (!state || state->locked) continue;
    const auto list = ListOf(id);
    if (!list) continue;
    for (const Composition& composition : list->all()) {
      if (composition.state != State::kQueued) continue;
      RemovePart(entry.path(), composition.file);
      jobs_.push_back({.id = id, .composition = composition, .composer = {}});
    }
  }
  std::ranges::sort(jobs_, {}, [](const Job& job) {
    return std::tuple(job.composition.asked_at_us, job.id, job.composition.file);
  });
  if (!jobs_.empty()) LogInfo("compositions_resumed", {{"waiting", jobs_.size()}});
  Count();
}

void CompositionQueue::Update() {
  if (jobs_.empty()) return;
  const auto follow = [this](Job& job) { return job.composer && Follow(job); };
  std::erase_if(jobs_, follow);
  for (size_t i = 0; i < jobs_.size() && i < at_once_;) {
    if (!jobs_[i].composer) Start(jobs_[i]);
    // One that cannot start makes room for the next.
    if (jobs_[i].composer) {
      ++i;
    } else {
      jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  Count();
}

void CompositionQueue::Start(Job& job) {
  const auto state = RecordingState::Load(DirectoryOf(job.id));
  if (!state) return;
  if (IsBeingWritten(*state)) return End(job, State::kFailed, kWentOn);
  if (!HasSpace()) return End(job, State::kFailed, kDiskFull);
  auto composer = launcher_.Launch(DirectoryOf(job.id), job.composition.file);
  if (!composer) {
    LogError("composer_not_started", {{"error", composer.error()}});
    return End(job, State::kFailed, "The program that makes the file does not start.");
  }
  job.composer = *std::move(composer);
  job.composition.state = State::kRunning;
}

bool CompositionQueue::Follow(Job& job) {
  const ComposerStatus status = job.composer->Poll();
  job.composition.percent = status.percent;
  job.composition.seconds_left = status.seconds_left;
  if (status.frame_rate > 0) {
    counts_.frame_rate.store(static_cast<uint64_t>(status.frame_rate), std::memory_order_relaxed);
    counts_.steps_down.store(static_cast<uint64_t>(status.steps_down), std::memory_order_relaxed);
  }
  switch (status.state) {
    case ComposerStatus::State::kRunning:
      if (HasSpace()) return false;
      End(job, State::kFailed, kDiskFull);
      return true;
    case ComposerStatus::State::kDone:
      End(job, State::kDone);
      return true;
    case ComposerStatus::State::kFailed:
      End(job, State::kFailed, status.error);
      return true;
    case ComposerStatus::State::kDied:
      break;
  }
  counts_.died.fetch_add(1, std::memory_order_relaxed);
  LogWarning("composer_died", {{"recording", job.id}, {"file", job.composition.file}});
  if (job.died) {
    End(job, State::kFailed, kDiedTwice);
    return true;
  }
  job.died = true;
  job.composer.reset();
  job.composition.state = State::kQueued;
  job.composition.percent = 0;
  job.composition.seconds_left.reset();
  RemovePart(DirectoryOf(job.id), job.composition.file);
  return false;
}

void CompositionQueue::End(Job& job, State state, std::string error) {
  job.composer.reset();
  RemovePart(DirectoryOf(job.id), job.composition.file);
  const bool done = state == State::kDone;
  (done ? counts_.done : counts_.failed).fetch_add(1, std::memory_order_relaxed);
  LogInfo("composition_ended", {{"recording", job.id},
                                {"file", job.composition.file},
                                {"state", std::string(ToString(state))},
                                {"error", error}});
  auto list = ListOf(job.id);
  if (!list) return;
  Composition composition = job.composition;
  composition.state = state;
  composition.error = std::move(error);
  list->Put(std::move(composition));
  // It holds everything no more.
  if (done && job.composition.file != kEverythingFile) {
    const Composition* archive = list->Find(kEverythingFile);
    if (archive != nullptr && archive->state == State::kDone) list->Remove(kEverythingFile);
  }
  if (const auto failed = list->Save()) {
    LogError("compositions_not_saved", {{"recording", job.id}, {"error", failed.message()}});
  }
  if (done && on_done_) on_done_(job.id, job.composition.file);
}

std::expected<Composition, CompositionQueue::Refusal> CompositionQueue::Ask(const std::string& id,
                                                                            const std::string& file,
                                                                            WallTime now) {
  if (const Job* job = FindJob(id, file)) return job->composition;
  const auto state = RecordingState::Load(DirectoryOf(id));
  if (!state) return std::unexpected(Refusal::kNotFound);
  if (IsBeingWritten(*state)) return std::unexpected(Refusal::kBeingWritten);
  auto list = ListOf(id);
  if (!list) return std::unexpected(Refusal::kNotFound);
  const Composition* known = list->Find(file);
  if (known != nullptr && known->state == State::kDone) return *known;
  if (jobs_.size() >= kMostWaiting) return std::unexpected(Refusal::kTooMany);
  if (!HasSpace()) return std::unexpected(Refusal::kNoSpace);
  const Composition asked{.file = file, .asked_at_us = now.unix_us()};
  list->Put(asked);
  if (list->Save()) return std::unexpected(Refusal::kDiskError);
  jobs_.push_back({.id = id, .composition = asked, .composer = {}});
  Count();
  return asked;
}

std::vector<Composition> CompositionQueue::List(const std::string& id) const {
  const auto list = ListOf(id);
  if (!list) return {};
  std::vector<Composition> all = list->all();
  for (Composition& composition : all) {
    if (const Job* job = FindJob(id, composition.file)) composition = job->composition;
  }
  return all;
}

bool CompositionQueue::IsDone(const std::string& id, std::string_view file) const {
  auto list = ListOf(id);
  if (!list) return false;
  const Composition* composition = list->Find(file);
  return composition != nullptr && composition->state == State::kDone;
}

bool CompositionQueue::Remove(const std::string& id, std::string_view file) {
  std::erase_if(jobs_,
                [&](const Job& job) { return job.id == id && job.composition.file == file; });
  Count();
  auto list = ListOf(id);
  if (!list || list->Find(file) == nullptr) return false;
  list->Remove(file);
  return !list->Save();
}

void CompositionQueue::Forget(const std::string& id) {
  std::erase_if(jobs_, [&](const Job& job) { return job.id == id; });
  Count();
}

std::optional<CompositionList> CompositionQueue::ListOf(const std::string& id) const {
  const auto state = RecordingState::Load(DirectoryOf(id));
  if (!state) return std::nullopt;
  return CompositionList::Load(DirectoryOf(id), state->segments);
}

const CompositionQueue::Job* CompositionQueue::FindJob(const std::string& id,
                                                       std::string_view file) const {
  const auto found = std::ranges::find_if(
      jobs_, [&](const Job& job) { return job.id == id && job.composition.file == file; });
  return found == jobs_.end() ? nullptr : &*found;
}

bool CompositionQueue::HasSpace() const {
  std::error_code error;
  const auto space = std::filesystem::space(directory_, error);
  return error || space.available >= min_free_;
}

void CompositionQueue::Count() {
  const auto running = static_cast<uint64_t>(
      std::ranges::count_if(jobs_, [](const Job& job) { return job.composer != nullptr; }));
  counts_.running.store(running, std::memory_order_relaxed);
  counts_.waiting.store(jobs_.size() - running, std::memory_order_relaxed);
}

}  // namespace parley
