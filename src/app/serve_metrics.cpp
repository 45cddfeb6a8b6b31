#include "app/serve_metrics.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "flows/posting_states.h"

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

void add_budget(Samples& samples, const char* remote, const std::string& window, std::int64_t limit,
                std::int64_t left) {
  const Labels labels{{"remote", remote}, {"window", window}};
  samples.add("ml_connector_budget_limit_calls", "Calls that the remote allows in a window or bucket",
              static_cast<double>(limit), labels);
  samples.add("ml_connector_budget_left_calls", "Calls that are left in a window or bucket",
              static_cast<double>(std::clamp<std::int64_t>(left, 0, limit)), labels);
}

/// What the store knows of one connection.
struct Stored {
  std::string name;
  std::vector<store::BudgetWindow> windows;
  std::vector<store::Reader::StateCount> counts;
  std::vector<store::NoticeStatus> notices;
};

/// Rows of all connections to those that they are of; of removed ones nothing is told.
template <class Row>
void deal_out(std::vector<Row> rows, std::map<store::ConnectionId, Stored>& by_id, std::vector<Row> Stored::*member) {
  for (Row& row : rows) {
    const auto found = by_id.find(row.connection);
    if (found != by_id.end()) (found->second.*member).push_back(std::move(row));
  }
}

void add_budgets(Samples& samples, const std::vector<store::BudgetWindow>& windows, UtcTime now) {
  constexpr std::string_view exact = "exact/";
  std::map<std::string, int> refused_answers;
  for (const store::BudgetWindow& window : windows) {
    if (const auto bucket = engine::walmart_bucket(window, now)) {
      add_budget(samples, "walmart", bucket->endpoint, bucket->limit, bucket->left);
    }
    if (const auto refused = engine::ErrorBudget::refused_answer(window); refused && now < refused->second) {
      ++refused_answers[refused->first];
    }
    if (!window.name.starts_with(exact)) continue;
    const std::int64_t taken = now < window.reset ? window.taken : 0;
    add_budget(samples, "exact", window.name.substr(exact.size()), window.limit, window.limit - taken);
  }
  for (const auto& [endpoint, count] : refused_answers) {
    samples.add("ml_connector_exact_refused_answers",
                "Answers 400, 401, 403 and 404 of the last hour, of all processes; Exact blocks the endpoint at ten",
                static_cast<double>(count), {{"endpoint", endpoint}});
  }
}

void add_feeds(Samples& samples, const std::vector<store::PostingRow>& feeds, UtcTime now) {
  std::int64_t at_walmart = 0;
  std::optional<UtcTime> oldest;
  for (const store::PostingRow& feed : feeds) {
    if (!feed.target_data.empty()) ++at_walmart;
    oldest = std::min(oldest.value_or(feed.created_at), feed.created_at);
  }
  const auto feed_sample = [&samples](const char* stage, std::int64_t count) {
    samples.add("ml_connector_price_feeds", "Price feeds that are not done, by whether Walmart has them",
                static_cast<double>(count), {{"stage", stage}});
  };
  feed_sample("to_send", static_cast<std::int64_t>(feeds.size()) - at_walmart);
  feed_sample("at_walmart", at_walmart);
  samples.add("ml_connector_price_feed_oldest_seconds", "Age of the oldest price feed that is not done; 0 = none",
              oldest ? seconds(now - *oldest) : 0.0);
}

/// With their long bodies: asked for where anything waits at all, and one connection at a time.
Result<std::vector<store::PostingRow>> waiting_feeds(store::Reader& reader, store::ConnectionId connection,
                                                     const Stored& stored) {
  const bool may_wait = std::any_of(stored.counts.begin(), stored.counts.end(),
                                    [](const auto& count) { return flows::is_on_its_way(count.state); });
  if (!may_wait) return std::vector<store::PostingRow>{};
  return reader.waiting_of_kind(connection, domain::PostingKind::price_feed);
}

