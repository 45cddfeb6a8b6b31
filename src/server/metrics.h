#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.h"
#include "domain/time.h"
#include "server/router.h"

namespace connector::server {

/// One value of a gauge as it stands at a scrape.
struct MetricSample {
  std::string_view name;  ///< "ml_connector_...", as the help a text that outlives the scrape
  std::string_view help;
  std::map<std::string, std::string> labels;  ///< no secrets, no customer data, no ids of orders
  double value = 0;
};

/// GET /metrics in Prometheus' text format: gauges asked for at each scrape, and the histograms kept here. Executor
/// thread only.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  void add_route(Router& router);

  /// Everything but the histograms, as it stands now.
  std::function<ports::Task<domain::Result<std::vector<MetricSample>>>()> collect;
  /// A posting became posted so long after it was planned, and after the fact it comes from.
  void note_posted(const std::string& connection, const std::string& kind, domain::Milliseconds since_planned,
                   std::optional<domain::Milliseconds> since_fact);

 private:
  ports::Task<ports::ServerReply> reply();
  struct Histograms;
  std::unique_ptr<Histograms> histograms_;
};

}  // namespace connector::server
