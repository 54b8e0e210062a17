#include "signaling/recording/broadcast_job.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

#include "recorder/library/json_fields.h"
#include "recorder/live/rtmp_url.h"
#include "sfu/base/log.h"

namespace parley {
namespace {

std::optional<rapidjson::Document> ParseObject(const std::string& line) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;
  return document;
}

}  // namespace

BroadcastJob::BroadcastJob(BroadcastLauncher& launcher, BroadcastStatus status,
                           std::filesystem::path output)
    : launcher_(launcher), status_(std::move(status)), output_(std::move(output)) {
  for (const std::string& url : status_.wish.targets) {
    senders_.push_back({.url = url, .process = {}, .next_start = {}});
    const auto parsed = RtmpUrl::Parse(url);
    status_.targets.push_back({.name = parsed ? parsed->masked() : std::string(), .trouble = {}});
  }
}

uint64_t BroadcastJob::reconnects() const {
  uint64_t all = 0;
  for (const Sender& sender : senders_) all += sender.reconnects;
  return all;
}

bool BroadcastJob::Update(const std::filesystem::path& recording, Now now,
                          const std::function<void()>& composes) {
  const BroadcastStatus before = status_;
  if (!failed_) UpdateComposer(recording, now, composes);
  for (size_t i = 0; i < senders_.size() && made_any_; ++i) UpdateSender(i, now);
  Judge();
  return status_.state != before.state || status_.trouble != before.trouble ||
         !std::ranges::equal(status_.targets, before.targets,
                             [](const BroadcastTarget& a, const BroadcastTarget& b) {
                               return a.state == b.state && a.trouble == b.trouble;
                             });
}

void BroadcastJob::UpdateComposer(const std::filesystem::path& recording, Now now,
                                  const std::function<void()>& composes) {
  if (!composer_) {
    if (now.steady < next_start_) return;
    auto started = launcher_.Compose(recording, output_);
    if (!started) {
      LogError("live_composer_not_started", {{"error", started.error()}});
      return HandleComposerDeath(now);
    }
    composer_ = *std::move(started);
    composes_ = false;
    composes();
  }
  // Asked first: what it said before it ended is there then.
  const auto ended = composer_->ExitStatus();
  while (const auto line = composer_->ReadLine()) {
    if (HandleComposerLine(*line)) composes();
  }
  if (!ended) return;
  composer_.reset();
  if (*ended == 0) {
    over_ = true;
    return;
  }
  HandleComposerDeath(now);
}

bool BroadcastJob::HandleComposerLine(const std::string& line) {
  const auto told = ParseObject(line);
  if (!told) {
    LogWarning("live_composer", {{"said", line}});
    return false;
  }
  figures_ = {.segments = NumberField(*told, "segments"),
              .frame_rate = NumberField(*told, "frame_rate"),
              .height = NumberField(*told, "height"),
              .late_ms = NumberField(*told, "late_ms")};
  if (figures_.segments > 0) composes_ = made_any_ = true;
  return NumberField(*told, "blind") > 0;
}

void BroadcastJob::HandleComposerDeath(Now now) {
  composes_ = false;
  next_start_ = now.steady + kRestart;
  ++all_deaths_;
  deaths_.push_back(now.steady);
  while (now.steady - deaths_.front() > kDeathsWithin) deaths_.pop_front();
  LogWarning("live_composer_died", {{"live", status_.id}, {"deaths", deaths_.size()}});
  failed_ = deaths_.size() >= kMaxDeaths;
}

void BroadcastJob::UpdateSender(size_t index, Now now) {
  Sender& sender = senders_[index];
  BroadcastTarget& target = status_.targets[index];
  if (target.state == BroadcastState::kFailed) return;
  if (!sender.process) {
    if (now.steady < sender.next_start) return;
    sender.next_start = now.steady + kRestart;
    auto started = launcher_.Push(output_, sender.url);
    if (!started) {
      LogError("live_sender_not_started", {{"error", started.error()}});
      target.state = BroadcastState::kReconnecting;
      target.trouble = "sender_failed";
      return;
    }
    sender.process = *std::move(started);
  }
  const auto ended = sender.process->ExitStatus();
  while (const auto line = sender.process->ReadLine()) HandleSenderLine(index, *line);
  if (!ended) return;
  sender.process.reset();
  sender.next_start = now.steady + kRestart;
  if (target.trouble == "address_refused") {
    target.state = BroadcastState::kFailed;
  } else if (*ended != 0) {
    target.state = BroadcastState::kReconnecting;
    target.trouble = "sender_failed";
    ++sender.reconnects;
    LogWarning("live_sender_died", {{"live", status_.id}});
  }
}

void BroadcastJob::HandleSenderLine(size_t index, const std::string& line) {
  const auto told = ParseObject(line);
  if (!told) return LogWarning("live_sender", {{"said", line}});
  BroadcastTarget& target = status_.targets[index];
  const auto live = told->FindMember("live");
  target.trouble = TextField(*told, "trouble");
  target.state = live != told->MemberEnd() && live->value.IsTrue() ? BroadcastState::kLive
                                                                   : BroadcastState::kReconnecting;
  if (target.trouble == "lost") ++senders_[index].reconnects;
}

// What all of it together is called.
void BroadcastJob::Judge() {
  const auto any = [this](BroadcastState state) {
    return std::ranges::find(status_.targets, state, &BroadcastTarget::state) !=
           status_.targets.end();
  };
  const auto all_failed = !status_.targets.empty() &&
                          std::ranges::all_of(status_.targets, [](const BroadcastTarget& t) {
                            return t.state == BroadcastState::kFailed;
                          });
  status_.trouble.clear();
  if (failed_) {
    status_.state = BroadcastState::kFailed;
    status_.trouble = "composer_failed";
  } else if (!status_.wish.hls && all_failed) {
    status_.state = BroadcastState::kFailed;
    status_.trouble = "address_refused";
  } else if (!made_any_) {
    status_.state = BroadcastState::kStarting;
  } else if (!composes_) {
    status_.state = BroadcastState::kReconnecting;
    status_.trouble = "composer_restarts";
  } else if (status_.wish.hls || any(BroadcastState::kLive)) {
    status_.state = BroadcastState::kLive;
  } else if (any(BroadcastState::kReconnecting)) {
    status_.state = BroadcastState::kReconnecting;
    status_.trouble = "nobody_takes_it";
  }
}

void BroadcastJob::End() {
  if (composer_) composer_->Terminate();
}

bool BroadcastJob::HasEnded() {
  if (composer_ && composer_->ExitStatus()) composer_.reset();
  for (Sender& sender : senders_) {
    if (sender.process && sender.process->ExitStatus()) sender.process.reset();
  }
  return !composer_ &&
         std::ranges::none_of(senders_, [](const Sender& s) { return s.process != nullptr; });
}

}  // namespace parley