std::vector<MetricSample> samples_of(const Stored& stored, const std::vector<store::PostingRow>& feeds, UtcTime now) {
  Samples samples(stored.name);
  add_budgets(samples, stored.windows, now);
  for (const auto& count : stored.counts) {
    samples.add("ml_connector_postings", "Postings by state and cause", static_cast<double>(count.count),
                {{"state", std::string(store::to_string(count.state))},
                 {"cause", count.cause ? std::string(domain::to_string(*count.cause)) : std::string()}});
  }
  add_feeds(samples, feeds, now);
  for (const auto& status : stored.notices) {
    const Labels labels{{"source", status.source}, {"flow", status.flow}};
    samples.add("ml_connector_notices_open", "Webhook notices that wait to be looked at",
                static_cast<double>(status.open), labels);
    samples.add("ml_connector_notice_last_timestamp_seconds", "When the last webhook notice came",
                seconds(status.last_received_at.time_since_epoch()), labels);
  }
  return samples.take();
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
  const auto token = [&samples, now](const char* remote, UtcTime expires_at) {
    samples.add("ml_connector_token_seconds_left", "Seconds until the access token in use runs out",
                std::max(0.0, seconds(expires_at - now)), {{"remote", remote}});
  };
  token("walmart", runtime.walmart_session().expires_at());
  if (const auto tokens = runtime.exact_session().current()) {
    token("exact", tokens->expires_at);
    samples.add("ml_connector_exact_sign_in_age_seconds", "Seconds since Exact's tokens were last renewed",
                std::max(0.0, seconds(now - tokens->issued_at)));
  }
  samples.add("ml_connector_references_last_success_timestamp_seconds",
              "When Exact's reference data was last refreshed by this process; 0 = never",
              seconds(service.references_status().last_succeeded.time_since_epoch()));
  return samples.take();
}

Result<std::vector<MetricSample>> stored_metrics(store::Reader& reader, UtcTime now) {
  auto rows = reader.connections();
  if (!rows) return domain::fail(rows.error());
  std::map<store::ConnectionId, Stored> by_id;
  for (const store::ConnectionRow& row : *rows) by_id.emplace(row.id, Stored{row.name, {}, {}, {}});
  auto windows = reader.budget_windows(0);
  if (!windows) return domain::fail(windows.error());
  auto counts = reader.posting_counts(0);
  if (!counts) return domain::fail(counts.error());
  auto notices = reader.notice_status(0);
  if (!notices) return domain::fail(notices.error());
  deal_out(std::move(*windows), by_id, &Stored::windows);
  deal_out(std::move(*counts), by_id, &Stored::counts);
  deal_out(std::move(*notices), by_id, &Stored::notices);
  std::vector<MetricSample> all;
  for (const store::ConnectionRow& row : *rows) {
    const Stored& stored = by_id.at(row.id);
    auto feeds = waiting_feeds(reader, row.id, stored);
    if (!feeds) return domain::fail(feeds.error());
    auto samples = samples_of(stored, *feeds, now);
    std::move(samples.begin(), samples.end(), std::back_inserter(all));
  }
  return all;
}

std::optional<UtcTime> fact_time(const domain::PurchaseOrder& order, domain::PostingKind kind, UtcTime planned) {
  std::optional<UtcTime> latest;
  const auto look_at = [&latest, planned](const std::optional<UtcTime>& time) {
    if (time && *time != UtcTime{} && *time <= planned) latest = std::max(latest.value_or(*time), *time);
  };
  switch (kind) {
    case domain::PostingKind::sales_order:
    case domain::PostingKind::order_acknowledgement:
      look_at(order.order_time);
      break;
    case domain::PostingKind::goods_delivery:
    case domain::PostingKind::sales_invoice:
    case domain::PostingKind::invoice_processing:
      for (const auto& line : order.lines) {
        for (const auto& status : line.statuses) look_at(status.ship_time);
      }
      break;
    case domain::PostingKind::credit_memo:
      for (const auto& line : order.lines) {
        for (const auto& refund : line.refunds) look_at(refund.seen_at);
      }
      for (const auto& line : order.returns) look_at(line.refund_time);
      break;
    default:
      break;
  }
  return latest;
}

}  // namespace connector::app
