#pragma once

// What the workers and the phone thread count, as metrics. They are read when somebody asks,
// without a lock: each is an atomic of its thread, which outlives `metrics`.

#include "mixer/phone/phone_thread.h"
#include "sfu/worker/worker_pool.h"
#include "signaling/api/metrics.h"
#include "signaling/phone/phone_desk.h"

namespace parley {

void AddWorkerMetrics(Metrics& metrics, const WorkerPool& pool);
void AddPhoneMetrics(Metrics& metrics, const PhoneThread& phones, const PhoneDesk& desk);

}  // namespace parley
