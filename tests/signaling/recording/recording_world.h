#pragma once

// Rooms over workers and recorders that only take notes, and a clock that the test moves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/recording/recording_desk.h"
#include "signaling/room/participant_sink.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"
#include "tests/signaling/fake_media_port.h"

namespace parley::test {

// What one recorder was told; a message is its type, SSRC and time, and its JSON.
struct FakeRecorder {
  struct Message {
    FeedMessage type{};
    Ssrc ssrc;
    Timestamp at;
    std::string json;
  };
  std::filesystem::path directory;
  std::vector<Message> messages;
  std::deque<RecorderReply> replies;
  bool full = false;
  bool dead = false;
  bool killed = false;
  bool closed = false;

  // Of the event's `type`, or of a source's message.
  std::vector<std::string> Events() const {
    std::vector<std::string> types;
    for (const Message& message : messages) {
      if (message.type != FeedMessage::kEvent) continue;
      rapidjson::Document document;
      document.Parse(message.json.data(), message.json.size());
      types.emplace_back(document["type"].GetString());
    }
    return types;
  }
  std::vector<std::string> Of(FeedMessage type) const {
    std::vector<std::string> found;
    for (const Message& message : messages) {
      if (message.type == type) found.push_back(message.json);
    }
    return found;
  }
  // By which the source is known there, opened last.
  Ssrc SsrcOf(SourceId source) const {
    Ssrc ssrc;
    const std::string field = R"("source":)" + std::to_string(source.value()) + ',';
    for (const Message& message : messages) {
      if (message.type == FeedMessage::kSourceOpen && message.json.contains(field)) {
        ssrc = message.ssrc;
      }
    }
    return ssrc;
  }
};

class FakeLauncher final : public RecorderLauncher {
 public:
  std::expected<std::unique_ptr<RecorderLink>, std::string> Launch(
      const std::filesystem::path& directory, int feeds) override {
    if (broken) return std::unexpected("broken");
    recorders.push_back(std::make_shared<FakeRecorder>());
    recorders.back()->directory = directory;
    return std::make_unique<Link>(recorders.back(), feeds);
  }
  FakeRecorder& last() { return *recorders.back(); }

  bool broken = false;
  std::vector<std::shared_ptr<FakeRecorder>> recorders;

 private:
  class Link final : public RecorderLink {
   public:
    Link(std::shared_ptr<FakeRecorder> recorder, int feeds)
        : recorder_(std::move(recorder)), feeds_(feeds) {}
    ~Link() override { recorder_->closed = true; }
    std::vector<int> TakeFeeds() override {
      return std::vector<int>(static_cast<size_t>(feeds_), -1);
    }
    bool Send(std::string_view message) override {
      if (recorder_->full) return false;
      uint32_t ssrc = 0;
      std::memcpy(&ssrc, message.data() + 4, 4);
      int64_t at_us = 0;
      std::memcpy(&at_us, message.data() + 8, 8);
      recorder_->messages.push_back({static_cast<FeedMessage>(message[0]), Ssrc(ssrc),
                                     Timestamp::Micros(at_us),
                                     std::string(message.substr(kFeedHeaderSize))});
      return true;
    }
    std::optional<RecorderReply> Receive() override {
      if (recorder_->replies.empty()) return std::nullopt;
      RecorderReply reply = std::move(recorder_->replies.front());
      recorder_->replies.pop_front();
      return reply;
    }
    bool HasEnded() override { return recorder_->dead; }
    void Kill() override {
      recorder_->killed = true;
      recorder_->dead = true;
    }

   private:
    std::shared_ptr<FakeRecorder> recorder_;
    int feeds_;
  };
};

class KeepNothing final : public RoomStore {
 public:
  void Save(const RoomRecord&) override {}
  void Forget(const std::string&) override {}
};

class Listener final : public ParticipantSink {
 public:
  void Deliver(std::string_view message) override {
    if (message.find(R"("type":"recording")") != std::string_view::npos) {
      recordings.emplace_back(message);
    }
  }
  void Detached(CloseCode) override {}
  std::vector<std::string> recordings;
};

class RecordingWorld : public ::testing::Test {
 protected:
  RecordingWorld() {
    directory =
        std::filesystem::temp_directory_path() / ("parley-recordings-" + std::to_string(getpid()));
    std::filesystem::remove_all(directory);
    desk = std::make_unique<RecordingDesk>(rooms, launcher, random, limits, directory, kLeast);
  }
  ~RecordingWorld() override {
    desk.reset();
    for (Room* each : rooms.rooms()) each->Clear();
    std::filesystem::remove_all(directory);
  }

