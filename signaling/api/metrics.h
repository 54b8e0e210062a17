#pragma once

// The figures of /metrics, in Prometheus' text form. Others add what they count as functions that
// are asked at each scrape. Signaling thread.

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace parley {

class Metrics {
 public:
  enum class Type { kCounter, kGauge };
  using Labels = std::map<std::string, std::string>;

  // `name` by Prometheus' rules, with its unit; several of one name differ in labels.
  void Add(Type type, std::string name, std::string help, Labels labels,
           std::function<double()> value);

  std::string Serialize() const;

 private:
  struct Series {
    Labels labels;
    std::function<double()> value;
  };
  struct Family {
    Type type = Type::kCounter;
    std::string help;
    std::vector<Series> series;
  };
  std::map<std::string, Family> families_;
};

}  // namespace parley
