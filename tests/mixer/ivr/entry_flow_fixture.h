#pragma once

// A caller on their way into a room: their keys and the verdicts go in, what came out is kept.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "mixer/ivr/entry_flow.h"
#include "sfu/base/lockout.h"

namespace parley {

using Prompts = std::vector<std::string>;

class EntryFlowTest : public ::testing::Test {
 protected:
  void SetUp() override { Begin(); }
  void Begin() {
    flow_.emplace(EntryFlowConfig{.offer_other_language = true, .lockout_key = "caller"}, lockout_);
    flow_->Start(now_);
    Collect();
  }
  // What came out since the last time.
  void Collect() {
    said_.clear();
    pin_.reset();
    confirmed_.reset();
    joined_ = stopped_ = false;
    command_.reset();
    transferred_.reset();
    hangup_.reset();
    while (auto output = flow_->PollOutput()) {
      if (auto* say = std::get_if<EntryFlow::Say>(&*output)) {
        said_.insert(said_.end(), say->prompts.begin(), say->prompts.end());
      }
      if (std::holds_alternative<EntryFlow::StopSaying>(*output)) stopped_ = true;
      if (auto* check = std::get_if<EntryFlow::CheckPin>(&*output)) pin_ = *check;
      if (auto* confirmed = std::get_if<EntryFlow::Confirmed>(&*output)) confirmed_ = *confirmed;
      if (std::holds_alternative<EntryFlow::Join>(*output)) joined_ = true;
      if (auto* command = std::get_if<EntryFlow::Command>(&*output)) command_ = command->command;
      if (auto* transferred = std::get_if<EntryFlow::Transferred>(&*output)) {
        transferred_ = transferred->verdict;
      }
      if (auto* hangup = std::get_if<EntryFlow::Hangup>(&*output)) hangup_ = hangup->reason;
    }
  }
  // We called them, and they have answered.
  void Called() {
    flow_.emplace(EntryFlowConfig{.lockout_key = {}}, lockout_);
    flow_->StartCalled(now_);
    Collect();
  }
  void Press(const std::string& keys) {
    for (char key : keys) {
      now_ = now_ + Duration::Millis(300);
      flow_->HandleKey(key, now_);
    }
    Collect();
  }
  void Answer(PinVerdict verdict) {
    ASSERT_TRUE(pin_);
    flow_->HandlePin(pin_->request, verdict, now_);
    Collect();
  }
  void Wait(Duration time) {
    const Timestamp end = now_ + time;
    while (flow_->NextTimeout() <= end) {
      now_ = flow_->NextTimeout();
      flow_->HandleTimeout(now_);
    }
    now_ = end;
    Collect();
  }
  void Enter() {
    Press("1234#");
    Answer(PinVerdict::kRight);
    ASSERT_TRUE(flow_->joined());
  }

  Lockout lockout_;
  std::optional<EntryFlow> flow_;
  Timestamp now_ = Timestamp::Seconds(100);

  Prompts said_;
  std::optional<EntryFlow::CheckPin> pin_;
  std::optional<EntryFlow::Confirmed> confirmed_;
  bool joined_ = false;
  bool stopped_ = false;
  std::optional<KeypadCommand> command_;
  std::optional<PinVerdict> transferred_;
  std::optional<EntryHangup> hangup_;
};

}  // namespace parley
