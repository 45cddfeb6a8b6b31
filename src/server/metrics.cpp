#include "server/metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace connector::server {

using ports::ServerReply;
using ports::Task;

namespace {

/// Seconds: from an order that is posted at once to one that waited for a person over the weekend.
const prometheus::Histogram::BucketBoundaries& latency_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets{1,   2,   5,     15,    30,     60,     120,
                                                               300, 900, 1'800, 3'600, 14'400, 86'400, 259'200};
  return buckets;
}

double seconds_of(domain::Milliseconds duration) {
  return std::max(0.0, static_cast<double>(duration.count()) / 1000.0);
}

/// Without a registry, which would look each of them up by its labels: thousands of connections have a million labels.
std::vector<prometheus::MetricFamily> families_of(const std::vector<MetricSample>& samples) {
  std::vector<prometheus::MetricFamily> families;
  std::map<std::string_view, std::size_t> places;
  for (const MetricSample& sample : samples) {
    const auto [place, is_new] = places.emplace(sample.name, families.size());
    if (is_new)
      families.push_back({std::string(sample.name), std::string(sample.help), prometheus::MetricType::Gauge, {}});
    prometheus::ClientMetric& metric = families[place->second].metric.emplace_back();
    metric.label.reserve(sample.labels.size());
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    metric.gauge.value = sample.value;
  }
  return families;
}

}  // namespace

struct Metrics::Histograms {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Histogram>& planned =
      prometheus::BuildHistogram()
          .Name("ml_connector_planned_to_posted_seconds")
          .Help("Time from planning a posting to its document in Exact")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& source =
      prometheus::BuildHistogram()
          .Name("ml_connector_source_to_posted_seconds")
          .Help("Time from the source fact (a shipment, a refund) to its document in Exact")
          .Register(registry);
};

Metrics::Metrics() : histograms_(std::make_unique<Histograms>()) {}
Metrics::~Metrics() = default;

void Metrics::note_posted(const std::string& connection, const std::string& kind, domain::Milliseconds since_planned,
                          std::optional<domain::Milliseconds> since_fact) {
  const std::map<std::string, std::string> labels{{"connection", connection}, {"kind", kind}};
  histograms_->planned.Add(labels, latency_buckets()).Observe(seconds_of(since_planned));
  if (since_fact) histograms_->source.Add(labels, latency_buckets()).Observe(seconds_of(*since_fact));
}

Task<ServerReply> Metrics::reply() {
  auto samples = co_await collect();
  if (!samples) co_return error_reply(503, domain::to_string(samples.error().cause), samples.error().message);
  auto collected = families_of(*samples);
  for (auto& family : histograms_->registry.Collect()) collected.push_back(std::move(family));
  co_return text_reply(200, prometheus::TextSerializer().Serialize(collected),
                       "text/plain; version=0.0.4; charset=utf-8");
}

void Metrics::add_route(Router& router) {
  router.add("GET", "/metrics", [this](RoutedRequest) { return reply(); });
}

}  // namespace connector::server
