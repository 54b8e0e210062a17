#include "signaling/launch/thread_metrics.h"

#include <string>

namespace parley {
namespace {

// Each that `counts` has, found again by its place.
template <class Counts>
void AddAll(Metrics& metrics, const std::string& prefix, const Metrics::Labels& labels,
            const Counts& counts) {
  size_t place = 0;
  counts.ForEach([&](const char* name, const char* help, uint64_t, bool gauge) {
    metrics.Add(gauge ? Metrics::Type::kGauge : Metrics::Type::kCounter,
                prefix + name + (gauge ? "" : "_total"), help, labels, [&counts, wanted = place] {
                  double found = 0;
                  size_t at = 0;
                  counts.ForEach([&](const char*, const char*, uint64_t value, bool) {
                    if (at++ == wanted) found = static_cast<double>(value);
                  });
                  return found;
                });
    ++place;
  });
}

}  // namespace

void AddWorkerMetrics(Metrics& metrics, const WorkerPool& pool) {
  for (int i = 0; i < pool.worker_count(); ++i) {
    AddAll(metrics, "parley_worker_", {{"worker", std::to_string(i)}},
           pool.metrics(WorkerIndex(static_cast<uint8_t>(i))));
  }
}

void AddPhoneMetrics(Metrics& metrics, const PhoneThread& phones, const PhoneDesk& desk) {
  metrics.Add(Metrics::Type::kCounter, "parley_phone_emergency_numbers_refused_total",
              "Calls to emergency numbers that somebody wanted to make and that were refused", {},
              [&desk] { return static_cast<double>(desk.dials().emergencies_refused()); });
  const auto standings = desk.trunks().standings();
  for (size_t i = 0; i < standings.size(); ++i) {
    if (standings[i].state == TrunkStanding::State::kUnwatched) continue;
    metrics.Add(Metrics::Type::kGauge, "parley_phone_trunk_up",
                "1 while the provider has us registered",
                // Several accounts may be with one.
                {{"trunk", standings[i].name}, {"place", std::to_string(i)}}, [&desk, i] {
                  const TrunkStanding& standing = desk.trunks().standings()[i];
                  return standing.state == TrunkStanding::State::kRegistered ? 1.0 : 0.0;
                });
  }
  AddAll(metrics, "parley_phone_", {}, phones.metrics());
}

}  // namespace parley
