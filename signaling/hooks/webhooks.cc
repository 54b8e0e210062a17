#include "signaling/hooks/webhooks.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "sfu/base/log.h"
#include "signaling/protocol/json_writer.h"
#include "signaling/room/secrets.h"

namespace parley {
namespace {

constexpr size_t kIdBytes = 15;
constexpr int kLongestWaitMs = 1000;

void Add(std::atomic<uint64_t>& count, uint64_t by = 1) {
  // A figure for the metrics: no order needed.
  count.fetch_add(by, std::memory_order_relaxed);
}

}  // namespace

std::expected<std::unique_ptr<Webhooks>, std::string> Webhooks::Start(
    WebhookConfig config, const std::filesystem::path& file, std::function<Now()> clock) {
  // Once in the process, and before there are threads that might do it.
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialized != CURLE_OK) return std::unexpected("libcurl does not start");
  auto rows = WebhookRows::Open(file);
  if (!rows) return std::unexpected(rows.error());
  std::unique_ptr<Webhooks> hooks(
      new Webhooks(std::move(config), *std::move(rows), std::move(clock)));
  hooks->Load();
  hooks->thread_ = std::thread([raw = hooks.get()] { raw->Loop(); });
  return hooks;
}

Webhooks::Webhooks(WebhookConfig config, WebhookRows rows, std::function<Now()> clock)
    : config_(std::move(config)),
      clock_(std::move(clock)),
      rows_(std::move(rows)),
      multi_(curl_multi_init()) {
  for (const std::string& url : config_.urls) {
    endpoints_.push_back(std::make_unique<Endpoint>(
        Endpoint{.url = url, .queue = WebhookQueue(random_), .transfers = {}}));
  }
}

void Webhooks::Load() {
  last_number_ = rows_.highest_number();
  for (WebhookRows::Waiting& row : rows_.Load(config_.urls)) {
    const auto endpoint = std::ranges::find(endpoints_, row.url, &Endpoint::url);
    (*endpoint)->queue.Push(std::move(row.event));
  }
}

Webhooks::~Webhooks() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_.get());
  if (thread_.joinable()) thread_.join();
  for (const auto& endpoint : endpoints_) {
    for (const auto& transfer : endpoint->transfers) {
      curl_multi_remove_handle(multi_.get(), transfer->handle());
    }
  }
}

void Webhooks::Tell(std::string_view type, std::string_view room, std::string data) {
  {
    std::lock_guard lock(mutex_);
    if (inbox_.size() >= kInbox) {
      inbox_.pop_front();
      Add(counts_.dropped, endpoints_.size());
    }
    inbox_.push_back({.type = std::string(type),
                      .room = std::string(room),
                      .at = clock_().wall,
                      .data = std::move(data)});
  }
  curl_multi_wakeup(multi_.get());
}

void Webhooks::Read(std::function<void(std::vector<DeadLetter>)> done) {
  {
    std::lock_guard lock(mutex_);
    readers_.push_back(std::move(done));
  }
  curl_multi_wakeup(multi_.get());
}

void Webhooks::Loop() {
  // OpenSSL writes to sockets that the other side has closed.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (true) {
    TakeInbox();
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    TakeResults();
    if (!rows_.Commit()) Add(counts_.unwritten);
    AnswerReaders();
    {
      std::lock_guard lock(mutex_);
      if (stopping_ && inbox_.empty()) return;
    }
    // What is new is due at once, so that the wait ends for it.
    StartTransfers();
    curl_multi_poll(multi_.get(), nullptr, 0, MillisToWait(), nullptr);
  }
}

void Webhooks::TakeInbox() {
  std::deque<Told> told;
  {
    std::lock_guard lock(mutex_);
    told.swap(inbox_);
  }
  for (Told& each : told) Enqueue(std::move(each));
}

