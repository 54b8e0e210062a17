#include "signaling/api/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace parley {

void Metrics::Add(Type type, std::string name, std::string help, Labels labels,
                  std::function<double()> value) {
  Family& family = families_[std::move(name)];
  family.type = type;
  family.help = std::move(help);
  family.series.push_back({std::move(labels), std::move(value)});
}

std::string Metrics::Serialize() const {
  std::vector<prometheus::MetricFamily> families;
  families.reserve(families_.size());
  for (const auto& [name, family] : families_) {
    prometheus::MetricFamily out;
    out.name = name;
    out.help = family.help;
    out.type = family.type == Type::kCounter ? prometheus::MetricType::Counter
                                             : prometheus::MetricType::Gauge;
    for (const Series& series : family.series) {
      prometheus::ClientMetric metric;
      for (const auto& [key, value] : series.labels) metric.label.push_back({key, value});
      if (family.type == Type::kCounter) {
        metric.counter.value = series.value();
      } else {
        metric.gauge.value = series.value();
      }
      out.metric.push_back(std::move(metric));
    }
    families.push_back(std::move(out));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace parley
