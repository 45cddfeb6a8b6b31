#include "app/serve_metrics.h"

namespace connector::app {

using domain::Result;
using domain::UtcTime;
using server::MetricSample;

namespace {

double seconds(domain::Milliseconds duration) { return static_cast<double>(duration.count()) / 1000.0; }

double epoch_seconds(const std::optional<UtcTime>& time) { return time ? seconds(time->time_since_epoch()) : 0.0; }

using Labels = std::map<std::string, std::string>;

class Samples {
 public:
  explicit Samples(std::string connection) : connection_(std::move(connection)) {}
  void add(const char* name, const char* help, double value, Labels labels = {}) {
    labels["connection"] = connection_;
    all_.push_back({name, help, std::move(labels), value});
  }
  std::vector<MetricSample> take() { return std::move(all_); }

 private:
  std::string connection_;
  std::vector<MetricSample> all_;
};

void add_window(Samples& samples, const char* name, const engine::ExactBudget::Window& window) {
  if (!window.limit) return;
  samples.add("ml_connector_budget_limit_calls", "Calls that the remote allows in a window",
              static_cast<double>(*window.limit), {{"remote", "exact"}, {"window", name}});
  samples.add("ml_connector_budget_left_calls", "Calls that are left in a window",
              static_cast<double>(std::max<std::int64_t>(0, window.remaining)),
              {{"remote", "exact"}, {"window", name}});
}

}  // namespace

std::vector<MetricSample> connection_metrics(flows::ConnectionService& service, UtcTime now) {
  auto& runtime = service.runtime();
  Samples samples(runtime.row().name);
  for (const auto& scheduled : service.flows()) {
    const store::FlowRow& row = scheduled->row();
    const Labels labels{{"flow", row.flow}};
    const auto flow_sample = [&](const char* name, const char* help, double value) {
      samples.add(name, help, value, labels);
    };
    flow_sample("ml_connector_flow_last_success_timestamp_seconds", "When the flow last succeeded; 0 = never",
                epoch_seconds(row.succeeded_at));
    flow_sample("ml_connector_flow_failures", "Failed runs of the flow in a row", row.failures);
    flow_sample("ml_connector_flow_paused", "1 while a person has paused the flow", row.paused ? 1 : 0);
    flow_sample("ml_connector_flow_running", "1 while this process runs the flow", scheduled->running() ? 1 : 0);
    const auto period = scheduled->schedule().period(now);
    flow_sample("ml_connector_flow_period_seconds", "Time between two runs of the flow; 0 = off",
                period ? seconds(*period) : 0.0);
  }
  add_window(samples, "minute", runtime.exact_budget().minute());
  add_window(samples, "day", runtime.exact_budget().day());
  const auto calls = [&samples](const char* remote, std::uint64_t made, std::uint64_t refused) {
    samples.add("ml_connector_calls", "Calls made by this process since its start", static_cast<double>(made),
                {{"remote", remote}});
    samples.add("ml_connector_answers_429", "Answers 429 this process got since its start",
                static_cast<double>(refused), {{"remote", remote}});
  };
  calls("exact", runtime.exact_budget().calls(), runtime.exact_budget().answers_429());
  calls("walmart", runtime.walmart_budget().calls(), runtime.walmart_budget().answers_429());
  const auto& counts = runtime.worker().counts();
  samples.add("ml_connector_postings_posted", "Postings this process posted since its start",
              static_cast<double>(counts.posted));
  samples.add("ml_connector_postings_adopted", "Unclear outcomes this process found posted since its start",
              static_cast<double>(counts.adopted));
  samples.add("ml_connector_failed_attempts", "Attempts of this process that failed since its start",
              static_cast<double>(counts.failed_attempts));
  samples.add("ml_connector_token_seconds_left", "Seconds until the access token in use runs out",
              std::max(0.0, seconds(runtime.walmart_session().expires_at() - now)), {{"remote", "walmart"}});
  samples.add("ml_connector_references_last_success_timestamp_seconds",
              "When Exact's reference data was last refreshed by this process; 0 = never",
              seconds(service.references_status().last_succeeded.time_since_epoch()));
  return samples.take();
}

Result<std::vector<MetricSample>> stored_metrics(store::Reader& reader, const store::ConnectionRow& connection) {
  Samples samples(connection.name);
  auto counts = reader.posting_counts(connection.id);
  if (!counts) return domain::fail(counts.error());
  for (const auto& count : *counts) {
    samples.add("ml_connector_postings", "Postings by state and cause", static_cast<double>(count.count),
                {{"state", std::string(store::to_string(count.state))},
                 {"cause", count.cause ? std::string(domain::to_string(*count.cause)) : std::string()}});
  }
  auto notices = reader.notice_status(connection.id);
  if (!notices) return domain::fail(notices.error());
  for (const auto& status : *notices) {
    const Labels labels{{"source", status.source}, {"flow", status.flow}};
    samples.add("ml_connector_notices_open", "Webhook notices that wait to be looked at",
                static_cast<double>(status.open), labels);
    samples.add("ml_connector_notice_last_timestamp_seconds", "When the last webhook notice came",
                seconds(status.last_received_at.time_since_epoch()), labels);
  }
  return samples.take();
}

std::optional<domain::Milliseconds> since_fact(const store::PostingRow& row, UtcTime now) {
  constexpr std::string_view member = "\"date\":\"";
  const auto at = row.document.find(member);
  if (at == std::string::npos) return std::nullopt;
  const auto begin = at + member.size();
  const auto end = row.document.find('"', begin);
  // A date without a time says nothing about latency.
  if (end == std::string::npos || end - begin < 16) return std::nullopt;
  const auto time = domain::parse_iso8601(std::string_view(row.document).substr(begin, end - begin));
  if (!time) return std::nullopt;
  return now - *time;
}

}  // namespace connector::app