  Room& NewRoom(RecordingPolicy policy = {}, const std::string& name = "weekly") {
    return **rooms.Create(name, "Weekly", now, {.recording = policy});
  }
  // With a microphone and a picture that send Opus and VP8.
  Participant& Join(Room& room, const std::string& name, SourceKind picture = SourceKind::kCamera) {
    const auto sources = room.NewSourceIds();
    SourceKindSet publish;
    publish.set(IndexOf(SourceKind::kMicrophone));
    publish.set(IndexOf(picture));
    sinks.push_back(std::make_unique<Listener>());
    Participant& participant = room.Join({.id = {},
                                          .name = name,
                                          .role = Role::kHost,
                                          .kind = ParticipantKind::kBrowser,
                                          .may_publish = publish,
                                          .publish = publish,
                                          .sink = sinks.back().get()},
                                         sources, nullptr, Plan(sources, publish), now);
    StartSending(participant);
    return participant;
  }
  static MediaPlan Plan(const std::array<SourceId, kSourceKinds>& sources, SourceKindSet kinds) {
    TransportParams params;
    for (const SourceKind kind : kAllSourceKinds) {
      if (!kinds.test(IndexOf(kind))) continue;
      ProducerParams producer;
      producer.source = sources[IndexOf(kind)];
      producer.kind = IsVideo(kind) ? MediaKind::kVideo : MediaKind::kAudio;
      for (const Codec codec : IsVideo(kind) ? std::vector{Codec::kVp8, Codec::kVp9}
                                             : std::vector{Codec::kRed, Codec::kOpus}) {
        CodecParams offered;
        offered.codec = codec;
        offered.payload_type = PayloadType(static_cast<uint8_t>(100 + static_cast<int>(codec)));
        offered.transport_cc = true;
        producer.codecs.push_back(offered);
      }
      params.producers.push_back(std::move(producer));
    }
    return {.worker = WorkerIndex(1), .params = std::move(params), .sources = kinds, .slots = {}};
  }
  void Start(const Participant& participant, SourceKind kind, Codec codec) {
    const Event event = SourceStarted{.transport = participant.leg->transport(),
                                      .source = participant.source(kind).id,
                                      .codec = codec};
    rooms.HandleEvents(std::span(&event, 1), now);
  }
  void StartSending(const Participant& participant) {
    for (const SourceKind kind : kAllSourceKinds) {
      if (!participant.may_publish.test(IndexOf(kind))) continue;
      Start(participant, kind, IsVideo(kind) ? Codec::kVp8 : Codec::kOpus);
    }
  }
  // Moves the clock and lets the desk look around.
  void Pass(Duration time = Duration::Millis(100)) {
    now.steady = now.steady + time;
    now.wall = now.wall + time;
    desk->HandleTimeout(now);
  }
  // As a recorder tells of it.
  void LeaveFree(uint64_t bytes) {
    launcher.last().replies.push_back(
        {FeedReply::kStatus, {}, R"({"free":)" + std::to_string(bytes) + "}"});
    Pass();
  }
  std::string Do(Room& room, RecordAction action) {
    const auto done = desk->Record(room, action, now);
    return done ? "" : done.error().message;
  }

  static constexpr uint64_t kLeast = 1000;  // bytes left free on the disk

  Now now{Timestamp::Seconds(1000), WallTime::UnixMicros(1'763'885'000'000'000)};
  std::filesystem::path directory;
  Limits limits;
  FakeMediaPort media;
  KeepNothing store;
  SeededRandom random{5};
  RoomRegistry rooms{media, store, random, limits, {}};
  FakeLauncher launcher;
  std::vector<std::unique_ptr<Listener>> sinks;
  std::unique_ptr<RecordingDesk> desk;
};

}  // namespace parley::test