void Webhooks::Enqueue(Told told) {
  WebhookEvent event{.number = 0,
                     .id = "e" + RandomBase32(random_, kIdBytes),
                     .type = std::move(told.type),
                     .room = std::move(told.room),
                     .at = told.at,
                     .body = {}};
  event.body = WriteObject([&](JsonWriter& w) {
    WriteField(w, "id", event.id);
    WriteField(w, "type", event.type);
    WriteField(w, "room", event.room);
    WriteTime(w, "at", event.at);
    WriteJson(w, "data", told.data);
  });
  for (const auto& endpoint : endpoints_) {
    event.number = ++last_number_;
    rows_.Add(endpoint->url, event);
    const auto dropped = endpoint->queue.Push(event);
    if (!dropped) continue;
    rows_.Remove(*dropped);
    Add(counts_.dropped);
  }
}

void Webhooks::TakeResults() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* const handle = message->easy_handle;
    curl_multi_remove_handle(multi_.get(), handle);
    for (const auto& endpoint : endpoints_) {
      const auto transfer = std::ranges::find(endpoint->transfers, handle,
                                              [](const auto& each) { return each->handle(); });
      if (transfer == endpoint->transfers.end()) continue;
      HandleResult(*endpoint, **transfer, code);
      endpoint->transfers.erase(transfer);
      break;
    }
  }
  uint64_t waiting = 0;
  for (const auto& endpoint : endpoints_) waiting += endpoint->queue.size();
  counts_.waiting.store(waiting, std::memory_order_relaxed);
}

void Webhooks::HandleResult(Endpoint& endpoint, const WebhookTransfer& transfer, CURLcode code) {
  const Now now = clock_();
  const std::string failure = transfer.Failure(code);
  const auto result = endpoint.queue.HandleResult(transfer.number(), failure.empty(), now);
  using enum WebhookQueue::Outcome;
  if (result.outcome == kDelivered) {
    Add(counts_.delivered);
    rows_.Remove(transfer.number());
  } else {
    Add(counts_.failed);
  }
  if (result.outcome == kDead) {
    Add(counts_.dead);
    rows_.Kill(transfer.number(), result.attempts, failure, now.wall);
  }
  // Only when it begins to fail and when it works again; which it is by its place in the
  // configuration, as addresses may hold secrets.
  if (endpoint.failing == !failure.empty()) return;
  endpoint.failing = !failure.empty();
  const auto place = std::ranges::find(config_.urls, endpoint.url) - config_.urls.begin() + 1;
  if (endpoint.failing) {
    LogWarning("webhook_failing", {{"endpoint", place}, {"error", failure}});
  } else {
    LogInfo("webhook_recovered", {{"endpoint", place}});
  }
}

void Webhooks::StartTransfers() {
  const Now now = clock_();
  for (const auto& endpoint : endpoints_) {
    while (const WebhookEvent* event = endpoint->queue.Next(now.steady)) {
      auto transfer =
          std::make_unique<WebhookTransfer>(endpoint->url, config_.secret, *event, now.wall);
      curl_multi_add_handle(multi_.get(), transfer->handle());
      endpoint->transfers.push_back(std::move(transfer));
    }
  }
}

void Webhooks::AnswerReaders() {
  std::vector<std::function<void(std::vector<DeadLetter>)>> readers;
  {
    std::lock_guard lock(mutex_);
    readers.swap(readers_);
  }
  for (const auto& done : readers) done(rows_.Dead());
}

int Webhooks::MillisToWait() const {
  const Timestamp now = clock_().steady;
  Duration wait = Duration::Millis(kLongestWaitMs);
  for (const auto& endpoint : endpoints_) {
    const Timestamp due = endpoint->queue.NextTimeout();
    if (!due.IsNever()) wait = std::min(wait, due - now);
  }
  // Rounded up: not to turn around while it is almost due.
  return static_cast<int>(std::max<int64_t>((wait + Duration::Micros(999)).ms(), 0));
}

}  // namespace parley
